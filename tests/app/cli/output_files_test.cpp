// SPDX-License-Identifier: GPL-3.0-or-later
// What --out may replace: nothing that this program did not write, unless --force is given.
#include <gtest/gtest.h>

#include "base/file.h"
#include "program.h"

namespace qs::testing {
namespace {

struct OutputFiles : ::testing::Test {
    /// A foreign file is refused and stays; with `--force` it is replaced, and what replaced it is replaced without.
    void expectCareful(Words words, const std::string& out) {
        words.insert(words.end(), {"--out", out});
        writeText(out, "a diary\n");
        expectError(runProgram(words), 1, "--force");
        EXPECT_EQ(readText(out), "a diary\n");
        words.push_back("--force");
        ProgramResult result = runProgram(words);
        EXPECT_EQ(result.status, 0) << result.err;
        words.pop_back();
        result = runProgram(words);
        EXPECT_EQ(result.status, 0) << result.err;
        writeText(out, "");
        result = runProgram(words);
        EXPECT_EQ(result.status, 0) << result.err;
    }
    const TemporaryFolder folder;
    const std::string model = resource("models/demo").string();
};

TEST_F(OutputFiles, OfRuns) {
    writeText(folder / "ids.json", "[[1, 2, 3, 4]]");
    const std::string ids = folder / "ids.json";
    const Words words{"quantize", model, "--ids", ids, "--include", "model.layers.0.self_attn.o_proj", "--keep", "none", "--threads", "1"};
    expectCareful(words, folder / "run.qsrun");
}

TEST_F(OutputFiles, OfForward) {
    writeText(folder / "ids.json", "[[1, 2, 3, 4]]");
    expectCareful({"forward", model, "--ids", folder / "ids.json", "--precision", "fast-f32"}, folder / "logits.safetensors");
    expectError(runProgram({"forward", model, "--ids", folder / "ids.json", "--out", (resource("models/demo") / "config.json").string()}),
                1, "not a file that an earlier run wrote");
}

TEST_F(OutputFiles, OfSolve) {
    writeText(folder / "settings.json", R"({"method": "rtn"})");
    const std::string problem = testData("solvers/rtn.safetensors").string();
    expectCareful({"solve", "--problem", problem, "--settings", folder / "settings.json"}, folder / "result.safetensors");
}

}  // namespace
}  // namespace qs::testing
