// SPDX-License-Identifier: GPL-3.0-or-later
// solve on the reference problems, through files.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "model/safetensors.h"
#include "model/safetensors_writer.h"
#include "program.h"

namespace qs::testing {
namespace {

using nlohmann::json;

/// The inputs of a reference file: the tensors that belong to no case.
void writeProblem(const SafetensorsFile& reference, const std::filesystem::path& path) {
    std::vector<TensorDeclaration> tensors;
    for (const auto& [name, entry] : reference.tensors())
        if (name == "W" || name == "H" || name == "lengths" || name.starts_with("x.") || name.starts_with("x_fp."))
            tensors.push_back({name, entry.dtype, entry.shape});
    writeSafetensors(path, tensors, {}, [&](SafetensorsSink& sink) {
        for (const TensorDeclaration& tensor : tensors) sink.write(tensor.name, reference.tensor(tensor.name).bytes);
    });
}

json infoOf(const SafetensorsFile& reference) { return json::parse(reference.metadata().at("info")); }

struct Solved {
    ProgramResult result;
    std::unique_ptr<SafetensorsFile> file;
    json values;
};

Solved solve(const TemporaryFolder& place, const std::string& method, json settings) {
    settings["method"] = method;
    std::ofstream(place / "s.json") << settings;
    Solved solved{runProgram({"solve", "--problem", place / "p.safetensors", "--settings", place / "s.json", "--out",
                              place / "r.safetensors", "--json"}),
                  {},
                  {}};
    EXPECT_EQ(solved.result.status, 0) << solved.result.err;
    if (solved.result.status != 0) return solved;
    solved.file = std::make_unique<SafetensorsFile>(place / "r.safetensors");
    solved.values = json::parse(solved.file->metadata().at("values"));
    EXPECT_EQ(solved.values, solved.result.json());
    return solved;
}

class Solvers : public ::testing::TestWithParam<const char*> {};

TEST_P(Solvers, AgreeWithTheReference) {
    const SafetensorsFile reference(testData(std::string("solvers/") + GetParam() + ".safetensors"));
    const TemporaryFolder place;
    writeProblem(reference, place / "p.safetensors");
    const std::string method = std::string(GetParam()).starts_with("gptq") ? "gptq" : "rtn";
    const json cases = infoOf(reference)["cases"];
    std::size_t index = 0;
    for (const auto& [name, entry] : cases.items()) {
        if (index++ % 5 != 0) continue;  // the solver's own tests take all of them
        const Solved solved = solve(place, method, entry["settings"]);
        ASSERT_TRUE(solved.file) << name;
        EXPECT_NEAR(solved.values["loss"].get<double>() / entry["values"]["loss"].get<double>(), 1, 1e-6) << name;
        const SafetensorsEntry& codes = solved.file->tensor("codes");
        const SafetensorsEntry& expected = reference.tensor(name + ".codes");
        EXPECT_EQ(codes.dtype, DType::U8);
        ASSERT_EQ(codes.shape, expected.shape);
        const auto found = toDoubles(codes), wanted = toDoubles(expected);
        std::size_t equal = 0;
        for (std::size_t i = 0; i < found.size(); ++i) equal += found[i] == wanted[i];
        EXPECT_GE(static_cast<double>(equal) / static_cast<double>(found.size()), 0.99) << name;
        const auto scales = toDoubles(solved.file->tensor("scales")), zeros = toDoubles(solved.file->tensor("zeros"));
        EXPECT_EQ(solved.file->tensor("scales").shape, reference.tensor(name + ".scales").shape) << name;
        if (solved.file->has("g_idx")) continue;
        // dequantized = scale · (code − zero)
        const auto values = toDoubles(solved.file->tensor("dequantized"));
        const auto in = static_cast<std::size_t>(codes.shape[1]), groups = static_cast<std::size_t>(solved.file->tensor("scales").shape[1]);
        const std::size_t width = entry["settings"]["group"].get<int>() < 0 ? in : entry["settings"]["group"].get<std::size_t>();
        for (std::size_t i = 0; i < found.size(); ++i) {
            const std::size_t group = i / in * groups + i % in / width;
            EXPECT_NEAR(values[i], scales[group] * (found[i] - zeros[group]), 1e-6 * std::abs(scales[group]) * 256) << name;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Methods, Solvers, ::testing::Values("rtn", "gptq", "gptq_dead"));

TEST(Solve, Hessians) {
    const SafetensorsFile reference(testData("solvers/hessians.safetensors"));
    const TemporaryFolder place;
    writeProblem(reference, place / "p.safetensors");
    const json cases = infoOf(reference)["cases"];
    const Solved solved = solve(place, "hessians", cases.begin().value()["settings"]);
    ASSERT_TRUE(solved.file);
    for (const char* key : {"H_token", "H_maca", "sum_by_length.48"}) {
        const auto found = toDoubles(solved.file->tensor(key)), wanted = toDoubles(reference.tensor(key));
        const std::size_t n = static_cast<std::size_t>(solved.file->tensor(key).shape[0]);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j)
                EXPECT_NEAR(found[i * n + j], wanted[i * n + j], 1e-11 * std::sqrt(wanted[i * n + i] * wanted[j * n + j])) << key;
    }
}

class SolveErrors : public ::testing::Test {
  protected:
    SolveErrors() {
        const SafetensorsFile reference(testData("solvers/gptq.safetensors"));
        writeProblem(reference, m_place / "p.safetensors");
    }
    ProgramResult run(const std::string& settings) {
        std::ofstream(m_place / "s.json") << settings;
        ProgramResult result = run();
        EXPECT_FALSE(std::filesystem::exists(m_place / "r.safetensors")) << settings;
        return result;
    }
    ProgramResult run() {
        return runProgram(
            {"solve", "--problem", m_place / "p.safetensors", "--settings", m_place / "s.json", "--out", m_place / "r.safetensors"});
    }
    TemporaryFolder m_place;
};

TEST_F(SolveErrors, SettingsAreChecked) {
    for (const char* settings :
         {"", "{]", "[]", "3", "{}", R"({"method": "magic"})", R"({"method": 3})", R"({"method": "gptq", "bitz": 3})",
          R"({"method": "gptq", "bits": 99})", R"({"method": "gptq", "bits": 3.5})", R"({"method": "gptq", "bits": "3"})",
          R"({"method": "rtn", "bits": 3, "search": {"kind": "absmax", "surplus": 1}})"}) {
        const ProgramResult result = run(settings);
        EXPECT_TRUE(result.status == 1 || result.status == 2) << settings;
        EXPECT_EQ(result.errorLines(), 1);
        EXPECT_NE(result.lastLine().find("s.json"), std::string::npos) << result.lastLine();
    }
}

TEST_F(SolveErrors, TensorsAreChecked) {
    const std::string settings = R"({"method": "gptq", "bits": 4, "group": -1, "scheme": "sym"})";
    const auto write = [&](std::vector<float> W, std::vector<std::int64_t> shape) {
        writeSafetensors(m_place / "p.safetensors", {{"W", DType::F32, shape}, {"H", DType::F32, {2, 2}}}, {}, [&](SafetensorsSink& sink) {
            sink.writeValues("W", std::span<const float>(W));
            sink.writeValues("H", std::span<const float>(std::vector<float>{2, 1, 1, 2}));
        });
    };
    write({1, NAN, 3, 4}, {2, 2});
    expectError(run(settings), 1, "W");
    write({1, INFINITY, 3, 4}, {2, 2});
    expectError(run(settings), 1, "W");
    write({1, 2, 3, 4}, {4});
    expectError(run(settings), 1, "W");
    write({1, 2, 3, 4, 5, 6}, {2, 3});
    expectError(run(settings), 1, "H");
    write({}, {0, 2});
    expectError(run(settings), 1, "W");
    std::ofstream(m_place / "p.safetensors") << "garbage";
    expectError(run(settings), 1, "p.safetensors");
    std::filesystem::remove(m_place / "p.safetensors");
    expectError(run(settings), 1, "p.safetensors");
}

TEST_F(SolveErrors, FilesAreChecked) {
    expectError(run(), 1, "s.json");
    std::ofstream(m_place / "s.json") << R"({"method": "gptq", "bits": 4, "group": -1, "scheme": "sym"})";
    const std::string problem = m_place / "p.safetensors", settings = m_place / "s.json";
    expectError(runProgram({"solve", "--problem", problem, "--settings", settings, "--out", problem}), 2, "is an input too");
    expectError(runProgram({"solve", "--problem", problem, "--settings", settings, "--out", m_place / "none/r"}), 1, "does not exist");
    expectError(runProgram({"solve", "--problem", m_place.path(), "--settings", settings, "--out", m_place / "r"}), 1, m_place.path());
}

}  // namespace
}  // namespace qs::testing
