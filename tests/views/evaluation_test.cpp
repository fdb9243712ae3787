// SPDX-License-Identifier: GPL-3.0-or-later
// Evaluations of two runs on numbers that can be checked by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/fake_run.h"
#include "views/evaluation/evaluation_model.h"

namespace qs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

EvaluationRecord task(const std::vector<double>& scores, const std::vector<std::string>& given) {
    EvaluationRecord record{"arc_easy", "folder/arc.jsonl", "quantized", {{"items", 4}}, {}, {}, {}};
    double sum = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        record.items.push_back({static_cast<std::int64_t>(i), scores[i], "question " + std::to_string(i), given[i], "x"});
        sum += scores[i];
    }
    record.metrics["acc_norm"] = {sum / static_cast<double>(scores.size()), 0.25};
    record.metrics["acc"] = {0.5, 0.25};
    return record;
}

EvaluationRecord perplexityAt(int window, double value, std::vector<PositionMean> positions) {
    return {"perplexity", "wiki.txt", "quantized", {{"window", window}}, {{"perplexity", {value, 0.5}}}, {}, std::move(positions)};
}

ViewInput twoRuns(const QString& show) {
    auto a = testing::smallRun(), b = testing::smallRun();
    a->evaluationRecords = {task({1, 0, 0, 1}, {"x", "y", "z", "x"}), perplexityAt(512, 20, {{0, 0, 5}, {1, 510, 3}})};
    b->evaluationRecords = {perplexityAt(512, 99, {}), task({1, 1, 0, 1}, {"x", "x", "w", "x"}), perplexityAt(2048, 16, {}),
                            perplexityAt(512, 19, {{0, 0, 5.5}, {1, 510, 2.5}})};
    return {b, a, {}, {{"show", show}}, {}};
}

TEST(EvaluationView, DifferencesOfTheItemsOfBothRuns) {
    const Evaluations data = evaluations(twoRuns("tasks"));
    ASSERT_TRUE(data.missing.isEmpty()) << data.missing.toStdString();
    ASSERT_EQ(data.rows.size(), 4U);  // acc, acc_norm, perplexity at two windows
    const auto& acc = data.rows[0];
    EXPECT_EQ(acc.metric.toStdString(), "acc");
    EXPECT_DOUBLE_EQ(acc.difference.value, 0);
    EXPECT_TRUE(std::isnan(acc.p));  // the items have the scores of acc_norm
    const auto& norm = data.rows[1];
    EXPECT_DOUBLE_EQ(norm.difference.value, 0.25);
    EXPECT_EQ(norm.items, 4);
    EXPECT_EQ(norm.onlyB, 1);
    EXPECT_EQ(norm.onlyA, 0);
    EXPECT_DOUBLE_EQ(norm.p, 1);                          // one item decides nothing
    EXPECT_DOUBLE_EQ(norm.difference.error, 0.25);        // differences 0, 1, 0, 0: deviation 1/2, over √4
    EXPECT_DOUBLE_EQ(data.rows[2].difference.value, -1);  // the newest evaluation counts
    EXPECT_FALSE(data.rows[3].a.known());
    const Chart chart = chartOf(data);
    ASSERT_EQ(chart.beside.size(), 1U);
    EXPECT_EQ(chart.beside[0].panels[0].marks.size(), 1U);
    EXPECT_EQ(tableOf(data).rows.size(), 4U);
}

TEST(EvaluationView, ColoursWhatChanceDoesNotExplain) {
    const auto coloured = [](double errorOfBoth) {
        ViewInput input = twoRuns("tasks");
        auto a = testing::smallRun(), b = testing::smallRun();
        a->evaluationRecords = {perplexityAt(512, 20, {})};
        b->evaluationRecords = {perplexityAt(512, 19, {})};
        for (auto* run : {a.get(), b.get()}) run->evaluationRecords[0].metrics["perplexity"].second = errorOfBoth;
        input.run = b;
        input.baseline = a;
        const auto rows = chartOf(evaluations(input)).sheet.rows;
        return std::any_of(rows.begin(), rows.end(), [](const SheetRow& row) { return row.accent; });
    };
    EXPECT_TRUE(coloured(0.35));  // 1 is more than 1.96 · 0.35 · √2 = 0.97
    EXPECT_FALSE(coloured(0.37));
}

TEST(EvaluationView, ItemsThatTheTwoAnswerDifferently) {
    const Evaluations data = evaluations(twoRuns("items"));
    ASSERT_EQ(data.items.size(), 2U);
    EXPECT_EQ(data.items[0].item, 1);
    EXPECT_EQ(data.items[0].givenA.toStdString(), "y");
    EXPECT_EQ(data.items[0].givenB.toStdString(), "x");
    const Chart chart = chartOf(data);
    EXPECT_THAT(chart.sheet.rows[0].cells[0].toStdString(), HasSubstr("better in B: 1"));
    EXPECT_THAT(chart.sheet.rows[2].cells[0].toStdString(), HasSubstr("other answer"));
    EXPECT_EQ(tableOf(data).rows.size(), 2U);
    ViewInput alone = twoRuns("items");
    alone.baseline = nullptr;
    EXPECT_EQ(evaluations(alone).items.size(), 1U);  // the one that is not right
}

TEST(EvaluationView, WindowsAndPositions) {
    const Chart windows = chartOf(evaluations(twoRuns("windows")));
    ASSERT_EQ(windows.panels.size(), 1U);
    EXPECT_THAT(windows.panels[0].lines[0].x, ElementsAre(512));
    EXPECT_THAT(windows.panels[0].lines[1].y, ElementsAre(19, 16));
    EXPECT_EQ(windows.panels[0].strokes.size(), 3U);
    const Chart positions = chartOf(evaluations(twoRuns("positions")));
    ASSERT_EQ(positions.panels.size(), 2U);
    EXPECT_THAT(positions.panels[1].lines[0].y, ElementsAre(0.5, -0.5));
    EXPECT_EQ(tableOf(evaluations(twoRuns("positions"))).rows.size(), 2U);
}

TEST(EvaluationView, SaysWhatIsMissing) {
    EXPECT_THAT(chartOf(evaluations({})).description.toStdString(), HasSubstr("Open a run"));
    const ViewInput bare{testing::smallRun(), nullptr, {}, {}, {}};
    const Chart chart = chartOf(evaluations(bare));
    EXPECT_TRUE(chart.empty());
    EXPECT_THAT(chart.description.toStdString(), HasSubstr("Nothing was evaluated"));
    auto run = testing::smallRun();
    run->evaluationRecords = {perplexityAt(512, 20, {})};
    for (const char* show : {"items", "positions"})
        EXPECT_TRUE(chartOf(evaluations({run, nullptr, {}, {{"show", show}}, {}})).empty()) << show;
}

TEST(EvaluationView, NumbersWithTheirErrors) {
    EXPECT_EQ(valueText({0.3128, 0.0328}, true).toStdString(), "31.3 ± 3.3");
    EXPECT_EQ(valueText({24.42, 0}, false).toStdString(), "24.42");
    EXPECT_EQ(valueText({0.02, 0.01}, true, true).toStdString(), "+2.0 ± 1.0");
    EXPECT_EQ(valueText({}, true).toStdString(), "–");
}

}  // namespace
}  // namespace qs
