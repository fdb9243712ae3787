// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/language.h"

#include <QApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

namespace qs {

void installLanguage(QApplication& app, Language language) {
    if (language == Language::English) return QLocale::setDefault(QLocale(QLocale::English));
    if (language == Language::German) QLocale::setDefault(QLocale(QLocale::German));
    for (const auto& [name, folder] : {std::pair{QStringLiteral("quantoscope"), QStringLiteral(":/translations")},
                                       {QStringLiteral("qtbase"), QLibraryInfo::path(QLibraryInfo::TranslationsPath)}}) {
        auto* words = new QTranslator(&app);
        if (words->load(QLocale(), name, QStringLiteral("_"), folder)) QApplication::installTranslator(words);
        else delete words;
    }
}

}  // namespace qs
