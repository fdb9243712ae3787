// SPDX-License-Identifier: GPL-3.0-or-later
// The contract between a quantizer and the rest: W and H in; integers, scales, zero points and column order out.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/array.h"
#include "base/device.h"
#include "base/job.h"
#include "base/parallel.h"
#include "quant/settings.h"

namespace qs {

/// ŵ = scale · (code − zero). Codes are unsigned, in natural column order.
struct QuantizedLinear {
    int bits = 0;
    int groupSize = 0;           ///< 0 = per channel
    Matrix<std::uint8_t> codes;  ///< [out, in], 0 … 2^bits − 1
    Matrix<double> scales;  ///< [out, groups]; exactly representable in the storage type of the settings (float32 at most in production)
    Matrix<std::uint8_t> zeros;            ///< [out, groups]; 2^(bits−1) for symmetric schemes
    std::vector<std::int32_t> groupIndex;  ///< [in] group of each natural column; empty when it is column / groupSize
    std::vector<std::int32_t> order;       ///< [in] solve order (act-order); empty = natural

    int groupOf(int column) const {
        return !groupIndex.empty() ? groupIndex[static_cast<std::size_t>(column)] : groupSize > 0 ? column / groupSize : 0;
    }
};

/// Ŵ [out, in] float32 = float(scale) · float(code − zero), one rounding. The one home of dequantisation.
/// On a CUDA device by a kernel with the same arithmetic; a device that is not there was reported when the run began (usableDevice).
Matrix<float> dequantize(const QuantizedLinear& q, Device device = {});
/// One row of it into out [in].
void dequantizeRow(const QuantizedLinear& q, std::size_t row, float* out);

/// Wall time of a solve. Of BoA `columns` is all of it.
struct SolveSeconds {
    double stageOne = 0;
    double columns = 0;  ///< all but the others
    double stageTwo = 0;
    double losses = 0;  ///< of the stations of the scales
};

/// What a solve reports besides the result.
struct SolveReport {
    double loss = 0;    ///< Σ_rows (ŵ−w) H (ŵ−w)ᵀ, undamped H, original W; ‖ŵ−w‖² where no H was given; GPTAQ: see gptaq.h
    double energy = 0;  ///< Σ_rows w H wᵀ: loss / energy is the relative error; 0 unless SolveInput::energy
    double lossInner = 0;    ///< ½ Σ e² as the published code prints it
    double dampingUsed = 0;  ///< value added to the diagonal
    std::vector<std::int32_t> deadColumns;
    bool failed = false;  ///< fell back to RTN under --on-failure rtn
    SolveSeconds seconds;
};

/// A station of the group scales on their way through both stages.
struct ScaleStep {
    std::string name;      ///< "stage 1" (codes rounded to nearest), "codes" (after the column loop), "sweep 1", …, "joint"
    double loss = 0;       ///< of these scales: Σ (ŵ−w) H (ŵ−w)ᵀ, and with D also −2 w D (ŵ−w)ᵀ
    Matrix<float> scales;  ///< [out, groups]; empty unless asked for
};

struct SolveResult {
    QuantizedLinear quantized;
    SolveReport report;
    std::vector<ScaleStep> steps = {};  ///< of quantizeLinear with --stage1 or --refine; the last one holds the scales as stored
};

/// Appends the rows of a part to `whole`; their losses add up. What belongs to the columns stays as it is in `whole`.
void appendRows(SolveResult& whole, const SolveResult& part);

/// A damped, permuted, factored Hessian: made once per input tag, shared by its linears. Immutable after creation.
struct HessianFactor;
/// The same for the cross term of GPTAQ (asymmetric_factor.h).
struct AsymmetricFactor;

/// H [in, in] symmetric, undamped. Zero columns are dead: H_dd = mean of the live diagonal. H += damping · mean(live) · I; if the
/// factorisation fails damping is multiplied by 10 up to settings.maxDamping, each step an event through `context` with `subject`.
/// Throws Error after the last one ("not positive definite at column 812; raise --damp") unless settings.onFailure is Rtn: then returns
/// nullptr after a Failure event. `order` [in]: columns in this order instead of that of the diagonal, under settings.actOrder.
std::shared_ptr<const HessianFactor> factorize(MatrixView<const float> H, const QuantSettings& settings, const std::string& subject,
                                               JobContext& context, ThreadPool& pool, std::span<const std::int32_t> order = {});

struct SolveInput {
    MatrixView<const float> W;              ///< [out, in]
    MatrixView<const float> H;              ///< [in, in] undamped; empty for methods that need none
    const HessianFactor* factor = nullptr;  ///< from factorize(); may be null for RTN
    std::string name;                       ///< for events and errors
    bool energy = true;  ///< also SolveReport::energy, which costs rows · in² flops: about as much as the solve of a large layer
    const AsymmetricFactor* cross = nullptr;  ///< from factorizeCross(); for methods that need the cross term
    MatrixView<const float> D = {};  ///< [in, in] cross term for --refine: −2 w D (ŵ−w)ᵀ belongs to the loss; empty where there is none
    bool clip = true;                ///< AWQ: weights may be clipped
    /// BoA: H_out [headDim, headDim] of every head of the rows of W, symmetric, undamped; none: the columns' method alone. Needs D with
    /// GPTAQ.
    std::span<const Matrix<double>> outputHessians = {};
};

/// One row of THE list of quantizers (quantizers.cpp).
struct QuantizerEntry {
    Method method;
    const char* title;  ///< "GPTQ"
    const char* help;   ///< one sentence with the source
    bool needsHessian;
    bool needsCross;  ///< also the inputs of the untouched model: D = E[(x̃ − x) xᵀ] through factorizeCross()
    SolveResult (*solve)(const SolveInput&, const QuantSettings&, JobContext&, ThreadPool&, Device);
    bool rowsApart = true;        ///< some rows alone give what they give in the whole: processes may share them
    bool outputHessians = false;  ///< knows what to do with SolveInput::outputHessians; rows of a head are then not apart
    bool scalesInputs = false;    ///< searches scales of the inputs first (awq_solver.h): W and H of solve are scaled
};
const std::vector<QuantizerEntry>& quantizers();
const QuantizerEntry& quantizerOf(Method method);

/// What is kept of the steps; the loss of stage 1 alone costs rows · in² flops.
enum class StepDetail { None, Losses, Scales };

/// One linear from start to end: the method of the settings, then --refine (quant/scale_refinement.h). Both stages work on input.H, for
/// every method. report.loss is that of the final scales.
SolveResult quantizeLinear(const SolveInput& input, const QuantSettings& settings, StepDetail detail, JobContext& context, ThreadPool& pool,
                           Device device);
/// Whether the settings need the cross term.
bool needsCross(const QuantSettings& settings);
/// Whether the settings need H, if not for the method then for one of the two stages.
bool needsHessian(const QuantSettings& settings);

/// Throws Error(Usage) with the reason for combinations that make no sense (Hessian search with dynamic groups, more search steps than grid
/// points …). A group size need not divide `in`: the last group is then shorter.
void checkSettings(const QuantSettings& settings, int in, const std::string& name);

}  // namespace qs
