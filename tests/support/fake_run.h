// SPDX-License-Identifier: GPL-3.0-or-later
// A run in memory with small numbers that can be checked by hand.
#pragma once

#include <memory>
#include <tuple>

#include "run/run_file.h"

namespace qs::testing {

struct FakeRun final : RunFile {
    std::filesystem::path file = "small.qsrun";
    Provenance origin;
    bool isFinished = true;
    std::vector<SequenceRecord> drawn;
    std::vector<LinearRecord> linearRecords;
    std::vector<TagRecord> tagRecords;
    std::vector<Event> eventRecords;
    BitErrors errorsPerWidth;
    std::optional<BitPlanRecord> plan;

    const std::filesystem::path& path() const override { return file; }
    const Provenance& provenance() const override { return origin; }
    bool finished() const override { return isFinished; }
    double seconds() const override { return 1; }
    std::optional<Resources> forecast() const override { return {}; }
    std::optional<Resources> actual() const override { return {}; }
    const std::vector<SequenceRecord>& sequences() const override { return drawn; }
    std::vector<std::int32_t> sequenceIds(std::size_t) const override { return {}; }
    const std::vector<LinearRecord>& linears() const override { return linearRecords; }
    const std::vector<TagRecord>& tags() const override { return tagRecords; }
    const std::vector<Event>& events() const override { return eventRecords; }
    std::vector<EvaluationRecord> evaluationRecords;
    std::vector<EvaluationRecord> evaluations() const override { return evaluationRecords; }
    std::optional<TrainingRecord> trainingRecord;
    std::optional<TrainingRecord> training() const override { return trainingRecord; }
    PhaseSeconds phaseRecords;
    PhaseSeconds phases() const override { return phaseRecords; }
    BitErrors bitErrors() const override { return errorsPerWidth; }
    std::optional<BitPlanRecord> bitPlan() const override { return plan; }
    LinearRecord linear(const std::string& name) const override {
        for (const LinearRecord& record : linearRecords)
            if (record.name == name) return record;
        return {};
    }
    std::vector<ScaleStepRecord> scaleSteps(const std::string& name) const override { return linear(name).scaleSteps; }
    Matrix<float> fullS(int, const std::string&, int, bool) const override { return {}; }
    Matrix<float> firstTokens(int, const std::string&, int, bool) const override { return {}; }
};

/// diag S_L of three channels at two lengths: 2 sequences of 10 tokens, 1 sequence of 20; so d₁₀ = {1, 4, 0}, d₂₀ = {3, 2, 0}.
/// Of the first tokens: {4, 0, 0} and {20, 0, 0}. Halves of the first length: {8, 50, 0} and {12, 30, 0}.
inline TagRecord smallTag(int block, const std::string& tag = "mlp-down") {
    TagRecord record;
    record.block = block;
    record.tag = tag;
    record.dim = 3;
    BucketRecord shorter, longer;
    shorter.length = 10, shorter.sequences = 2;
    shorter.diagonal = {20, 80, 0};
    shorter.firstTokenDiagonal = {4, 0, 0};
    shorter.halfSequences = {1, 1};
    shorter.halfDiagonal = {std::vector<double>{8, 50, 0}, std::vector<double>{12, 30, 0}};
    longer.length = 20, longer.sequences = 1;
    longer.diagonal = {60, 40, 0};
    longer.firstTokenDiagonal = {20, 0, 0};
    longer.halfSequences = {1, 0};
    longer.halfDiagonal = {std::vector<double>{60, 40, 0}, std::vector<double>{0, 0, 0}};
    shorter.trace = longer.trace = 100;
    record.calibration = {shorter, longer};
    return record;
}

inline LinearRecord smallLinear(int block, const std::string& role, double relative10, double relative20) {
    LinearRecord linear;
    linear.name = "model.layers." + std::to_string(block) + ".mlp." + role;
    linear.block = block;
    linear.role = role;
    linear.tag = "mlp-down";
    linear.bits = 3;
    linear.out = 2, linear.in = 3;
    for (const auto& [length, relative] : {std::pair{10, relative10}, {20, relative20}}) {
        LengthError error;
        error.length = length, error.sequences = 1;
        error.error = relative * 8, error.energy = 8;
        linear.calibrationErrors.push_back(error);
    }
    linear.groupSize = 2;
    linear.loss = 0.5, linear.energy = 10;
    linear.asymmetricLoss = 0.75, linear.asymmetricEnergy = 11;
    linear.codes = Matrix<std::uint8_t>(2, 3);
    linear.codes(0, 1) = 7, linear.codes(1, 2) = 4;
    linear.zeros = Matrix<std::uint8_t>(2, 2);
    linear.scales = Matrix<float>(2, 2);
    for (float& scale : linear.scales.values()) scale = 0.5f;
    linear.weightSample = Matrix<float>(2, 3);
    linear.weightSample(0, 1) = 3;
    for (const auto& [name, loss, scale] :
         {std::tuple{"stage 1", 2.0, 0.25f}, {"codes", 1.0, 0.25f}, {"sweep 1", 0.6, 0.4f}, {"sweep 2", 0.5, 0.5f}}) {
        ScaleStepRecord step{name, loss, Matrix<float>(2, 2)};
        for (float& value : step.scales.values()) value = 0.25f;
        step.scales(1, 0) = scale;
        linear.scaleSteps.push_back(std::move(step));
    }
    return linear;
}

/// Two blocks; `finishedBlocks` of them with one tag and the linears up_proj and down_proj.
inline std::shared_ptr<FakeRun> smallRun(int finishedBlocks = 2, const std::string& weighting = "maca") {
    auto run = std::make_shared<FakeRun>();
    run->origin.kind = "quantize";
    run->origin.model = "models/small/";
    run->origin.blocks = 2;
    run->origin.options = {{"method", "gptq"}, {"bits", "3"}, {"group-size", "64"}, {"weighting", weighting}, {"first-token-weight", "1"}};
    for (int block = 0; block < finishedBlocks; ++block) {
        run->tagRecords.push_back(smallTag(block));
        run->linearRecords.push_back(smallLinear(block, "up_proj", 0.01 * (block + 1), 0.02));
        run->linearRecords.push_back(smallLinear(block, "down_proj", 0.04, 0.08 * (block + 1)));
        run->linearRecords.back().damping = 0.03;
    }
    for (int i = 0; i < 3; ++i) run->drawn.push_back({i < 2 ? 10 : 20, i, 5 * i, i == 1, false, {}});
    for (SequenceRecord& sequence : run->drawn) sequence.ids.assign(static_cast<std::size_t>(sequence.length), 1);
    run->origin.documentLengths = {0, 0, 1, 3};
    run->isFinished = finishedBlocks == 2;
    return run;
}

/// A block of it as a job would write it.
inline BlockPart smallPart(const FakeRun& run, int block) {
    BlockPart part;
    part.block = block;
    part.tags = {run.tagRecords[static_cast<std::size_t>(block)]};
    for (const LinearRecord& linear : run.linearRecords)
        if (linear.block == block) part.linears.push_back(linear);
    return part;
}

}  // namespace qs::testing
