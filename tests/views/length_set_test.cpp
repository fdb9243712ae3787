// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/length_set.h"

#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QTest>

#include "support/fake_run.h"
#include "views/length_chips.h"

namespace qs {
namespace {

LengthSet small() { return lengthSetOf(*testing::smallRun(), {}); }

TEST(LengthSet, StartsAsTheRunWeighted) {
    const LengthSet set = small();
    ASSERT_EQ(set.entries.size(), 2U);
    EXPECT_DOUBLE_EQ(set.shareOf(10), 2.0 / 3);  // maca: every sequence counts the same
    EXPECT_DOUBLE_EQ(set.shareOf(20), 1.0 / 3);
    EXPECT_EQ(set.entries[0].tokens, 20);
}

TEST(LengthSet, OthersKeepTheirProportions) {
    LengthSet set = small();
    set.add(40);
    EXPECT_DOUBLE_EQ(set.shareOf(40), 1.0 / 3);
    set.setShare(40, 0.4);
    EXPECT_NEAR(set.shareOf(10), 0.4, 1e-12);
    EXPECT_NEAR(set.shareOf(20), 0.2, 1e-12);
    EXPECT_EQ(set.lengths().toStdString(), "10,20,40");
    EXPECT_EQ(set.weighting(true).find("40="), std::string::npos);
    EXPECT_NE(set.weighting(false).find("40=0.4"), std::string::npos);
    set.remove(40);
    EXPECT_EQ(set.entries.size(), 2U);  // it was never recorded
    set.remove(10);
    EXPECT_EQ(set.shareOf(20), 1);
    set.remove(20);
    EXPECT_EQ(set.shareOf(20), 1);  // the last one stays
    EXPECT_EQ(set.entries.size(), 2U);
}

TEST(LengthSet, SurvivesJson) {
    LengthSet set = small();
    set.setShare(10, 0.25);
    const LengthSet again = lengthSetOf(*testing::smallRun(), set.toJson());
    EXPECT_NEAR(again.shareOf(10), 0.25, 1e-12);
    EXPECT_NEAR(again.shareOf(20), 0.75, 1e-12);
}

struct ChipsTest : ::testing::Test {
    LengthChips chips;
    QSignalSpy spy{&chips, &LengthChips::changed};
    void SetUp() override {
        chips.resize(700, 42);
        chips.setSet(small());
        chips.show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(&chips));
    }
};

TEST_F(ChipsTest, DraggingTheBarSetsTheWeight) {
    LengthChip* chip = chips.chips()[0];
    const int y = chip->height() / 2;
    QTest::mousePress(chip, Qt::LeftButton, {}, {60, y});
    QTest::mouseMove(chip, {60 - chip->width() / 4, y});
    QTest::mouseRelease(chip, Qt::LeftButton, {}, {60 - chip->width() / 4, y});
    EXPECT_NEAR(chips.set().shareOf(10), 2.0 / 3 - 0.25, 0.02);
    EXPECT_NEAR(chips.set().shareOf(10) + chips.set().shareOf(20), 1, 1e-12);
    EXPECT_GE(spy.count(), 1);
}

TEST_F(ChipsTest, KeysWeightRemoveAndAdd) {
    LengthChip* chip = chips.chips()[0];
    QTest::keyClick(chip, Qt::Key_Left);
    EXPECT_NEAR(chips.set().shareOf(10), 2.0 / 3 - 0.01, 1e-9);
    QTest::keyClick(chip, Qt::Key_Delete);
    EXPECT_EQ(chips.set().shareOf(10), 0);
    EXPECT_TRUE(chip->accessibleName().contains("not in the set"));
    QTest::keyClick(chip, Qt::Key_Return);
    EXPECT_EQ(chips.set().shareOf(10), 0.5);
    QTest::mouseClick(chips.chips()[2], Qt::LeftButton);  // the dashed chip: twice the longest
    EXPECT_GT(chips.set().shareOf(40), 0);
    EXPECT_EQ(chips.chips().size(), 4U);
    QTest::mouseDClick(chips.chips()[2], Qt::LeftButton);
    EXPECT_EQ(chips.set().shareOf(40), 0);
}

}  // namespace
}  // namespace qs
