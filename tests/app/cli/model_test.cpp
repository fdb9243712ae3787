// SPDX-License-Identifier: GPL-3.0-or-later
// inspect and forward on the reference models.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>

#include "model/safetensors.h"
#include "program.h"

namespace qs::testing {
namespace {

using nlohmann::json;

class ReferenceModel : public ::testing::TestWithParam<const char*> {
  protected:
    std::string folder() const { return testData(std::string("models/") + GetParam()); }
};

/// The golden id lists as forward reads them.
json idLists(const SafetensorsFile& golden) {
    json lists = json::array();
    for (int k = 0; golden.has("input_ids." + std::to_string(k)); ++k) {
        json list = json::array();
        for (const double id : toDoubles(golden.tensor("input_ids." + std::to_string(k)))) list.push_back(static_cast<std::int64_t>(id));
        lists.push_back(list);
    }
    return lists;
}

/// max |a − b| / max |b|.
double distance(const SafetensorsEntry& a, const SafetensorsEntry& b) {
    const auto x = toDoubles(a), y = toDoubles(b);
    double worst = 0, largest = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
        worst = std::max(worst, std::abs(x[i] - y[i]));
        largest = std::max(largest, std::abs(y[i]));
    }
    return worst / largest;
}

TEST_P(ReferenceModel, ForwardAgreesWithGolden) {
    const SafetensorsFile golden(folder() + "/golden.safetensors");
    const TemporaryFolder place;
    std::ofstream(place / "ids.json") << idLists(golden);
    const ProgramResult result =
        runProgram({"forward", folder(), "--ids", place / "ids.json", "--out", place / "f.safetensors", "--hidden", "--inputs", "--json"});
    ASSERT_EQ(result.status, 0) << result.err;
    const SafetensorsFile found(place / "f.safetensors");
    std::size_t compared = 0;
    for (const auto& [name, entry] : golden.tensors()) {
        if (name.starts_with("input_ids.")) continue;
        ASSERT_TRUE(found.has(name)) << name;
        EXPECT_EQ(found.tensor(name).dtype, DType::F32);
        ASSERT_EQ(found.tensor(name).shape, entry.shape) << name;
        EXPECT_LT(distance(found.tensor(name), entry), 1e-5) << name;
        ++compared;
    }
    EXPECT_EQ(compared, found.tensors().size());
    EXPECT_EQ(result.json()["tensors"].size(), compared);
}

TEST_P(ReferenceModel, InspectListsEveryLinear) {
    const json document = runProgram({"inspect", folder(), "--json"}).json();
    EXPECT_EQ(document["linears"].size(), document["blocks"].get<std::size_t>() * 7);
    std::set<std::string> names;
    for (const auto& linear : document["linears"]) {
        names.insert(linear["name"]);
        EXPECT_EQ(linear["parameters"].get<long>(),
                  linear["out"].get<long>() * linear["in"].get<long>() + (linear["bias"].get<bool>() ? linear["out"].get<long>() : 0));
    }
    EXPECT_EQ(names.size(), document["linears"].size());
    EXPECT_EQ(document["linears"][0]["name"], "model.layers.0.self_attn.q_proj");
    EXPECT_EQ(document["linears"][3]["tag"], "attention-out");
    const bool hasTokenizer = std::filesystem::exists(folder() + "/tokenizer.json");
    EXPECT_EQ(document["tokenizer"].is_string(), hasTokenizer);
    EXPECT_EQ(document["unsupported"].empty(), hasTokenizer) << document["unsupported"];
    const std::string text = runProgram({"inspect", folder()}).out;
    for (const std::string& name : names) EXPECT_NE(text.find(name), std::string::npos) << name;
}

INSTANTIATE_TEST_SUITE_P(Models, ReferenceModel,
                         ::testing::Values("llama3-rope-bf16", "qwen3-tied-f16", "qwen3-untied-bf16-sharded", "gemma3-bf16",
                                           "gemma3-softcap-f32", "qwen2-bias-bf16", "mistral-window-f16"));

const std::string kModel = testData("models/qwen3-tied-f16").string();

TEST(Forward, PrecisionsAgree) {
    const TemporaryFolder place;
    std::ofstream(place / "ids.json") << "[[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]]";
    const auto run = [&](const char* precision) {
        const std::string out = place / (std::string(precision) + ".safetensors");
        const ProgramResult result =
            runProgram({"forward", kModel, "--ids", place / "ids.json", "--out", out, "--precision", precision, "--threads", "1"});
        EXPECT_EQ(result.status, 0) << result.err;
        return std::make_unique<SafetensorsFile>(out);
    };
    const auto reference = run("f64");
    EXPECT_LT(distance(run("f32")->tensor("logits.0"), reference->tensor("logits.0")), 1e-5);
    EXPECT_LT(distance(run("fast-f32")->tensor("logits.0"), reference->tensor("logits.0")), 2e-5);
    EXPECT_LT(distance(run("fast-bf16")->tensor("logits.0"), reference->tensor("logits.0")), 0.1);
}

TEST(Forward, RefusesWhatIsNotAListOfIdLists) {
    const TemporaryFolder place;
    const auto run = [&](const std::string& ids) {
        std::ofstream(place / "ids.json") << ids;
        const ProgramResult result = runProgram({"forward", kModel, "--ids", place / "ids.json", "--out", place / "f.safetensors"});
        EXPECT_FALSE(std::filesystem::exists(place / "f.safetensors")) << ids;
        return result;
    };
    for (const char* ids : {"", "{]", "{}", "3", "[1, 2]", "[]", "[[]]", "[[1], []]", "[[1.5]]", "[[-1]]", "[[544]]", "[[99999999999]]",
                            "[[\"a\"]]", "[[null]]"})
        expectError(run(ids), 1, "ids.json");
    json longest = json::array();
    for (int i = 0; i < 100000; ++i) longest.push_back(1);
    expectError(run(json::array({longest}).dump()), 1, "positions");
}

TEST(Forward, RefusesBadPlaces) {
    const TemporaryFolder place;
    std::ofstream(place / "ids.json") << "[[1, 2]]";
    const std::string ids = place / "ids.json";
    expectError(runProgram({"forward", kModel, "--ids", place / "none.json", "--out", place / "f"}), 1, "none.json");
    expectError(runProgram({"forward", kModel, "--ids", place.path(), "--out", place / "f"}), 1, place.path());
    expectError(runProgram({"forward", "/nonexistent", "--ids", ids, "--out", place / "f"}), 1, "/nonexistent");
    expectError(runProgram({"forward", kModel, "--ids", ids, "--out", place / "none/f"}), 1, "does not exist");
    expectError(runProgram({"forward", kModel, "--ids", ids, "--out", place.path()}), 1, "is a directory");
    expectError(runProgram({"forward", kModel, "--ids", ids, "--out", ids}), 2, "is an input too");
    expectError(runProgram({"forward", kModel, "--ids", ids, "--out", "/proc/f"}), 1, "/proc");
    EXPECT_FALSE(std::filesystem::exists(place / "f"));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(place.path()), {}), 1);
}

TEST(Inspect, NamesWhatIsWrong) {
    const TemporaryFolder place;
    expectError(runProgram({"inspect", "/nonexistent"}), 1, "/nonexistent");
    expectError(runProgram({"inspect", place.path()}), 1, "config.json");
    std::ofstream(place / "config.json") << "{]";
    expectError(runProgram({"inspect", place.path()}), 1, "config.json");
    std::ofstream(place / "garbage.gguf") << "GGUFgarbage";
    expectError(runProgram({"inspect", place / "garbage.gguf"}), 1, "garbage.gguf");
    std::ofstream(place / "empty.gguf").close();
    expectError(runProgram({"inspect", place / "empty.gguf"}), 1, "empty.gguf");
}

}  // namespace
}  // namespace qs::testing
