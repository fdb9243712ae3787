// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace qs {

enum class Fruit { Apple, Pear };
template <>
struct EnumNames<Fruit> {
    static constexpr std::pair<Fruit, const char*> values[] = {{Fruit::Apple, "apple"}, {Fruit::Pear, "pear"}};
};

namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

struct Sample {
    bool quick = false;
    int bits = 4;
    std::int64_t tokens = 65536;
    double damping = 0.01;
    Fruit fruit = Fruit::Apple;
    std::string name = "x";
    std::vector<std::string> patterns{"a", "b"};
    std::vector<int> lengths{256, 512};

    void describe(OptionList& list) {
        list.group("First");
        list.flag("quick", quick, "Quick.");
        list.integer("bits", bits, 2, 8, "bits", "Bits.");
        list.integer("tokens", tokens, 1, std::int64_t{1} << 40, "tokens", "Tokens.");
        list.group("Second");
        list.real("damping", damping, 0, 1, "", "Damping.");
        list.choice("fruit", fruit, "Fruit.");
        list.text("name", name, "Name.");
        list.texts("patterns", patterns, "Patterns.");
        list.integers("lengths", lengths, 1, 1 << 20, "tokens", "Lengths.");
    }
};

class OptionFields : public ::testing::Test {
  protected:
    Sample m_sample;
    OptionList m_list = describeOptions(m_sample);

    std::string refusal(std::string_view name, std::string_view value) {
        try {
            m_list.set(name, value);
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Usage);
            return error.what();
        }
        return "";
    }
};

TEST_F(OptionFields, DefaultsAndGroupsAreDescribed) {
    ASSERT_EQ(m_list.fields().size(), 8u);
    const auto text = [&](const char* name) { return m_list.find(name)->defaultText; };
    EXPECT_EQ(text("quick"), "false");
    EXPECT_EQ(text("bits"), "4");
    EXPECT_EQ(text("damping"), "0.01");
    EXPECT_EQ(text("fruit"), "apple");
    EXPECT_EQ(text("patterns"), "a,b");
    EXPECT_EQ(text("lengths"), "256,512");
    EXPECT_EQ(m_list.find("bits")->group, "First");
    EXPECT_EQ(m_list.find("fruit")->group, "Second");
    EXPECT_EQ(m_list.find("fruit")->choices, (std::vector<std::string>{"apple", "pear"}));
    EXPECT_EQ(m_list.find("nothing"), nullptr);
}

TEST_F(OptionFields, ValuesAreStoredAndReadBack) {
    const std::pair<const char*, const char*> values[] = {{"quick", "true"},    {"bits", "8"},     {"tokens", "1000000000000"},
                                                          {"damping", "0.125"}, {"fruit", "pear"}, {"name", "a,b"},
                                                          {"lengths", "1,2,3"}};
    for (const auto& [name, value] : values) {
        m_list.set(name, value);
        EXPECT_EQ(m_list.find(name)->get(), value);
    }
    EXPECT_TRUE(m_sample.quick);
    EXPECT_EQ(m_sample.tokens, 1000000000000);
    EXPECT_EQ(m_sample.fruit, Fruit::Pear);
    EXPECT_EQ(m_sample.lengths, (std::vector<int>{1, 2, 3}));
}

TEST_F(OptionFields, EveryListOfTextsSurvivesTheWayThroughText) {
    for (const std::vector<std::string>& values :
         {std::vector<std::string>{}, {"a"}, {"a,b", "c"}, {"", "x"}, {"x", ""}, {"back\\slash", ","}}) {
        m_sample.patterns = values;
        const std::string text = m_list.find("patterns")->get();
        m_sample.patterns = {"other"};
        m_list.set("patterns", text);
        EXPECT_EQ(m_sample.patterns, values) << text;
    }
}

TEST_F(OptionFields, RefusalsNameOptionValueAndWhatIsAllowed) {
    EXPECT_THAT(refusal("bits", "9"), AllOf(HasSubstr("--bits: '9'"), HasSubstr("from 2 to 8")));
    for (const char* value : {"", "1", "4x", " 4", "4.0", "four", "99999999999999999999"}) EXPECT_NE(refusal("bits", value), "") << value;
    for (const char* value : {"", "nan", "inf", "-0.1", "1.5", "0.1,"}) EXPECT_NE(refusal("damping", value), "") << value;
    for (const char* value : {"", "1,", ",1", "1,x", "0"}) EXPECT_NE(refusal("lengths", value), "") << value;
    EXPECT_THAT(refusal("fruit", "Apple"), HasSubstr("one of apple,pear"));
    EXPECT_THAT(refusal("quick", "maybe"), HasSubstr("true or false"));
    EXPECT_THAT(refusal("bit", "4"), HasSubstr("did you mean --bits?"));
    EXPECT_EQ(m_sample.bits, 4);
    EXPECT_EQ(m_sample.damping, 0.01);
    EXPECT_EQ(m_sample.lengths, (std::vector<int>{256, 512}));
}

}  // namespace
}  // namespace qs
