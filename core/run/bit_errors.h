// SPDX-License-Identifier: GPL-3.0-or-later
// Errors per linear and width from a bank, without running the model: every width is solved on the same Hessian, which is factored once,
//   error_L(b) = tr(ΔW_b S_L ΔW_bᵀ)      ΔW_b = Ŵ_b − W [out, in]
// with the settings of the run, but for what the bank does not hold. Where inputs are those of the untouched model, D = 0 and GPTAQ is
// GPTQ; where they are not, D is not in the bank. So methods with a cross term are measured as GPTQ, BoA by the method of its columns (its
// output Hessians are not kept), and AWQ, whose scales of inputs go through a whole group of linears, as RTN on its grids.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/job.h"
#include "distribute/communicator.h"
#include "hessian/bank.h"
#include "model/model.h"
#include "run/options.h"
#include "run/run_data.h"

namespace qs {

class RunFile;

/// Weighting of the Hessian. Throws Error(Usage) if its text is not one.
Weighting weightingOf(const QuantizeOptions& options);

/// The options that errors per width depend on, lines "name=value" (planSettingNames).
std::string errorSettings(const QuantizeOptions& options);
/// Puts such lines into options. Throws Error naming a line that does not fit.
void applyErrorSettings(const std::string& settings, QuantizeOptions& options);

/// Linears of one input with everything that a width is tried on.
struct WidthTrial {
    const std::vector<LinearSpec>& linears;
    const BlockWeights& weights;
    int block;
    const HessianBank& bank;
    const QuantizeOptions& options;  ///< quant without bits, weighting
    std::vector<int> widths;         ///< ascending
};

/// Errors of all linears at all widths, on every rank; ranks share the work. Throws Error as factorize() and the quantizers do.
std::vector<LinearWidths> tryWidths(const WidthTrial& trial, JobContext& context, ThreadPool& pool, Device device, Communicator& group);

inline constexpr std::size_t kSensitivityTokens = 2048, kSensitivityLength = 512;  ///< at most: of all sequences, of each
/// Fills in the sensitivities of the linears, from a pass forward and back over some of the run's calibration sequences, cut to a length.
void addSensitivities(BitErrors& errors, const RunFile& run, const Model& model, Device device, JobContext& context, ThreadPool& pool);

/// A pass over the untouched model that measures errors per width and leaves them in a run file of kind "measure" at `out`. With
/// options.resume a finished one of the same fingerprint is left as it is.
void measureWidths(const QuantizeOptions& options, const std::string& out, JobContext& context, Communicator& group);

}  // namespace qs
