// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/jobs/stage_text.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <iterator>

namespace qs {
namespace {

/// Where two fit, the first is meant.
constexpr const char* kStages[] = {
    QT_TRANSLATE_NOOP("Stage", "block %1 of %2"),
    QT_TRANSLATE_NOOP("Stage", "opening the model"),
    QT_TRANSLATE_NOOP("Stage", "opening model and data"),
    QT_TRANSLATE_NOOP("Stage", "checking the weights"),
    QT_TRANSLATE_NOOP("Stage", "embedding the sequences"),
    QT_TRANSLATE_NOOP("Stage", "reading weights"),
    QT_TRANSLATE_NOOP("Stage", "Hessians of %1"),
    QT_TRANSLATE_NOOP("Stage", "spectra of %1"),
    QT_TRANSLATE_NOOP("Stage", "untouched chain behind %1"),
    QT_TRANSLATE_NOOP("Stage", "again: untouched chain"),
    QT_TRANSLATE_NOOP("Stage", "cross term of %1"),
    QT_TRANSLATE_NOOP("Stage", "output Hessians of the heads"),
    QT_TRANSLATE_NOOP("Stage", "fit the weighting of %1"),
    QT_TRANSLATE_NOOP("Stage", "scales of %1"),
    QT_TRANSLATE_NOOP("Stage", "factor %1"),
    QT_TRANSLATE_NOOP("Stage", "solve %1"),
    QT_TRANSLATE_NOOP("Stage", "errors behind %1"),
    QT_TRANSLATE_NOOP("Stage", "errors per width"),
    QT_TRANSLATE_NOOP("Stage", "trying widths behind %1"),
    QT_TRANSLATE_NOOP("Stage", "sensitivity of the prediction to every linear"),
    QT_TRANSLATE_NOOP("Stage", "tokenising %1, document %2 of %3"),
    QT_TRANSLATE_NOOP("Stage", "tokenising, prompt %1 of %2"),
    QT_TRANSLATE_NOOP("Stage", "tokenising the texts of the perplexities"),
    QT_TRANSLATE_NOOP("Stage", "tokenising"),
    QT_TRANSLATE_NOOP("Stage", "perplexity, windows %1 to %2 of %3, block %4 of %5"),
    QT_TRANSLATE_NOOP("Stage", "perplexity, windows %1 to %2 of %3, losses"),
    QT_TRANSLATE_NOOP("Stage", "perplexity, windows, %1 of %2"),
    QT_TRANSLATE_NOOP("Stage", "perplexity of %1 windows"),
    QT_TRANSLATE_NOOP("Stage", "divergence, window %1 of %2"),
    QT_TRANSLATE_NOOP("Stage", "%1 of %2 items"),
    QT_TRANSLATE_NOOP("Stage", "reading %1"),
    QT_TRANSLATE_NOOP("Stage", "writing the run file"),
    QT_TRANSLATE_NOOP("Stage", "writing the tables"),
    QT_TRANSLATE_NOOP("Stage", "writing %1"),
    QT_TRANSLATE_NOOP("Stage", "done"),
};

constexpr int kMostPlaces = 5;

struct Pattern {
    const char* words;
    QRegularExpression expression;
};

std::vector<Pattern> patterns() {
    std::vector<Pattern> all;
    for (const char* words : kStages) {
        QString expression = QRegularExpression::escape(QLatin1String(words));
        for (int i = 1; i <= kMostPlaces; ++i) expression.replace(QStringLiteral("\\%%1").arg(i), QStringLiteral("(.+)"));
        all.push_back({words, QRegularExpression("^" + expression + "$")});
    }
    return all;
}

QString partText(const QString& part) {
    static const std::vector<Pattern> known = patterns();
    for (const Pattern& pattern : known) {
        const auto match = pattern.expression.match(part);
        if (!match.hasMatch()) continue;
        QString text = QCoreApplication::translate("Stage", pattern.words);
        for (int i = 1; i <= match.lastCapturedIndex(); ++i) text.replace(QStringLiteral("%%1").arg(i), match.captured(i));
        return text;
    }
    return part;
}

}  // namespace

QString stageText(const QString& stage) {
    QStringList parts = stage.split(QStringLiteral(" · "));
    for (QString& part : parts) part = partText(part);
    return parts.join(QStringLiteral(" · "));
}

QStringList knownStages() {
    QStringList stages;
    for (const char* words : kStages) stages << QLatin1String(words);
    return stages;
}

}  // namespace qs
