// SPDX-License-Identifier: GPL-3.0-or-later
// What a run file holds, as plain values. schema.h says where each stands in the file.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/array.h"
#include "base/job.h"

namespace qs {

/// Where a run came from: enough to repeat it.
struct Provenance {
    std::string kind;     ///< "quantize", "calibrate", "measure" or "train"
    std::string program;  ///< "quantoscope 0.1.0"
    std::string created;  ///< ISO 8601, UTC
    std::string model, architecture, modelFingerprint, textFingerprint;
    std::int64_t parameters = 0;
    int blocks = 0;
    std::string device, compute, cpu;
    int threads = 0;    ///< of each process
    int processes = 1;  ///< that did the job together
    std::int64_t seed = 0;
    std::string fingerprint;                     ///< of model, text and all options that change the result: resume compares it
    std::map<std::string, std::string> options;  ///< every option by name, as text
    std::vector<std::int64_t> documentLengths;   ///< documents of the calibration text by tokens, see documentBin; empty with --ids
};

/// The bin of a document of `tokens` ≥ 1 tokens in Provenance::documentLengths: bin k holds 2^(k/4) ≤ tokens < 2^((k+1)/4).
int documentBin(std::int64_t tokens);

/// A drawn sequence without its text; `ids` kept so that it can be shown and repeated.
struct SequenceRecord {
    std::int32_t length = 0, document = -1;
    std::int64_t offset = 0;
    bool heldOut = false, secondHalf = false;
    std::vector<std::int32_t> ids;
};

/// One bucket of the bank of one input tag.
struct BucketRecord {
    int length = 0, sequences = 0;
    std::array<int, 2> halfSequences{};
    std::vector<double> diagonal;  ///< diag S_L [in]
    std::array<std::vector<double>, 2> halfDiagonal;
    std::vector<double> firstTokenDiagonal;  ///< Σ x₀² over sequences [in]
    std::vector<float> eigenvalues;          ///< of S_L / (n_L L), descending; empty if not asked for
    double trace = 0, conditionNumber = 0, effectiveRank = 0, topShare = 0;
    double drift = 0;           ///< from the longest length, shapes compared at equal trace
    Matrix<float> S;            ///< full matrix if kept
    Matrix<float> firstTokens;  ///< [n_L, in] if S is kept
};

struct TagRecord {
    int block = 0;
    std::string tag;  ///< nameOf(InputTag)
    int dim = 0;
    std::vector<BucketRecord> calibration, heldOut;  ///< ascending length
    std::vector<float> inputScales;   ///< AWQ: s [dim] that the input is divided by and its linears are multiplied by; empty = none
    std::vector<double> scaleLosses;  ///< AWQ: loss of every ratio that was tried
};

/// tr(ΔW S_L ΔWᵀ) and tr(W S_L Wᵀ) of one length, with and without the first token of every sequence.
struct LengthError {
    int length = 0, sequences = 0;
    double error = 0, energy = 0, errorWithoutFirst = 0, energyWithoutFirst = 0;
    double relative() const { return energy > 0 ? error / energy : 0; }
    double relativeWithoutFirst() const { return energyWithoutFirst > 0 ? errorWithoutFirst / energyWithoutFirst : 0; }
};

/// A station of the group scales of a linear: "stage 1" (codes rounded to nearest), "codes" (after the column loop), "sweep 1", …, "joint".
struct ScaleStepRecord {
    std::string name;
    double loss = 0;       ///< Σ (ŵ−w)H(ŵ−w)ᵀ, for GPTAQ with --refine also −2 w D (ŵ−w)ᵀ
    Matrix<float> scales;  ///< [out, groups]; the last one as stored; empty if not kept or not read
};

struct LinearRecord {
    std::string name;  ///< checkpoint name without ".weight"
    int block = 0;
    std::string role, tag;  ///< "q_proj", "attention-in"
    int out = 0, in = 0;
    std::string method;  ///< "gptq", "rtn"
    int bits = 0, groupSize = 0;
    std::string scheme;
    bool failed = false;
    double loss = 0, energy = 0, lossInner = 0, damping = 0, seconds = 0;
    double asymmetricLoss = 0, asymmetricEnergy = 0;  ///< 2/N ‖W X̃ − Ŵ X‖² and 2/N ‖W X̃‖² (hessian/difference_sum.h); 0: not measured
    int activationBits = 0;                           ///< width of the input, as it was trained; 0: the input is not quantized
    double activationMax = 0;  ///< the input lies in ±activationMax, steps of activationMax / (2^(activationBits−1) − 1); 0: by token
    double activationFactor = 1;  ///< by token: the input of token t lies in ± activationFactor max_j |A_tj|
    std::vector<std::int32_t> deadColumns;
    std::vector<LengthError> calibrationErrors, heldOutErrors;
    std::vector<ScaleStepRecord> scaleSteps;      ///< read without scales: RunFile::scaleSteps
    Matrix<std::uint8_t> codes, zeros;            ///< [out, in], [out, groups]
    Matrix<float> scales;                         ///< [out, groups]
    Matrix<float> solvedScales;                   ///< [out, groups] before a later input's scales were folded into the rows; or empty
    std::vector<std::int32_t> groupIndex, order;  ///< [in] or empty
    Matrix<float> weightSample;                   ///< W of the first rows and columns (run/weight_sample.h); empty if not recorded or read
};

/// Errors of a linear at one width.
struct WidthError {
    int bits = 0;
    std::vector<LengthError> errors;  ///< ascending length
};

/// Rise of the divergence of the model's prediction with the squared error of an output (model/output_sensitivity.h); 0 = not measured.
struct SensitivityRecord {
    double first = 0, rest = 0;  ///< of the first token of a sequence, and of the others
    bool isMeasured() const { return first > 0 || rest > 0; }
};

/// What every width tried would do to a linear, other linears left as they were.
struct LinearWidths {
    std::string name, role, tag;  ///< as in LinearRecord
    int block = 0, out = 0, in = 0;
    std::vector<WidthError> widths;  ///< ascending bits
    SensitivityRecord sensitivity = {};
};

/// Errors per linear and width: what bit plans are made from.
struct BitErrors {
    std::string settings;  ///< every option that they depend on, lines "name=value"
    std::string inputs;    ///< "untouched" or "quantized": the weights before the linears when their inputs were taken
    std::vector<LinearWidths> linears;
};

/// Linears that must have one width, and what each width would cost.
struct BitAlternative {
    int bits = 0;
    double bytes = 0;  ///< codes, scales and zero points
    double error = 0;  ///< their part of the objective
};
struct BitGroupRecord {
    std::vector<std::string> linears;
    std::vector<SensitivityRecord> sensitivities;  ///< by linear
    int bits = 0;                                  ///< chosen
    bool pinned = false;
    std::vector<BitAlternative> alternatives;  ///< ascending bits
};

/// Codes of one size over all linears: a point of the Pareto curve, or of uniform widths.
struct BitCurvePoint {
    double averageBits = 0;  ///< code bits a weight
    double bytes = 0;        ///< codes, scales and zero points
    double error = 0;        ///< objective
};

/// The widths of all linears of a run under a budget (quant/bit_plan.h), with what else was possible.
struct BitPlanRecord {
    std::string budgetKind;  ///< "bits" (code bits a weight), "bytes", or "file": widths came from a file, and no budget is known
    double budget = 0;
    std::string objective;  ///< name of the objective (run/options.h)
    std::string settings;   ///< of the errors (BitErrors)
    std::string inputs;
    bool ties = true;
    std::vector<std::string> pins;  ///< "pattern=bits"
    double averageBits = 0;         ///< code bits a weight
    double effectiveBits = 0;       ///< with scales and zero points
    double bytes = 0;
    double error = 0;  ///< predicted objective
    std::vector<BitGroupRecord> groups;
    std::vector<BitCurvePoint> curve, uniform;  ///< exact optima at other budgets under the same pins; one width for everything
    /// Width of a linear, 0 if it is not in the plan.
    int bitsOf(const std::string& linear) const;
};

/// Seconds by phase (run/phases.h), in the order of the work.
using PhaseSeconds = std::vector<std::pair<std::string, double>>;

/// A finished block: the unit of saving, resuming and watching.
struct BlockPart {
    int block = 0;
    double seconds = 0;
    std::vector<LinearRecord> linears;
    std::vector<TagRecord> tags;
    std::vector<Event> events;
    BitErrors bitErrors = {};  ///< of this block; empty if no widths were tried
    PhaseSeconds phases = {};
};

/// One item of a task, as it is shown beside the same item of another run.
struct EvaluationItem {
    std::int64_t item = 0;                ///< place in the data set, from 0
    double score = 0;                     ///< of the task's main metric: 1 right, 0 wrong, or a share
    std::string question, given, wanted;  ///< ends of long texts are cut; `given` is what the model chose or wrote
};

/// A mean over the tokens at positions first … last of all windows: −log p (perplexity) or the divergence, in nats.
struct PositionMean {
    int first = 0, last = 0;
    double value = 0;
};

struct EvaluationRecord {
    std::string task, data, subject;                           ///< "perplexity", file names, "quantized" or "model"
    std::map<std::string, double> settings;                    ///< window, …
    std::map<std::string, std::pair<double, double>> metrics;  ///< name -> value, standard error
    std::vector<EvaluationItem> items = {};                    ///< ascending; empty for tasks without items
    std::vector<PositionMean> positions = {};                  ///< ascending; empty for tasks without windows
};

/// Forecast or measured use.
struct Resources {
    double seconds = 0, memoryBytes = 0, diskBytes = 0;
};

}  // namespace qs
