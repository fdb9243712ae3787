// SPDX-License-Identifier: GPL-3.0-or-later
// What-if on one linear of a run: the same W and the same bank S_L that the run saw, solved again with other lengths, bits, groups, damping
// or another method, in the background of a view. Nothing is written; blocks behind this one are not solved again.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/job.h"
#include "run/options.h"
#include "run/run_file.h"

namespace qs {

struct TrialSettings {
    QuantSettings quant;
    std::string weighting = "maca";  ///< as in hessian/weighting.h: "token", "maca", "length:512", "mix:256=1,512=2"
    double firstTokenWeight = 1;
    bool operator==(const TrialSettings& other) const;
};

/// What the run was made with. Throws Error naming an option that this version cannot read.
TrialSettings trialSettingsOf(const RunFile& run);

/// Why these settings cannot be tried on a bank alone, with the remedy; empty if they can (GPTAQ needs the inputs of the untouched model,
/// AWQ and BoA look at neighbours).
std::string trialObstacle(const TrialSettings& settings);

struct TrialResult {
    std::vector<LengthError> calibration, heldOut;  ///< by length, exact from the bank
    double relative = 0;                            ///< Σ (ŵ−w)H(ŵ−w)ᵀ / Σ w H wᵀ
    double damping = 0;                             ///< added to the diagonal of H
    double bits = 0;                                ///< a weight, scales and zero points included
    double seconds = 0;                             ///< of this solve
    bool failed = false;                            ///< fell back to round-to-nearest
    std::vector<Event> events;
};

/// One linear with its weights and bank in memory. solve() keeps the last H and its factor, so that changing bits or groups costs one
/// column loop. One call at a time; any thread.
class TrialLayer {
  public:
    /// Reads the full S_L of the linear's input and W from the model (`model`, or where the run says). Throws Error with the remedy: the
    /// bank was not kept (--keep full), the model is gone or is another one.
    static std::shared_ptr<TrialLayer> load(const RunFile& run, const std::string& linear, const std::filesystem::path& model,
                                            JobContext& context);
    /// The same from matrices: S of every length ascending, W [out, in]. For tests and benchmarks.
    struct Lengths {
        int length = 0, sequences = 0;
        Matrix<float> S;
    };
    static std::shared_ptr<TrialLayer> of(Matrix<float> W, std::vector<Lengths> bank, const std::string& name);
    virtual ~TrialLayer() = default;

    /// Throws Error: a setting makes no sense, H cannot be factored; Cancelled when the context was stopped.
    virtual TrialResult solve(const TrialSettings& settings, JobContext& context) = 0;
    virtual const std::string& name() const = 0;
};

}  // namespace qs
