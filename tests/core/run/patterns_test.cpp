// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/patterns.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace qs {
namespace {

TEST(Patterns, StarAndQuestionMark) {
    EXPECT_TRUE(matchesPattern("model.layers.3.mlp.up_proj", "*"));
    EXPECT_TRUE(matchesPattern("model.layers.3.mlp.up_proj", "*.up_proj"));
    EXPECT_TRUE(matchesPattern("model.layers.3.mlp.up_proj", "model.layers.?.mlp.*"));
    EXPECT_TRUE(matchesPattern("model.layers.3.mlp.up_proj", "*layers*mlp*proj"));
    EXPECT_FALSE(matchesPattern("model.layers.13.mlp.up_proj", "model.layers.?.mlp.*"));
    EXPECT_FALSE(matchesPattern("model.layers.3.mlp.up_proj", "up_proj"));
    EXPECT_FALSE(matchesPattern("model.layers.3.mlp.up_proj", "*.up_pro"));
    EXPECT_TRUE(matchesPattern("", "**"));
    EXPECT_FALSE(matchesPattern("", "?"));
    EXPECT_TRUE(matchesPattern("aaab", "*ab"));
}

ModelSpec twoBlocks() {
    ModelSpec spec;
    for (int b = 0; b < 2; ++b) {
        BlockSpec block;
        const std::string prefix = "layers." + std::to_string(b) + ".";
        block.linears = {{LinearRole::Q, InputTag::AttentionIn, prefix + "q_proj", 8, 4, false},
                         {LinearRole::Down, InputTag::MlpDown, prefix + "down_proj", 4, 8, false}};
        spec.blocks.push_back(block);
    }
    return spec;
}

std::vector<std::string> namesOf(const std::vector<std::vector<LinearSpec>>& blocks) {
    std::vector<std::string> names;
    for (const auto& linears : blocks)
        for (const LinearSpec& linear : linears) names.push_back(linear.name);
    return names;
}

using Names = std::vector<std::string>;

TEST(Patterns, IncludeAndExclude) {
    EXPECT_EQ(namesOf(chooseLinears(twoBlocks(), {}, {})),
              (Names{"layers.0.q_proj", "layers.0.down_proj", "layers.1.q_proj", "layers.1.down_proj"}));
    EXPECT_EQ(namesOf(chooseLinears(twoBlocks(), {"*q_proj", "layers.1.*"}, {"layers.1.down_proj"})),
              (Names{"layers.0.q_proj", "layers.1.q_proj"}));
}

TEST(Patterns, ThatFitNothingAreWrongUsage) {
    const auto kindOf = [](const std::vector<std::string>& include, const std::vector<std::string>& exclude) {
        try {
            chooseLinears(twoBlocks(), include, exclude);
        } catch (const Error& error) {
            return error.kind();
        }
        return ErrorKind::Failed;
    };
    EXPECT_EQ(kindOf({"*k_proj"}, {}), ErrorKind::Usage);
    EXPECT_EQ(kindOf({}, {"lm_head"}), ErrorKind::Usage);
    EXPECT_EQ(kindOf({}, {"*"}), ErrorKind::Usage);
}

}  // namespace
}  // namespace qs
