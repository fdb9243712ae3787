// SPDX-License-Identifier: GPL-3.0-or-later
// A run file with as many blocks and channels as a large model has: 7 linears a block, four inputs of 4 096 or 14 336 channels, five
// lengths. Of the codes 64 rows a linear are written, since what is looked at is what is read.
#pragma once

#include <cmath>
#include <random>

#include "support/fake_run.h"

namespace qs::testing {

inline constexpr int kLargeLengths[] = {256, 512, 1024, 2048, 4096};

inline TagRecord largeTag(int block, const std::string& name, int channels, std::mt19937& random) {
    std::normal_distribution<double> normal;
    TagRecord tag;
    tag.block = block, tag.tag = name, tag.dim = channels;
    for (const int length : kLargeLengths) {
        BucketRecord bucket;
        bucket.length = length, bucket.sequences = 8, bucket.halfSequences = {4, 4};
        for (int c = 0; c < channels; ++c) bucket.diagonal.push_back(8.0 * length * std::exp(normal(random)) * 1000 / (c + 1));
        bucket.halfDiagonal = {bucket.diagonal, bucket.diagonal};
        bucket.firstTokenDiagonal.assign(static_cast<std::size_t>(channels), 1);
        bucket.trace = 1000.0 * length, bucket.topShare = 0.5, bucket.conditionNumber = 1e6, bucket.effectiveRank = 40;
        tag.calibration.push_back(std::move(bucket));
    }
    return tag;
}

inline LinearRecord largeLinear(int block, const std::string& role, const std::string& tag, int columns, std::mt19937& random) {
    std::normal_distribution<double> normal;
    LinearRecord linear;
    linear.name = "model.layers." + std::to_string(block) + "." + role;
    linear.block = block, linear.role = role, linear.tag = tag;
    linear.out = 64, linear.in = columns;
    linear.method = "gptq", linear.bits = 3 + block % 2, linear.groupSize = 128, linear.scheme = "sym";
    for (const int length : kLargeLengths) {
        const double relative = 0.01 + 0.01 * std::abs(normal(random));
        linear.calibrationErrors.push_back({length, 8, relative * 100, 100, relative * 90, 90});
    }
    const std::size_t groups = static_cast<std::size_t>(columns) / 128;
    linear.codes = Matrix<std::uint8_t>(64, static_cast<std::size_t>(columns));
    for (std::uint8_t& code : linear.codes.values()) code = static_cast<std::uint8_t>(random() % 8);
    linear.zeros = Matrix<std::uint8_t>(64, groups);
    linear.scales = Matrix<float>(64, groups);
    for (float& scale : linear.scales.values()) scale = 0.02f;
    linear.loss = 1, linear.energy = 100, linear.damping = 0.01;
    return linear;
}

inline void writeLargeRun(const std::filesystem::path& path, int blocks) {
    std::mt19937 random(1);
    const auto small = smallRun(0);
    Provenance origin = small->origin;
    origin.blocks = blocks;
    RunWriter writer(path, origin, small->drawn, false);
    for (int block = 0; block < blocks; ++block) {
        BlockPart part;
        part.block = block;
        for (const auto& [tag, channels] :
             {std::pair{"attention-in", 4096}, {"attention-out", 4096}, {"mlp-in", 4096}, {"mlp-down", 14336}})
            part.tags.push_back(largeTag(block, tag, channels, random));
        for (const auto& [role, tag] : {std::pair{"q_proj", "attention-in"},
                                        {"k_proj", "attention-in"},
                                        {"v_proj", "attention-in"},
                                        {"o_proj", "attention-out"},
                                        {"gate_proj", "mlp-in"},
                                        {"up_proj", "mlp-in"},
                                        {"down_proj", "mlp-down"}})
            part.linears.push_back(largeLinear(block, role, tag, std::string(tag) == "mlp-down" ? 14336 : 4096, random));
        writer.writePart(part);
    }
    writer.finish(1);
}

}  // namespace qs::testing
