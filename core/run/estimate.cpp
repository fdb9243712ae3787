// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/estimate.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "base/resources.h"
#include "hessian/bank.h"
#include "kernels/cuda_device.h"
#include "model/executor.h"
#include "quant/asymmetric_factor.h"
#include "quant/awq_solver.h"
#include "quant/grid_rule.h"
#include "quant/quantizer.h"
#include "quant/scale_refinement.h"
#include "run/bit_errors.h"
#include "run/bit_plan.h"
#include "run/calibration_set.h"
#include "run/cost_model.h"
#include "run/deal.h"
#include "run/head_hessians.h"
#include "run/input_scaling.h"
#include "run/patterns.h"
#include "run/session.h"
#include "run/trajectories.h"
#include "run/value_heads.h"
#include "run/weight_sample.h"

namespace qs {
namespace {

constexpr double kMiB = 1 << 20;
constexpr double kGpuLibraryBytes =
    310 * kMiB;  // of the host; libtorch and cuBLAS load their kernels when they are first used (H100, CUDA 13)

double sizeOf(const LinearSpec& linear) { return static_cast<double>(linear.out) * linear.in; }

std::size_t distinct(const std::vector<int>& lengths) { return std::set<int>(lengths.begin(), lengths.end()).size(); }

std::string mebibytes(double bytes) { return std::to_string(static_cast<long>(std::ceil(bytes / kMiB))) + " MiB"; }

/// Sizes that the parts of the forecast share.
class Forecast {
  public:
    Forecast(const ModelSpec& spec, const EstimateInput& input, const std::vector<int>& calibration, const std::vector<int>& heldOut,
             int threads)
        : m_spec(spec),
          m_input(input),
          m_calibration(calibration),
          m_heldOut(heldOut),
          m_ownCalibration(shareOf(calibration, dealSequences(calibration, input.processes), 0)),
          m_ownHeldOut(shareOf(heldOut, dealSequences(heldOut, input.processes), 0)),
          m_threads(threads) {
        if (!input.quantize) return;
        m_chosen = chooseLinears(spec, input.quantize->include, input.quantize->exclude);
        m_detail = stepDetailOf(*input.quantize, m_chosen);
    }

    Estimate estimate() const {
        Estimate e;
        addMemory(e);
        addDisk(e);
        addTime(e);
        const auto sum = [](const auto& parts) {
            double total = 0;
            for (const auto& [label, value] : parts) total += value;
            return total;
        };
        e.total = {sum(e.timeParts), sum(e.memoryParts), sum(e.diskParts)};
        return e;
    }

  private:
    bool onGpu() const { return parseDevice(m_input.machine.device).kind == DeviceKind::Cuda && cudaAvailable(); }
    DType dtype() const { return m_input.machine.compute == Compute::BFloat16 && !onGpu() ? DType::BF16 : DType::F32; }
    bool keepsBank() const { return m_input.calibration.keep != Keep::None; }
    bool scalesInputs() const { return m_input.quantize && quantizerOf(m_input.quantize->quant.method).scalesInputs; }
    bool needsCross() const { return m_input.quantize && qs::needsCross(m_input.quantize->quant); }
    bool outputHessians() const { return m_input.quantize && quantizerOf(m_input.quantize->quant.method).outputHessians; }
    bool spectra(int dim) const { return m_input.calibration.wantsSpectra(dim); }

    void addMemory(Estimate& e) const {
        double heads = 0, attended = 0, blockWeights = 0, codes = 0, largestSolve = 0, hessians = 0, refining = 0;
        for (const BlockSpec& block : m_spec.blocks) {
            double parameters = 0;
            for (const LinearSpec& linear : block.linears) parameters += sizeOf(linear);
            blockWeights = std::max(blockWeights, parameters * (4.0 + static_cast<double>(byteSize(dtype()))));
            for (const InputTag tag : kInputTags) hessians = std::max(hessians, hessianBytes(widthOf(tag, block)));
            if (outputHessians()) heads = std::max(heads, static_cast<double>(headHessianBytes(block, m_threads)));
        }
        for (std::size_t b = 0; b < m_chosen.size(); ++b)
            if (attends(b)) attended = std::max(attended, attendedBytes(m_spec.blocks[b]));
        for (const auto& linears : m_chosen) {
            double sum = 0;
            for (const LinearSpec& linear : linears) {
                sum += sizeOf(linear);
                largestSolve =
                    std::max(largestSolve, sizeOf(linear) * (scalesInputs() ? 10 : 6));  // Ŵ, codes, transposed codes (W diag(s))
                if (scalesInputs())
                    refining = std::max(refining, m_threads * static_cast<double>(awqScratchBytes(static_cast<std::size_t>(linear.in))));
                sum += trajectoryBytesOf(linear);
                refining = std::max(refining, refiningBytes(linear));
            }
            codes = std::max(codes, sum);
        }
        const std::size_t chain = ActivationStore::bytesFor(m_spec, m_ownCalibration, dtype());
        auto activations = static_cast<double>((needsCross() ? 2 : 1) * chain + ActivationStore::bytesFor(m_spec, m_ownHeldOut, dtype()));
        const auto budget = static_cast<double>(activationBudget(m_input.machine));
        if (onGpu()) {
            e.notes.push_back("activations take " + mebibytes(activations) + " of the GPU's memory");
            activations = 0;
        } else if (activations > budget) {
            e.notes.push_back("activations exceed the memory budget: " + mebibytes(activations - budget) +
                              " go to a file beside the run file");
            activations = budget;
        }
        e.memoryParts = {{"program and libraries", static_cast<double>(residentMemoryBytes()) + 20 * kMiB},
                         {"activations", activations},
                         {"weights of one block", blockWeights},
                         {"Hessian bank, H and its factor", hessians},
                         {"scratch of the workers", scratchBytes()},
                         {"solving a linear", largestSolve + refining},
                         {"codes of the block in work and the one being written", 2 * codes}};
        if (onGpu()) e.memoryParts.emplace_back("GPU libraries", kGpuLibraryBytes);
        if (heads > 0) e.memoryParts.emplace_back("output Hessians of the heads", heads);
        if (attended > 0) e.memoryParts.emplace_back("attended inputs of v", attended);
        if (!wantsSensitivities()) return;
        double others = 0;  // that come and go before and after
        for (std::size_t i = 1; i < e.memoryParts.size(); ++i) others += e.memoryParts[i].second;
        if (sensitivityBytes() > others) e.memoryParts.emplace_back("sensitivities beyond that", sensitivityBytes() - others);
    }

    bool attends(std::size_t block) const { return m_input.quantize && attendsValues(m_input.quantize->quant, m_chosen[block]); }

    double attendedBytes(const BlockSpec& block) const {
        const int longest = m_calibration.empty() ? 0 : *std::max_element(m_calibration.begin(), m_calibration.end());
        const DeviceKind device = onGpu() ? DeviceKind::Cuda : DeviceKind::Cpu;
        return static_cast<double>(valueHeadBytes(block, longest, dtype(), device, m_threads, needsCross()));
    }

    double trajectoryBytesOf(const LinearSpec& linear) const {
        return m_detail == StepDetail::Scales ? trajectoryBytes(m_input.quantize->quant, linear) : 0;
    }

    double refiningBytes(const LinearSpec& linear) const {
        const QuantSettings& quant = m_input.quantize->quant;
        if (quant.refine == Refine::None) return 0;
        const auto rows = static_cast<std::size_t>(linear.out), in = static_cast<std::size_t>(linear.in);
        return m_threads * static_cast<double>(refinementBytes(rows, in, groupCount(quant, in)));
    }

    double hessianBytes(int dim) const {
        const auto banks =
            static_cast<double>(HessianBank::bytesFor(dim, distinct(m_calibration)) + HessianBank::bytesFor(dim, distinct(m_heldOut)));
        const double square = 4.0 * dim * dim, lengths = static_cast<double>(distinct(m_calibration));
        const double solving = needsCross()       ? (m_input.quantize->asymmetricLoss ? 8 : 5) * square  // D, its factor, C and its sums
                               : scalesInputs()   ? 4 * square  // H, scaled H, Gram of ΔW, both parts of one
                               : m_input.quantize ? 3 * square  // H, factor, Gram of ΔW
                                                  : 0;
        const double spectrum = spectra(dim) ? lengths * square + std::min<double>(m_threads, lengths) * 3 * square : 0;
        return banks + std::max(solving, spectrum);
    }

    /// Per worker: queries, keys and values of a sequence, the scores of 128 queries in float32 and as probabilities, gate and up of 256
    /// tokens in float32, and buffers of the library.
    double scratchBytes() const {
        double longest = 0, heads = 0, intermediate = 0;
        for (const auto* lengths : {&m_calibration, &m_heldOut})
            for (const int length : *lengths) longest = std::max<double>(longest, length);
        for (const BlockSpec& block : m_spec.blocks) {
            heads = std::max<double>(heads, (block.heads + 2 * block.keyValueHeads) * block.headDim);
            intermediate = std::max<double>(intermediate, block.intermediate);
        }
        const auto element = static_cast<double>(byteSize(dtype()));
        return m_threads * (longest * heads * element + 128 * longest * (4 + element) + 256 * 2 * intermediate * 4 + 4 * kMiB);
    }

    void addDisk(Estimate& e) const {
        double codes = 0, bank = 0, trajectories = 0;
        const double lengths = static_cast<double>(distinct(m_calibration) + distinct(m_heldOut));
        for (const auto& linears : m_chosen)
            for (const LinearSpec& linear : linears) {
                const int group = m_input.quantize->quant.groupSize;
                trajectories += trajectoryBytesOf(linear);
                codes += sizeOf(linear) + 5.0 * linear.out * (group > 0 ? (linear.in + group - 1) / group : 1) + weightSampleBytes(linear) +
                         4096;
            }
        for (const BlockSpec& block : m_spec.blocks)
            for (const InputTag tag : kInputTags) {
                const double dim = widthOf(tag, block);
                if (keepsBank())
                    bank += lengths * dim * 8 * 4 +
                            (spectra(widthOf(tag, block)) ? static_cast<double>(distinct(m_calibration)) * dim * 4 : 0) + 4096;
                if (m_input.calibration.keep == Keep::Full)
                    bank += 4 * dim * (lengths * dim + static_cast<double>(m_calibration.size() + m_heldOut.size()));
            }
        double tokens = 0;
        for (const auto* list : {&m_calibration, &m_heldOut})
            for (const int length : *list) tokens += length;
        e.diskParts = {{"codes, scales and zeros", codes}, {"Hessian bank", bank}, {"sequences and options", tokens * 4 + 30 * 1024}};
        if (trajectories > 0) e.diskParts.emplace_back("scales of every step (--trajectories)", trajectories);
        e.notes.push_back("while the run file is put together its parts exist as well: twice the space for a moment");
    }

    void addTime(Estimate& e) const {
        const CostModel costs = CostModel::measured(m_input.machine.compute, m_threads, m_input.processes);
        std::optional<InputScaling> scaling;
        if (scalesInputs()) scaling.emplace(m_spec, m_chosen);
        double heads = 0, attended = 0, scaled = 0, forward = 0, untouched = 0, bank = 0, cross = 0, spectrum = 0, solve = 0, stages = 0;
        for (std::size_t b = 0; b < m_spec.blocks.size(); ++b) {
            const BlockSpec& block = m_spec.blocks[b];
            for (const auto* lengths : {&m_ownCalibration, &m_ownHeldOut}) {
                for (const InputTag tag : kInputTags) {
                    forward += costs.forward(block, tag, *lengths);
                    bank += costs.bank(widthOf(tag, block), *lengths);
                    if (spectra(widthOf(tag, block)) && lengths == &m_ownCalibration)
                        spectrum += costs.spectra(widthOf(tag, block), distinct(m_calibration));
                }
                forward += costs.finish(block, *lengths);
            }
            if (needsCross()) {
                for (const InputTag tag : kInputTags) untouched += costs.forward(block, tag, m_ownCalibration);
                untouched += costs.finish(block, m_ownCalibration);
            }
            if (m_chosen.empty()) continue;
            if (outputHessians()) heads += costs.headHessians(block, m_ownCalibration);
            if (attends(b)) attended += costs.attendedInputs(block, needsCross(), m_ownCalibration);
            std::set<InputTag> factored;
            for (const LinearSpec& linear : m_chosen[b]) {
                stages += costs.scaleStages(linear, m_input.quantize->quant, m_detail != StepDetail::None);
                if (scaling) scaled += costs.inputScales(linear, m_input.quantize->quant, scaling->scales(static_cast<int>(b), linear.tag));
                solve += costs.solveLinear(linear, needsCross());
                if (!factored.insert(linear.tag).second) continue;
                solve += costs.factorize(linear.in, needsCross());
                if (!needsCross()) continue;
                const bool measured = m_input.quantize->asymmetricLoss;
                cross += costs.cross(linear.in, crossPartOf(m_input.quantize->quant, measured), measured, m_ownCalibration);
            }
        }
        e.timeParts = {
            {"start and text", 0.3}, {"forward passes", forward}, {"Hessians", bank}, {"spectra", spectrum}, {"solving and errors", solve}};
        if (needsCross()) e.timeParts.insert(e.timeParts.begin() + 2, {{"untouched chain", untouched}, {"cross terms", cross}});
        if (outputHessians()) e.timeParts.emplace_back("output Hessians of the heads", heads);
        if (attended > 0) e.timeParts.emplace_back("attended inputs of v", attended);
        if (scaling) e.timeParts.emplace_back("scales of inputs and clipping", scaled);
        if (stages > 0) e.timeParts.emplace_back("group scales in two stages", stages);
        if (isPlanned()) e.timeParts.emplace_back("errors per width (--budget)", forward + bank + wideningSeconds(costs));
        if (wantsSensitivities()) e.timeParts.emplace_back("sensitivities (--objective)", sensitivitySeconds(costs));
    }

    bool isPlanned() const { return m_input.quantize && m_input.quantize->plan.hasBudget(); }
    bool wantsSensitivities() const { return isPlanned() && m_input.quantize->plan.objective == Objective::Sensitivity; }

    /// Every linear at every width on the inputs of the untouched model.
    double wideningSeconds(const CostModel& costs) const {
        double seconds = 0;
        for (const auto& linears : m_chosen) {
            std::set<InputTag> factored;
            for (const LinearSpec& linear : linears) {
                if (factored.insert(linear.tag).second) seconds += costs.factorize(linear.in, false);
                for (const int bits : widthsToMeasure(m_input.quantize->plan)) {
                    QuantSettings settings = m_input.quantize->quant;
                    settings.bits = bits;
                    seconds += costs.solveLinear(linear, false) + costs.scaleStages(linear, settings, false);
                }
            }
        }
        return seconds;
    }

    /// A pass forward, and one back that computes the block again, in float32: at about half the rate of a bf16 one.
    double sensitivitySeconds(const CostModel& costs) const {
        const std::vector<int> lengths(kSensitivityTokens / kSensitivityLength, static_cast<int>(kSensitivityLength));
        double pass = 0;
        for (const BlockSpec& block : m_spec.blocks) {
            for (const InputTag tag : kInputTags) pass += costs.forward(block, tag, lengths);
            pass += costs.finish(block, lengths);
        }
        return 2 * 4 * pass;
    }

    /// Inputs of all blocks, the head twice while it is read, one block with its gradients.
    double sensitivityBytes() const {
        return 4.0 * m_spec.hidden *
               (static_cast<double>(m_spec.blocks.size()) * static_cast<double>(kSensitivityTokens) + 2.0 * m_spec.vocabulary);
    }

    const ModelSpec& m_spec;
    const EstimateInput& m_input;
    const std::vector<int>&m_calibration, &m_heldOut;
    const std::vector<int> m_ownCalibration, m_ownHeldOut;  ///< of one process
    int m_threads;
    StepDetail m_detail = StepDetail::None;
    std::vector<std::vector<LinearSpec>> m_chosen;
};

Estimate estimateOptions(const CalibrationOptions& calibration, const MachineOptions& machine, const QuantizeOptions* quantize,
                         const std::string& out, Communicator& group) {
    const auto model = openModel(calibration.model);
    model->requireSupported();
    const ExpectedLengths lengths = expectedLengths(calibration, model->spec());
    const MachineOptions own = machineOfRank(machine, group);
    const int threads = own.threads > 0 ? own.threads : availableCores(), onMachine = neighboursOf(group).onMachine;
    Estimate e = estimateFor(model->spec(), {calibration, own, quantize, group.size()}, lengths.calibration, lengths.heldOut, threads);
    const auto available = static_cast<double>(availableMemoryBytes());
    if (!group.isAlone())
        e.notes.push_back("memory is that of each of the " + std::to_string(group.size()) + " processes, " + std::to_string(onMachine) +
                          " of them on this machine");
    if (e.total.memoryBytes * onMachine > available)
        e.notes.push_back("only " + mebibytes(available) + " of memory are free; use fewer tokens, fewer lengths or --memory-budget");
    if (!out.empty()) {
        const auto free = static_cast<double>(freeDiskBytes(out));
        if (2 * e.total.diskBytes > free)
            e.notes.push_back("only " + mebibytes(free) + " of disk are free at " + out + "; choose another place");
    }
    return e;
}

}  // namespace

Estimate estimateFor(const ModelSpec& spec, const EstimateInput& input, const std::vector<int>& calibration,
                     const std::vector<int>& heldOut, int threads) {
    return Forecast(spec, input, calibration, heldOut, threads).estimate();
}

Estimate estimateCalibrate(const CalibrateOptions& options) {
    Communicator alone;
    return estimateCalibrate(options, alone);
}

Estimate estimateCalibrate(const CalibrateOptions& options, Communicator& group) {
    return estimateOptions(options.calibration, options.machine, nullptr, options.out, group);
}

Estimate estimateQuantize(const QuantizeOptions& options) {
    Communicator alone;
    return estimateQuantize(options, alone);
}

Estimate estimateQuantize(const QuantizeOptions& options, Communicator& group) {
    return estimateOptions(options.calibration, options.machine, &options, options.out, group);
}

}  // namespace qs
