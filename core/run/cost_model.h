// SPDX-License-Identifier: GPL-3.0-or-later
// Seconds that the steps of a job take, for progress and forecast:
//
//   forward   [ 2·P·N / linear + attention / attentionRate ] / threads        P parameters of the linears run, N tokens
//   bank      2·N·d² / gram / threads
//   cross     4·N·d² / gram / threads, half of it where the upper triangle is enough; half more for the sum of the differences
//   factor    d³/3 / factorRate                                               once per input
//   solve     rows·d² / solve                                                 per linear; both twice with a cross term
//   errors    2·rows·d² / errors                                              per linear (Gram of ΔW and of W), for all texts
//   stage 1   (72 + 1540/group + changes · (13 + 0.6 group)) / search           a weight, twice if asymmetric; 0.45 + 0.68 · 2^(bits−2)
//             changes before a walk can end; 0.9 instead of 0.6 beyond 128 columns, whose H leaves the fastest cache
//   stage 2   2·rows·d² / solve (+ rows · groups³/3 / search for the joint solution)
//   scales    20·rows·d·(d + 300) / errors                                     AWQ; and 20·rows·d·(group + 100) / errors for clipping
//   attended  2·pairs·heads·(d + headDim) / attended + heads · bank + key-value heads · factor     BoA; thrice with a cross term
//   spectra   4/3·d³ / spectrum per length, lengths in parallel
//
// Rates in flops a second and thread; their ratios were measured on one machine (CONTRIBUTING.md), the level is measured by a short
// probe on this one. What differs from a real run: memory effects, thread start, disk.
#pragma once

#include <span>

#include "kernels/gram.h"
#include "model/spec.h"
#include "run/options.h"

namespace qs {

struct CostModel {
    double linear = 430e9, gram = 750e9, attention = 220e9, attended = 300e9, factor = 190e9, solve = 200e9, errors = 200e9,
           spectrum = 45e9, search = 12e9;
    int threads = 1;
    int ranks = 1;  ///< processes that share spectra and solves; sequences are those of one

    /// Rates for this machine: a probe of about 50 ms of float32 matrix products, the fastest of which sets the level.
    static CostModel measured(Compute compute, int threads, int ranks = 1);

    /// Stage of a block for sequences of these lengths.
    double forward(const BlockSpec& block, InputTag upTo, std::span<const int> lengths) const;
    /// What remains of a block behind its last input.
    double finish(const BlockSpec& block, std::span<const int> lengths) const;
    double bank(int dim, std::span<const int> lengths) const;
    double cross(int dim, CrossPart part, bool differences, std::span<const int> lengths) const;
    double spectra(int dim, std::size_t lengthCount) const;
    double factorize(int dim, bool cross) const;
    /// Both stages of group scales; `recorded`: the loss of stage 1 alone is taken as well.
    double scaleStages(const LinearSpec& linear, const QuantSettings& settings, bool recorded) const;
    /// Search of input scales (if the input gets any) and of clipping bounds.
    double inputScales(const LinearSpec& linear, const QuantSettings& settings, bool scaled) const;
    /// Output Hessians of the heads of a block: q and k once more, in float32.
    double headHessians(const BlockSpec& block, std::span<const int> lengths) const;
    /// Hessians of the attended inputs of v, for every key-value head, and their factors; `cross`: their cross terms besides.
    double attendedInputs(const BlockSpec& block, bool cross, std::span<const int> lengths) const;
    double solveLinear(const LinearSpec& linear, bool cross) const;
};

}  // namespace qs
