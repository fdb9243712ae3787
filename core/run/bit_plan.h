// SPDX-License-Identifier: GPL-3.0-or-later
// From errors per linear and width to a plan:
//
//   minimise Σ_l e_l(b_l)                                                         exactly, under a budget (quant/bit_plan.h)
//
//   sensitivity   e_l(b) = ½ Σ_L c_L [ s_l (error_L − first_L) + s_l,0 first_L ]      Σ_L c_L n_L L = 1
//   relative      e_l(b) = tr(ΔW_b H ΔW_bᵀ) / tr(W H Wᵀ)
//   absolute      e_l(b) = tr(ΔW_b H ΔW_bᵀ)
//
// error_L = tr(ΔW_b S_L ΔW_bᵀ), first_L the part of the first tokens, c_L and H those of the settings' weighting, s the sensitivity of the
// prediction to an output (model/output_sensitivity.h): the first is an estimate of the divergence KL(model ‖ quantized) in nats a token.
// What all sums leave out: errors of linears are not additive, since every linear changes the inputs of those behind it. BitPlanCheck
// compares the sum with what a real run measured.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "quant/settings.h"
#include "run/options.h"
#include "run/run_data.h"

namespace qs {

/// Bits that a linear [out, in] takes in storage: codes, scales in their type, and zero points of `bits` where the scheme has them.
std::int64_t storedBits(const QuantSettings& settings, int out, int in, int bits);

/// Whether Objective::Sensitivity has what it needs.
bool hasSensitivities(const BitErrors& errors);

/// The exact optimum, its alternatives, the optima at other budgets and uniform widths. Throws Error(Usage): a budget that nothing fits
/// (with the least possible), a width that was not measured, a pin that fits nothing or pins that contradict a tie.
BitPlanRecord makeBitPlan(const BitErrors& errors, const BitPlanOptions& options);

/// Throws Error(Usage) if both budgets are given, or widths, pins or ties without one, or a pin is not PATTERN=BITS.
void checkBitPlanOptions(const BitPlanOptions& options);

/// Names of the options that errors per width depend on; the width itself is not among them.
std::vector<std::string> planSettingNames();

/// Every width that a plan may ask for, pins included, ascending.
std::vector<int> widthsToMeasure(const BitPlanOptions& options);

/// Predicted against measured: Σ e_l of a plan, and the same of the linears that a run solved behind quantized ones.
struct BitPlanCheck {
    double predicted = 0, measured = 0;
    double difference() const { return predicted > 0 ? measured / predicted - 1 : 0; }
    int linears = 0;    ///< that both have
    std::string worst;  ///< linears of the group whose error differs most
    double worstPredicted = 0, worstMeasured = 0;
};
/// Absent if the plan has no errors (it came from a file without) or the linears have not the plan's widths.
std::optional<BitPlanCheck> checkBitPlan(const BitPlanRecord& plan, const std::vector<LinearRecord>& linears);

/// A plan as JSON text: "linears" {name: bits}, and everything else of the record.
std::string bitPlanJson(const BitPlanRecord& plan);
/// Reads it. {"linears": {name: bits}} is enough; where groups are there and fit the linears, they are kept. Throws Error naming `subject`
/// and what is wrong.
BitPlanRecord readBitPlanJson(const std::string& text, const std::string& subject);

}  // namespace qs
