// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/event_text.h"

#include <gtest/gtest.h>

#include <QRegularExpression>
#include <QTranslator>
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <vector>

#include "app/jobs/stage_text.h"
#include "base/file.h"

namespace qs {
namespace {
namespace fs = std::filesystem;

std::vector<QString> sources() {
    std::vector<QString> texts;
    for (const char* folder : {"core", "app"})
        for (const auto& entry : fs::recursive_directory_iterator(fs::path(QS_SOURCE_DIR) / folder))
            if (entry.path().extension() == ".cpp" || entry.path().extension() == ".h")
                texts.push_back(QString::fromStdString(readText(entry.path())));
    return texts;
}

/// The kinds of all events that the engine and the window make, from their sources: words, and constants that stand for one.
std::set<std::string> kindsOfTheSources() {
    const QRegularExpression made(R"(\{Severity::(?:Info|Warning|Failure),\s*([^,}]*))"),
        constant(R"re((k[A-Z]\w*)(?:\[\])? = "([^"]*)")re");
    const std::vector<QString> texts = sources();
    std::map<QString, QString> constants;
    for (const QString& code : texts)
        for (auto match = constant.globalMatch(code); match.hasNext();) {
            const auto found = match.next();
            constants[found.captured(1)] = found.captured(2);
        }
    std::set<std::string> kinds;
    for (const QString& code : texts)
        for (auto match = made.globalMatch(code); match.hasNext();) {
            const QString kind = match.next().captured(1);
            if (kind.startsWith("object.at(")) continue;  // from another process
            const bool isWord = kind.size() > 2 && kind.startsWith('"') && kind.endsWith('"');
            const auto named = constants.find(kind.section("::", -1));
            EXPECT_TRUE(isWord || named != constants.end()) << "an event whose kind is no fixed word: " << kind.toStdString();
            if (isWord) kinds.insert(kind.mid(1, kind.size() - 2).toStdString());
            else if (named != constants.end()) kinds.insert(named->second.toStdString());
        }
    return kinds;
}

TEST(EventText, KnowsEveryKindOfTheSourcesAndNoOther) {
    const std::set<std::string> made = kindsOfTheSources();
    EXPECT_GT(made.size(), 30U);
    EXPECT_TRUE(made.contains("damping-retry") && made.contains("width-flicker"));
    const std::vector<std::string> known = eventKinds();
    EXPECT_EQ(std::set<std::string>(known.begin(), known.end()), made);
    EXPECT_TRUE(std::is_sorted(known.begin(), known.end()));
    for (const std::string& kind : known) {
        EXPECT_FALSE(eventTitle(kind).isEmpty() || eventMeaning(kind).isEmpty()) << kind;
        EXPECT_LE(eventTitle(kind).size(), 30) << kind;
    }
}

TEST(EventText, EveryKindHasGermanWords) {
    QTranslator german;
    ASSERT_TRUE(german.load(":/translations/quantoscope_de.qm"));
    std::vector<std::pair<QString, QString>> english;
    for (const std::string& kind : eventKinds()) english.emplace_back(eventTitle(kind), eventMeaning(kind));
    QCoreApplication::installTranslator(&german);
    for (std::size_t i = 0; i < english.size(); ++i) {
        const std::string kind = eventKinds()[i];
        EXPECT_NE(eventTitle(kind), english[i].first) << kind;
        EXPECT_NE(eventMeaning(kind), english[i].second) << kind;
    }
    EXPECT_EQ(eventTitle("dead-columns"), QString::fromUtf8("Tote Kanäle"));
    QCoreApplication::removeTranslator(&german);
}

TEST(EventText, LinesNameTitleSubjectAndMessageAsFarAsThereAreAny) {
    const Event event{Severity::Warning, "damping-retry", "", "raised to 0.02"};
    EXPECT_EQ(eventLine(event, "Block 3, up_proj"), QString::fromUtf8("Damping raised · Block 3, up_proj: raised to 0.02"));
    EXPECT_EQ(eventLine(event, ""), "Damping raised: raised to 0.02");
    const Event other{Severity::Info, "of a later version", "", "something"};
    EXPECT_EQ(eventLine(other, "block 1"), "block 1: something");
    EXPECT_EQ(eventLine(other, ""), "something");
}

TEST(StageText, SaysPartByPartWhatIsKnown) {
    for (const char* stage : {"block 3 of 30 · solve up_proj", "perplexity, windows 1 to 4 of 20, block 3 of 30", "tokenising", "done"})
        EXPECT_EQ(stageText(stage), QString::fromUtf8(stage));
    QTranslator german;
    ASSERT_TRUE(german.load(":/translations/quantoscope_de.qm"));
    QCoreApplication::installTranslator(&german);
    EXPECT_EQ(stageText(QString::fromUtf8("block 3 of 30 · solve up_proj")), QString::fromUtf8("Block 3 von 30 · löst up_proj"));
    EXPECT_EQ(stageText(QString::fromUtf8("errors per width · block 3 of 30 · Hessians of mlp-in")),
              QString::fromUtf8("Fehler je Breite · Block 3 von 30 · Hesse-Matrizen von mlp-in"));
    EXPECT_EQ(stageText("perplexity, windows 1 to 4 of 20, block 3 of 30"), "Perplexität, Fenster 1 bis 4 von 20, Block 3 von 30");
    EXPECT_EQ(stageText("something new"), "something new");
    for (const QString& stage : knownStages()) EXPECT_NE(stageText(stage), stage) << stage.toStdString();
    QCoreApplication::removeTranslator(&german);
}

}  // namespace
}  // namespace qs
