// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/settings.h"

#include <QSettings>

#include "base/error.h"

namespace qs {
namespace {

constexpr const char* kVersionKey = "settings/version";

/// Version 1 had the theme at the root, the options of the last run beside it, and the sizes of splitters that no longer exist.
void fromVersion1(QSettings& stored) {
    if (stored.contains("theme")) stored.setValue("settings/theme", stored.value("theme"));
    stored.remove("theme");
    stored.beginGroup("options");
    QMap<QString, QVariant> options;
    for (const QString& name : stored.childKeys()) options[name] = stored.value(name);
    stored.endGroup();
    stored.remove("options");
    for (auto it = options.begin(); it != options.end(); ++it) stored.setValue("imported-options/" + it.key(), it.value());
    for (const char* key : {"window/columns", "window/views", "window/side"}) stored.remove(key);
}

}  // namespace

void Settings::describe(OptionList& list) {
    list.group("Appearance");
    list.choice("theme", theme, "Colours of the window; figures are always drawn on white");
    list.choice("language", language, "Language of the window, from the next start on; run files and the command line stay English");
    list.integer("scale", scale, 50, 300, "%", "Size of text and controls, from the next start on");
    list.group("Start");
    list.flag("restore-session", restoreSession, "Open what was open when the program ended");
    list.flag("offer-resume", offerResume, "Look for unfinished runs at the start and offer to resume them");
    list.group("Files");
    list.text("runs-folder", runsFolder, "Folder for runs without a name of their own; empty: the data folder of the program");
}

void migrateSettings(QSettings& stored) {
    const int version = stored.value(kVersionKey, 1).toInt();
    if (version < 2) fromVersion1(stored);
    if (version < kSettingsVersion) stored.setValue(kVersionKey, kSettingsVersion);
}

Settings loadSettings() {
    QSettings stored;
    migrateSettings(stored);
    Settings settings;
    const OptionList list = describeOptions(settings);
    for (const OptionField& field : list.fields()) {
        const QString key = "settings/" + QString::fromStdString(field.name);
        if (!stored.contains(key)) continue;
        try {
            field.set(stored.value(key).toString().toStdString());
        } catch (const Error&) {
            stored.remove(key);
        }
    }
    return settings;
}

void storeSettings(const Settings& settings) {
    QSettings stored;
    Settings copy = settings;
    const OptionList list = describeOptions(copy);
    stored.setValue(kVersionKey, kSettingsVersion);
    for (const OptionField& field : list.fields())
        stored.setValue("settings/" + QString::fromStdString(field.name), QString::fromStdString(field.get()));
}

}  // namespace qs
