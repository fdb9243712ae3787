// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/training_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "base/error.h"
#include "base/file.h"
#include "core/run/run_file_support.h"
#include "run/run_file.h"
#include "support/data.h"
#include "support/training_example.h"

namespace qs {
namespace {

using testing::exampleProvenance;
using testing::exampleSequences;
using testing::exampleTraining;
using ::testing::HasSubstr;
using testing::messageOf;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

const Event kFlicker{Severity::Info, "width-flicker", "model.layers.0.self_attn.q_proj", "back to 4 bits"};

RunWriter writerAt(const fs::path& path, bool resume = false) {
    Provenance provenance = exampleProvenance();
    provenance.kind = "train";
    return {path, provenance, exampleSequences(), resume};
}

TEST(TrainingRecord, ComesBackFromTheFinishedRun) {
    const TemporaryFolder folder;
    const fs::path path = folder / "run.qsrun";
    {
        RunWriter writer = writerAt(path);
        writer.writeTraining(exampleTraining(), {kFlicker});
        writer.addEvent(kFlicker);
        BlockPart part = testing::examplePart(0);
        part.linears[0].activationBits = 6;
        part.linears[0].activationMax = 2.5;
        writer.writePart(part);
        writer.finish(1);
    }
    const auto run = RunFile::open(path);
    ASSERT_TRUE(run->training());
    EXPECT_EQ(*run->training(), exampleTraining());
    EXPECT_EQ(run->linears()[0].activationBits, 6);
    EXPECT_EQ(run->linears()[0].activationMax, 2.5);
    EXPECT_EQ(run->linears()[1].activationBits, 0);
    EXPECT_EQ(run->training()->metricOf("full", "accuracy")->value, 0.99);
    EXPECT_EQ(run->training()->metricOf("full", "bleu"), nullptr);
    EXPECT_EQ(run->training()->curveOf("dsa-qat")->steps.size(), 2u);
    EXPECT_EQ(run->training()->curveOf("ptq"), nullptr);
}

TEST(TrainingRecord, IsReadWhileTheTrainingRuns) {
    const TemporaryFolder folder;
    RunWriter writer = writerAt(folder / "run.qsrun");
    const auto early = RunFile::open(folder / "run.qsrun");
    EXPECT_FALSE(early->training());
    writer.writeTraining(exampleTraining(), {kFlicker});
    TrainingRecord longer = exampleTraining();
    longer.curves[0].steps.push_back({3, 1, 1, 0, 0, 0.1, 2, 4});
    writer.writeTraining(longer, {kFlicker, kFlicker});
    const auto run = RunFile::open(folder / "run.qsrun");
    EXPECT_EQ(*run->training(), longer);
    EXPECT_EQ(run->events(), (std::vector<Event>{kFlicker, kFlicker}));
    writer.writePart(testing::examplePart(0));
    writer.finish(1);
    EXPECT_EQ(*run->training(), longer);  // a reader that opened it before the end
}

TEST(TrainingRecord, RunsWithoutATrainingHaveNone) {
    const TemporaryFolder folder;
    EXPECT_FALSE(RunFile::open(testing::writeExample(folder.path()))->training());
}

TEST(TrainingRecord, CheckpointsOutliveTheWriterAndAreFoundAgain) {
    const TemporaryFolder folder;
    const fs::path path = folder / "run.qsrun";
    writerAt(path).writeTraining(exampleTraining(), {});
    EXPECT_FALSE(fs::exists(path.string() + ".parts"));  // nothing to continue from
    {
        RunWriter writer = writerAt(path);
        writer.writeTraining(exampleTraining(), {kFlicker});
        writeText(writer.checkpointPath("dsa-qat"), "state");
    }
    {
        RunWriter writer = writerAt(path, true);
        std::vector<Event> events;
        EXPECT_EQ(writer.earlierTraining(events), exampleTraining());
        EXPECT_EQ(events, std::vector<Event>{kFlicker});
        EXPECT_EQ(readText(writer.checkpointPath("dsa-qat")), "state");
    }
    RunWriter anew = writerAt(path);
    std::vector<Event> events;
    EXPECT_FALSE(anew.earlierTraining(events));
    EXPECT_FALSE(fs::exists(anew.checkpointPath("dsa-qat")));
}

TEST(TrainingRecord, RefusesAnUpdateThatMissesALayer) {
    const TemporaryFolder folder;
    TrainingRecord record = exampleTraining();
    record.updates[1].bits.pop_back();
    RunWriter writer = writerAt(folder / "run.qsrun");
    EXPECT_THAT(messageOf([&] { writer.writeTraining(record, {}); }), HasSubstr("a value for every layer"));
}

TEST(TrainingRecord, OtherReadersOpenIt) {
    if (std::system("/usr/bin/python3 -c 'import h5py' 2>/dev/null") != 0) GTEST_SKIP() << "needs the Debian package python3-h5py";
    const TemporaryFolder folder;
    {
        RunWriter writer = writerAt(folder / "run.qsrun");
        writer.writeTraining(exampleTraining(), {});
        writer.writePart(testing::examplePart(0));
        writer.finish(1);
    }
    std::ofstream(folder / "check.py") << R"(import h5py, sys
t = h5py.File(sys.argv[1])["training"]
assert t.attrs["task"].decode() == "classification" and t.attrs["steps"] == 200
assert [n.decode() for n in t["layers"]["name"]] == ["model.layers.0.self_attn.q_proj", "model.layers.0.mlp.up_proj"]
assert t["thresholds"]["wider"].tolist() == [6, 8] and t["thresholds"]["sensitivity"].tolist() == [0.78, 15.3]
assert t["updates/bits"][:].tolist() == [[8, 8], [4, 6]] and t["updates/steps"][:].tolist() == [0, 20]
assert t["curves/0/steps"]["task_loss"].tolist() == [2.0, 1.5]
assert t["confusion/0/counts"][:].tolist() == [[9, 1], [0, 10]]
assert t["measurements"]["estimate"].tolist() == [0, 1]
assert t["metrics"]["metric"][0].decode() == "accuracy"
)";
    EXPECT_EQ(std::system(("/usr/bin/python3 '" + (folder / "check.py").string() + "' '" + (folder / "run.qsrun").string() + "'").c_str()),
              0);
}

}  // namespace
}  // namespace qs
