// SPDX-License-Identifier: GPL-3.0-or-later
#include "hessian/weighting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace qs {
namespace {

using ::testing::HasSubstr;

const std::vector<LengthCount> kBuckets{{10, 4}, {100, 1}};  // 140 tokens, 5 sequences

TEST(Weighting, FactorsByHand) {
    EXPECT_EQ(Weighting::parse("token").factors(kBuckets), (std::vector<double>{2.0 / 140, 2.0 / 140}));
    EXPECT_EQ(Weighting::parse("maca").factors(kBuckets), (std::vector<double>{1.0 / 50, 1.0 / 500}));
    EXPECT_EQ(Weighting::parse("length:100").factors(kBuckets), (std::vector<double>{0, 1.0 / 100}));
    EXPECT_EQ(Weighting::parse("mix:10=0.5,100=2").factors(kBuckets), (std::vector<double>{0.5 / 40, 2.0 / 100}));
    EXPECT_EQ(Weighting::parse("mix:100=1").factors(kBuckets), (std::vector<double>{0, 1.0 / 100}));
    EXPECT_EQ(Weighting::parse("power:0").factors(kBuckets), (std::vector<double>{1.0 / 140, 1.0 / 140}));
    const std::vector<double> maca = Weighting::parse("power:-1").factors(kBuckets), plus = Weighting::parse("power:1").factors(kBuckets);
    EXPECT_DOUBLE_EQ(maca[0], 1.0 / 50);
    EXPECT_DOUBLE_EQ(maca[1], 1.0 / 500);
    EXPECT_DOUBLE_EQ(plus[0], 10.0 / (4 * 100 + 10000));
    EXPECT_DOUBLE_EQ(plus[1], 100.0 / (4 * 100 + 10000));
    EXPECT_TRUE(Weighting::parse("token").factors({}).empty());
    EXPECT_THROW(Weighting::parse("fitted").factors(kBuckets), Error);
}

TEST(Weighting, TextReadsBack) {
    for (const char* text : {"token", "maca", "length:512", "mix:256=1,512=0.1", "power:-0.5", "fitted"})
        EXPECT_EQ(Weighting::parse(text).text(), text);
    EXPECT_EQ(Weighting::parse("mix:512=2.50,256=1").text(), "mix:256=1,512=2.5");
}

TEST(Weighting, RefusesAndSaysWhy) {
    const auto message = [](const char* text) {
        try {
            Weighting::parse(text);
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Usage);
            return std::string(error.what());
        }
        return std::string("accepted");
    };
    EXPECT_THAT(message("tokens"), HasSubstr("weighting 'tokens': unknown kind; use token, maca"));
    EXPECT_THAT(message(""), HasSubstr("unknown kind"));
    EXPECT_THAT(message("length:"), HasSubstr("not a length"));
    EXPECT_THAT(message("length:12x"), HasSubstr("'12x' is not a length"));
    EXPECT_THAT(message("length:0"), HasSubstr("not a length"));
    EXPECT_THAT(message("length:-5"), HasSubstr("not a length"));
    EXPECT_THAT(message("power:"), HasSubstr("not a power"));
    EXPECT_THAT(message("power:nan"), HasSubstr("not a power"));
    EXPECT_THAT(message("power:5"), HasSubstr("-4 to 4"));
    EXPECT_THAT(message("mix:"), HasSubstr("not LENGTH=WEIGHT"));
    EXPECT_THAT(message("mix:256"), HasSubstr("not LENGTH=WEIGHT"));
    EXPECT_THAT(message("mix:256=1,"), HasSubstr("not LENGTH=WEIGHT"));
    EXPECT_THAT(message("mix:256=-1"), HasSubstr("0 or more"));
    EXPECT_THAT(message("mix:256=nan"), HasSubstr("0 or more"));
    EXPECT_THAT(message("mix:256=inf"), HasSubstr("0 or more"));
    EXPECT_THAT(message("mix:256=1,256=2"), HasSubstr("twice"));
    EXPECT_THAT(message("mix:256=0"), HasSubstr("all weights are 0"));
}

TEST(Weighting, NamesTheLengthThatIsMissing) {
    for (const char* text : {"length:64", "mix:10=1,64=1"}) {
        try {
            Weighting::parse(text).factors(kBuckets);
            FAIL() << text;
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), HasSubstr("sequence length 64, but the calibration has only: 10, 100"));
        }
    }
}

}  // namespace
}  // namespace qs
