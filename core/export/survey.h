// SPDX-License-Identifier: GPL-3.0-or-later
// What an exporter must know of a run before it writes: widths, groups, zero points, and how well the scales fit a narrower type.
#pragma once

#include <string>
#include <vector>

#include "base/job.h"
#include "base/number_types.h"
#include "model/model.h"
#include "run/run_data.h"
#include "run/run_file.h"

namespace qs {

/// How scales survive float16 and bfloat16. Differences are relative to the scale.
struct ScaleFacts {
    double worstFloat16 = 0, worstBFloat16 = 0;
    double worstOffset = 0;         ///< of s z in float16, in units of s
    bool overflowsFloat16 = false;  ///< above 65504
    bool exactIn(DType type) const { return type == DType::F32 || worstIn(type) == 0; }
    double worstIn(DType type) const { return type == DType::F16 ? worstFloat16 : type == DType::BF16 ? worstBFloat16 : 0; }
};

/// One linear of the run, without its matrices.
struct LinearFacts {
    std::string name;  ///< checkpoint name without ".weight"
    int block = 0;
    std::string role;  ///< "q_proj"
    int out = 0, in = 0;
    int bits = 0, groupSize = 0;  ///< group size 0 = per channel
    int groups = 0;
    bool symmetric = false;  ///< every zero point is 2^(bits−1)
    bool scattered = false;  ///< columns belong to other groups than column / groupSize
    int smallestZero = 0, largestZero = 0;
    int activationBits = 0;    ///< its input was rounded to so many bits in training; 0: it was not
    bool superBlocks = false;  ///< super-blocks of GGUF hold the integers exactly (gguf_super_blocks.h)
    ScaleFacts scales;

    /// Columns that share a scale: `in` for per channel.
    int groupWidth() const { return groupSize > 0 ? groupSize : in; }
};

/// Whether two linears have the same grid, as loaders that fuse them need.
inline bool sameGrid(const LinearFacts& a, const LinearFacts& b) {
    return a.bits == b.bits && a.groupSize == b.groupSize && a.symmetric == b.symmetric;
}

struct Survey {
    std::vector<LinearFacts> linears;    ///< model order
    std::vector<std::string> untouched;  ///< modules with a matrix that stays as it was, without the embedding: "lm_head", "model.layers.…"
    bool tiedHead = false;               ///< the head is the embedding
    std::string textPrefix;              ///< what stands before "embed_tokens.weight": "model."
    DType storage = DType::F32;          ///< of most of the original; F32 for block formats
    ScaleFacts scales;                   ///< the worst of all linears
    std::string ggufType = "auto";       ///< blocks that were asked for

    const LinearFacts& linear(const std::string& name) const;
};

/// Reads scales and zero points of every linear once. Throws Error if run and model do not fit, or if a scale is not finite.
Survey surveyOf(const RunFile& run, const Model& model, JobContext& context);

}  // namespace qs
