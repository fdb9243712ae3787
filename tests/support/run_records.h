// SPDX-License-Identifier: GPL-3.0-or-later
// Small run-file records for tests.
#pragma once

#include <numeric>

#include "run/run_data.h"

namespace qs::testing {

inline Provenance exampleProvenance() {
    Provenance p;
    p.kind = "quantize";
    p.program = "quantoscope 0.1.0";
    p.created = "2026-01-02T03:04:05Z";
    p.model = "models/é";
    p.architecture = "qwen3";
    p.modelFingerprint = "aa";
    p.textFingerprint = "bb";
    p.parameters = 8000000000;
    p.blocks = 2;
    p.device = "cpu";
    p.compute = "bf16";
    p.cpu = "a processor";
    p.threads = 2;
    p.seed = 7;
    p.fingerprint = "fingerprint";
    p.options = {{"bits", "4"}, {"text", "a.txt,b.txt"}, {"ids", ""}};
    return p;
}

inline std::vector<SequenceRecord> exampleSequences() {
    return {{4, 7, 100, false, false, {1, 2, 3, 4}}, {3, 8, 0, false, true, {5, 6, 7}}, {2, -1, 0, true, false, {8, 9}}};
}

inline BucketRecord exampleBucket(int length, int in) {
    BucketRecord b;
    b.length = length;
    b.sequences = 2;
    b.halfSequences = {1, 1};
    b.diagonal.assign(static_cast<std::size_t>(in), length);
    b.halfDiagonal = {std::vector<double>(static_cast<std::size_t>(in), 1), std::vector<double>(static_cast<std::size_t>(in), 2)};
    b.firstTokenDiagonal.assign(static_cast<std::size_t>(in), 0.5);
    b.eigenvalues.assign(static_cast<std::size_t>(in), 0.25f);
    b.trace = length * in;
    b.conditionNumber = 10;
    b.effectiveRank = 3;
    b.topShare = 0.5;
    b.drift = 0.125;
    return b;
}

inline LinearRecord exampleLinear(int block, const std::string& role, const std::string& name) {
    LinearRecord r;
    r.name = "model.layers." + std::to_string(block) + "." + name;
    r.block = block;
    r.role = role;
    r.tag = "mlp-in";
    r.out = 3;
    r.in = 4;
    r.method = "gptq";
    r.scheme = "asym";
    r.bits = 4;
    r.groupSize = 2;
    r.loss = 0.1;
    r.energy = 2.5;
    r.damping = 0.01;
    r.seconds = 0.5;
    r.deadColumns = {2};
    r.calibrationErrors = {{4, 2, 1, 2, 3, 4}, {8, 2, 5, 6, 7, 8}};
    r.heldOutErrors = {{4, 1, 9, 10, 11, 12}};
    r.scaleSteps = {{"stage 1", 0.4, Matrix<float>(3, 2)}, {"sweep 1", 0.1, Matrix<float>(3, 2)}};
    r.scaleSteps[1].scales(2, 1) = 0.5f;
    r.codes = Matrix<std::uint8_t>(3, 4);
    std::iota(r.codes.values().begin(), r.codes.values().end(), static_cast<std::uint8_t>(block));
    r.scales = Matrix<float>(3, 2);
    for (float& s : r.scales.values()) s = 0.1f;
    r.zeros = Matrix<std::uint8_t>(3, 2);
    r.solvedScales = Matrix<float>(3, 2);
    r.solvedScales(1, 1) = 0.2f;
    r.groupIndex = {0, 1, 0, 1};
    r.order = {3, 2, 1, 0};
    return r;
}

inline BlockPart examplePart(int block) {
    BlockPart part;
    part.block = block;
    part.seconds = 0.75;
    part.phases = {{"forward", 0.25}, {"stage 2", 0.125 * (1 + block)}};
    if (block == 1) part.phases.insert(part.phases.begin() + 1, {"factor", 0.5});
    part.linears = {exampleLinear(block, "q_proj", "self_attn.q_proj"), exampleLinear(block, "down_proj", "mlp.down_proj")};
    TagRecord tag;
    tag.block = block;
    tag.tag = "mlp-in";
    tag.dim = 4;
    tag.inputScales = {1, 2, 0.5f, 1};
    tag.scaleLosses = {3, 2.5};
    tag.calibration = {exampleBucket(4, 4), exampleBucket(8, 4)};
    tag.calibration[1].S = Matrix<float>(4, 4);
    tag.calibration[1].S(1, 2) = 3;
    tag.calibration[1].firstTokens = Matrix<float>(2, 4);
    tag.heldOut = {exampleBucket(4, 4)};
    part.tags = {tag};
    part.events = {{Severity::Info, "dead-columns", "block " + std::to_string(block), "1 dead column"}};
    return part;
}

/// One block of an 8 B Llama: 7 linears, four inputs with diagonals for five lengths; codes shrunk to one row, since they are not read.
inline BlockPart partOfEightBillion(int block) {
    BlockPart part;
    part.block = block;
    for (const char* role : {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}) {
        LinearRecord linear = exampleLinear(block, role, std::string("x.") + role);
        linear.calibrationErrors.resize(5);
        part.linears.push_back(linear);
    }
    const std::pair<const char*, int> inputs[] = {{"attention-in", 4096}, {"attention-out", 4096}, {"mlp-in", 4096}, {"mlp-down", 14336}};
    for (const auto& [name, dim] : inputs) {
        TagRecord tag;
        tag.block = block;
        tag.tag = name;
        tag.dim = dim;
        for (const int length : {256, 512, 1024, 2048, 4096}) tag.calibration.push_back(exampleBucket(length, dim));
        part.tags.push_back(tag);
    }
    return part;
}

}  // namespace qs::testing
