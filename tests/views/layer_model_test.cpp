// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/layers/layer_model.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QSignalSpy>

#include "support/fake_run.h"
#include "views/chart_table_model.h"

namespace qs {
namespace {

using testing::smallRun;

QString cell(const LayerModel& model, int block, int linear, int column) {
    const QModelIndex top = model.index(block, linear < 0 ? column : 0);
    return (linear < 0 ? top : model.index(linear, column, top)).data().toString();
}

TEST(LayerModel, BlocksAndLinearsWithBitsAndWorstError) {
    LayerModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setRun(smallRun());
    ASSERT_EQ(model.rowCount(), 2);
    EXPECT_EQ(cell(model, 1, -1, LayerModel::NameColumn), "Block 1");
    EXPECT_EQ(cell(model, 1, -1, LayerModel::ErrorColumn), "16.0");  // down_proj at length 20
    EXPECT_EQ(cell(model, 0, 0, LayerModel::NameColumn), "up_proj");
    EXPECT_EQ(cell(model, 0, 0, LayerModel::BitsColumn), "3");
    EXPECT_EQ(cell(model, 0, 0, LayerModel::ErrorColumn), "2.00");
}

TEST(LayerModel, GrowsBlockByBlockWithoutReset) {
    LayerModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    auto one = smallRun(1);
    one->file = "small.qsrun.parts";
    model.setRun(one);
    EXPECT_EQ(cell(model, 1, -1, LayerModel::ErrorColumn), "–");
    EXPECT_EQ(model.rowCount(model.index(1, 0)), 0);
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted), reset(&model, &QAbstractItemModel::modelReset);
    model.setRun(smallRun(2));
    EXPECT_EQ(inserted.count(), 1);
    EXPECT_EQ(reset.count(), 0);
    EXPECT_EQ(model.rowCount(model.index(1, 0)), 2);
    auto other = smallRun(2);
    other->file = "other.qsrun";
    model.setRun(other);
    EXPECT_EQ(reset.count(), 1);
}

TEST(LayerModel, EventsBecomeBadges) {
    auto run = smallRun();
    run->eventRecords = {{Severity::Warning, "damping-retry", "model.layers.0.mlp.up_proj", "damping raised to 0.1"},
                         {Severity::Info, "note", "block 1", "nothing"}};
    LayerModel model;
    model.setRun(run);
    const QModelIndex up = model.index(0, LayerModel::BadgeColumn, model.index(0, 0));
    EXPECT_EQ(up.data(LayerModel::SeverityRole).toInt(), static_cast<int>(Severity::Warning));
    EXPECT_EQ(up.data(Qt::ToolTipRole).toString(), "damping raised to 0.1");
    EXPECT_EQ(model.index(0, 0).data(LayerModel::SeverityRole).toInt(), static_cast<int>(Severity::Warning));
    EXPECT_EQ(model.index(1, 0).data(LayerModel::SeverityRole).toInt(), static_cast<int>(Severity::Info));
}

TEST(LayerModel, SelectionsGoBothWays) {
    LayerModel model;
    model.setRun(smallRun());
    const Selection selection = model.selectionAt(model.index(1, 0, model.index(1, 0)));
    EXPECT_EQ(selection.block, 1);
    EXPECT_EQ(selection.linear, "model.layers.1.mlp.down_proj");
    EXPECT_EQ(model.selectionAt(model.indexOf(selection)), selection);
    EXPECT_FALSE(model.indexOf({}).isValid());
}

TEST(LayerFilter, WordsAreBlockNumbersOrPartsOfNames) {
    LayerModel model;
    model.setRun(smallRun());
    LayerFilter filter;
    QAbstractItemModelTester tester(&filter, QAbstractItemModelTester::FailureReportingMode::Fatal);
    filter.setSourceModel(&model);
    filter.setWords("1 down");
    ASSERT_EQ(filter.rowCount(), 1);
    EXPECT_EQ(filter.index(0, 0).data().toString(), "Block 1");
    ASSERT_EQ(filter.rowCount(filter.index(0, 0)), 1);
    filter.setWords("nothing");
    EXPECT_EQ(filter.rowCount(), 0);
    filter.setWords({});
    EXPECT_EQ(filter.rowCount(), 2);
}

TEST(ChartTableModel, ShowsNumbersAndPassesTheTester) {
    ChartTableModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setTable({{"rank", "linear", "value"}, {{1, "a", 0.5}, {2, "b", 0.25}}});
    EXPECT_EQ(model.rowCount(), 2);
    EXPECT_EQ(model.index(1, 2).data().toString(), "0.250");
    EXPECT_EQ(model.index(0, 1).data().toString(), "a");
    EXPECT_EQ(model.headerData(2, Qt::Horizontal, Qt::DisplayRole).toString(), "value");
}

}  // namespace
}  // namespace qs
