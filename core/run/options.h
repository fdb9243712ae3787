// SPDX-License-Identifier: GPL-3.0-or-later
// Options of the jobs. One home for names, defaults, ranges and help; see base/options.h for who reads them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/options.h"
#include "quant/settings.h"
#include "text/sequences.h"

namespace qs {

/// What of the Hessian bank goes to disk. Diagonals and spectra are a few KB per linear; full matrices in² · 4 bytes each.
enum class Keep { None, Diagonal, Full };
template <>
struct EnumNames<Keep> {
    static constexpr std::pair<Keep, const char*> values[] = {{Keep::None, "none"}, {Keep::Diagonal, "diagonal"}, {Keep::Full, "full"}};
};

/// What a run keeps of the steps of its group scales (run/trajectories.h).
enum class Trajectories { Auto, Full, Losses, None };
template <>
struct EnumNames<Trajectories> {
    static constexpr std::pair<Trajectories, const char*> values[] = {
        {Trajectories::Auto, "auto"}, {Trajectories::Full, "full"}, {Trajectories::Losses, "losses"}, {Trajectories::None, "none"}};
};

/// What a bit plan minimises (run/bit_plan.h).
enum class Objective { Sensitivity, Relative, Absolute };
template <>
struct EnumNames<Objective> {
    static constexpr std::pair<Objective, const char*> values[] = {
        {Objective::Sensitivity, "sensitivity"}, {Objective::Relative, "relative"}, {Objective::Absolute, "absolute"}};
};

/// Arithmetic of the forward passes on the CPU.
enum class Compute { BFloat16, Float32, Reference };
template <>
struct EnumNames<Compute> {
    static constexpr std::pair<Compute, const char*> values[] = {
        {Compute::BFloat16, "bf16"}, {Compute::Float32, "f32"}, {Compute::Reference, "reference"}};
};

/// Machine: threads, memory, device.
struct MachineOptions {
    int threads = 0;  ///< 0 = all cores
    std::string device = "cpu";
    Compute compute = Compute::BFloat16;
    int memoryBudget = 0;  ///< MiB for activations; 0 = half of what is free
    void describe(OptionList& list);
    void describeThreads(OptionList& list);
};

/// Model, text and the sequences drawn from it.
struct CalibrationOptions {
    std::string model;
    std::vector<std::string> text;
    std::string ids;  ///< JSON file of id lists instead of text
    std::string textField = "text";
    std::vector<int> lengths{512, 1024, 2048};
    std::int64_t tokens = 65536;
    std::int64_t seed = 0;
    Boundary boundary = Boundary::Pack;
    std::vector<std::string> heldOutText;
    std::int64_t heldOutTokens = 0;   ///< 0 = a quarter of tokens when held-out text is given
    std::vector<int> heldOutLengths;  ///< empty = lengths
    Keep keep = Keep::Diagonal;
    bool spectra = true;
    int spectraWidth = 2048;  ///< channels; wider inputs have no spectra
    bool wantsSpectra(int dim) const { return keep != Keep::None && spectra && dim <= spectraWidth; }
    const std::vector<int>& lengthsOfHeldOut() const { return heldOutLengths.empty() ? lengths : heldOutLengths; }
    void describe(OptionList& list);
};

/// A budget, and what a bit plan under it may do.
struct BitPlanOptions {
    double budget = 0;             ///< code bits a weight, mean over all linears; 0 = none
    std::int64_t budgetBytes = 0;  ///< codes, scales and zero points; 0 = none
    std::vector<std::string> pins;
    bool ties = true;  ///< q, k, v alike and gate, up alike, as loaders that fuse them need
    std::vector<int> widths{2, 3, 4, 5, 6, 8};
    Objective objective = Objective::Sensitivity;
    bool hasBudget() const { return budget > 0 || budgetBytes > 0; }
    void describe(OptionList& list);
};

struct QuantizeOptions {
    CalibrationOptions calibration;
    QuantSettings quant;
    BitPlanOptions plan;
    std::string bitPlan;  ///< file with the widths of the linears
    Trajectories trajectories = Trajectories::Auto;
    bool asymmetricLoss = false;
    std::string weighting = "maca";
    double firstTokenWeight = 1;
    std::vector<std::string> include;  ///< glob patterns of checkpoint names; empty = all linears of the blocks
    std::vector<std::string> exclude;
    MachineOptions machine;
    std::string out;
    bool resume = false;
    void describe(OptionList& list);
    void describeWeighting(OptionList& list);
};

struct CalibrateOptions {
    CalibrationOptions calibration;
    MachineOptions machine;
    std::string out;
    bool resume = false;
    void describe(OptionList& list);
};

/// False for options that change no number of a run: where things lie (content hashes stand for them) and how it is computed.
bool changesResult(std::string_view option);

/// A bit plan from the errors of a run, measured on its full bank where they are not there yet.
struct PlanOptions {
    std::string run;
    BitPlanOptions plan;
    bool ownWidths = false;            ///< plan.widths count; else the widths of the errors that the run has, if it has some
    QuantizeOptions solver;            ///< of it: quant (without bits), weighting, first token
    std::vector<std::string> changed;  ///< names of the solver's options that count; the others are those of the run
    std::string out;                   ///< PLAN.json; empty = none
    std::string model;                 ///< where the original model lies now, if it moved
    MachineOptions machine;            ///< of it: threads
    void describe(OptionList& list);
};

struct PerplexityOptions {
    std::string subject;  ///< model directory, GGUF or run file
    std::vector<std::string> text;
    std::string textField = "text";
    int window = 2048;
    std::int64_t maxTokens = 0;  ///< 0 = all
    bool bos = true;
    std::string model;                                    ///< of a run: where the original lies now, if it moved
    MachineOptions machine{.compute = Compute::Float32};  ///< not bf16, which moves a perplexity by about 0.1 %
    void describe(OptionList& list);
};

}  // namespace qs
