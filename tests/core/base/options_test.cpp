// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/options.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace qs {
namespace {

struct Example {
    bool flag = true;
    int count = 3;
    double share = 0.25;
    std::vector<int> lengths{256, 512};
    std::vector<std::string> files;
    void describe(OptionList& list) {
        list.group("Example");
        list.flag("flag", flag, "A flag");
        list.integer("count", count, 1, 8, "things", "A number");
        list.real("share", share, 0, 1, "", "A share");
        list.integers("lengths", lengths, 2, 1024, "tokens", "Lengths");
        list.texts("files", files, "Files");
    }
};

TEST(Options, KeepDefaultsAndRoundTrip) {
    Example example;
    const OptionList list = describeOptions(example);
    EXPECT_EQ(list.find("lengths")->defaultText, "256,512");
    EXPECT_EQ(list.find("flag")->get(), "true");
    list.set("count", "8");
    list.set("share", "0.5");
    list.set("flag", "no");
    list.set("lengths", "2,1024");
    EXPECT_EQ(example.count, 8);
    EXPECT_EQ(example.share, 0.5);
    EXPECT_FALSE(example.flag);
    EXPECT_EQ(example.lengths, (std::vector<int>{2, 1024}));
}

TEST(Options, RefuseWhatIsNotAllowedAndStoreNothing) {
    Example example;
    const OptionList list = describeOptions(example);
    for (const char* value : {"0", "9", "", "3x", " 3", "3 ", "1e0", "+3", "99999999999999999999", "nan"})
        EXPECT_THROW(list.set("count", value), Error) << value;
    for (const char* value : {"nan", "inf", "-0.1", "1.1", "", "0.5,"}) EXPECT_THROW(list.set("share", value), Error) << value;
    for (const char* value : {"", ",", "256,", ",256", "256,,512", "1", "1025", "256 512"})
        EXPECT_THROW(list.set("lengths", value), Error) << value;
    EXPECT_EQ(example.count, 3);
    EXPECT_EQ(example.share, 0.25);
    EXPECT_EQ(example.lengths, (std::vector<int>{256, 512}));
}

TEST(Options, ElementsOfTextListsMayHoldCommas) {
    Example example;
    const OptionList list = describeOptions(example);
    const std::vector<std::string> names{"a,b.txt", "c\\d", "\\,", "plain"};
    list.set("files", joinTexts(names));
    EXPECT_EQ(example.files, names);
    EXPECT_EQ(list.find("files")->get(), joinTexts(names));
    list.set("files", "");
    EXPECT_TRUE(example.files.empty());
}

TEST(Options, UnknownNamesGetTheNearestKnownOne) {
    Example example;
    try {
        describeOptions(example).set("lenghts", "2");
        FAIL() << "accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Usage);
        EXPECT_NE(std::string(error.what()).find("did you mean --lengths?"), std::string::npos) << error.what();
    }
    EXPECT_EQ(nearestName("quantise", std::vector<std::string>{"inspect", "quantize"}), "quantize");
    EXPECT_EQ(nearestName("zzzzzz", std::vector<std::string>{"inspect", "quantize"}), "");
}

}  // namespace
}  // namespace qs
