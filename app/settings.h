// SPDX-License-Identifier: GPL-3.0-or-later
// What a person sets once for all projects. Described like the options of a job, so that the dialog is a form of the same kind.
#pragma once

#include <QString>
#include <string>

#include "base/options.h"
#include "views/theme.h"

class QSettings;

namespace qs {

enum class Language { System, English, German };
template <>
struct EnumNames<Language> {
    static constexpr std::pair<Language, const char*> values[] = {
        {Language::System, "system"}, {Language::English, "english"}, {Language::German, "german"}};
};

struct Settings {
    ThemeKind theme = ThemeKind::System;
    Language language = Language::System;
    int scale = 100;  ///< of the interface, percent
    bool restoreSession = true;
    bool offerResume = true;
    std::string runsFolder;  ///< empty: the data folder of the program
    bool operator==(const Settings&) const = default;
    void describe(OptionList& list);
};

inline constexpr int kSettingsVersion = 2;

/// Reads them; values of another version that are not allowed any more fall back to the default.
Settings loadSettings();
void storeSettings(const Settings& settings);
/// Brings stored settings of older versions up to date; called by loadSettings(). Newer ones are left alone.
void migrateSettings(QSettings& stored);

}  // namespace qs
