// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/idle_options.h"

#include "quant/quantizer.h"
#include "run/classification_evaluation.h"
#include "run/estimate.h"

namespace qs {
namespace {

template <class Options>
struct Rule {
    const char* option;
    const char* needs;  ///< "has a meaning only " …
    bool (*works)(const Options&);
};

bool drawsText(const CalibrationOptions& o) { return o.ids.empty() || !o.heldOutText.empty(); }

constexpr Rule<CalibrationOptions> kCalibrationRules[] = {
    {"text-field", "with --text or --held-out", drawsText},
    {"lengths", "with --text or --held-out, since --ids has its own", drawsText},
    {"boundary", "with --text or --held-out", drawsText},
    {"tokens", "with --text, or with --held-out and without --held-out-tokens",
     [](const CalibrationOptions& o) { return o.ids.empty() || (!o.heldOutText.empty() && o.heldOutTokens == 0); }},
    {"held-out-tokens", "with --held-out", [](const CalibrationOptions& o) { return !o.heldOutText.empty(); }},
    {"held-out-lengths", "with --held-out", [](const CalibrationOptions& o) { return !o.heldOutText.empty(); }},
    {"spectra-width", "with --spectra and --keep diagonal or full",
     [](const CalibrationOptions& o) { return o.spectra && o.keep != Keep::None; }},
};

/// Whether errors are carried from column to column.
bool hasColumnLoop(const QuantSettings& s) { return quantizerOf(s.method).needsHessian; }
bool hasDynamicGrids(const QuantSettings& s) { return hasColumnLoop(s) && !s.staticGroups && s.groupSize > 0; }
bool hasCorrection(const QuantSettings& s) { return needsCross(s); }
bool couplesRows(const QuantSettings& s) { return quantizerOf(s.method).outputHessians; }
bool searches(const QuantSettings& s) { return s.search != SearchKind::AbsMax; }

constexpr const char* kColumnLoop = "with a method that compensates errors, as --method gptq does";

constexpr Rule<QuantSettings> kQuantRules[] = {
    {"search-grid", "with --search mse or hessian", searches},
    {"search-steps", "with --search mse or hessian", searches},
    {"search-norm", "with --search mse", [](const QuantSettings& s) { return s.search == SearchKind::Mse; }},
    {"act-order", kColumnLoop, hasColumnLoop},
    {"damp", kColumnLoop, hasColumnLoop},
    {"max-damp", kColumnLoop, hasColumnLoop},
    {"on-failure", kColumnLoop, hasColumnLoop},
    {"static-groups", "with --group-size above 0 and a method that compensates errors",
     [](const QuantSettings& s) { return hasColumnLoop(s) && s.groupSize > 0; }},
    {"scale-time", "with --no-static-groups, --group-size above 0 and a method that compensates errors", hasDynamicGrids},
    {"block-size", "with --scale-time stale for dynamic groups, or with --method gptaq --wp official",
     [](const QuantSettings& s) {
         return (hasDynamicGrids(s) && s.scaleTime == ScaleTime::Stale) ||
                (hasCorrection(s) && s.correctionWeight == CorrectionWeight::Published);
     }},
    {"alpha", "with --method gptaq", hasCorrection},
    {"wp", "with --method gptaq", hasCorrection},
    {"clip", "with --method awq and --search absmax",
     [](const QuantSettings& s) { return s.method == Method::Awq && s.search == SearchKind::AbsMax; }},
    {"columns", "with --method boa", couplesRows},
    {"row-block", "with --method boa", couplesRows},
    {"centre-keys", "with --method boa", couplesRows},
    {"value-rows", "with --method boa", couplesRows},
    {"value-inputs", "with --method boa", couplesRows},
    {"row-order", "with --method boa", couplesRows},
    {"sweeps", "with --refine sweeps", [](const QuantSettings& s) { return s.refine == Refine::Sweeps; }},
};

bool isPlanned(const QuantizeOptions& o) { return o.plan.hasBudget(); }

constexpr const char* kBudget = "with --budget or --budget-bytes";

constexpr Rule<QuantizeOptions> kRunRules[] = {
    {"bits", "without --budget and --budget-bytes", [](const QuantizeOptions& o) { return !isPlanned(o); }},
    {"pin", kBudget, isPlanned},
    {"ties", kBudget, isPlanned},
    {"widths", kBudget, isPlanned},
    {"objective", kBudget, isPlanned},
    {"asymmetric-loss", "with --method gptaq, or boa with --columns gptaq", [](const QuantizeOptions& o) { return needsCross(o.quant); }},
    {"trajectories", "with --stage1 or --refine",
     [](const QuantizeOptions& o) { return o.quant.search == SearchKind::Hessian || o.quant.refine != Refine::None; }},
};

bool chooses(const QatSettings& s) { return s.method == QatMethod::Dsa; }
bool learns(const QatSettings& s) { return s.method == QatMethod::Lsq; }
bool isClassified(const TrainOptions& o) { return o.task == TrainTaskKind::Classification; }
bool isLanguageModel(const TrainOptions& o) { return o.task == TrainTaskKind::LanguageModel; }
bool isNew(const TrainOptions& o) { return o.scratch; }
/// Baselines take what they need of the same settings.
bool roundsSomething(const TrainOptions& o) { return quantizes(o.qat) || o.baselines; }

constexpr const char* kDsa = "with --method dsa-qat";
constexpr const char* kClassification = "with --task classification";
constexpr const char* kLanguageModel = "with --task language-model";

constexpr Rule<TrainOptions> kTrainRules[] = {
    {"bits", "with --method fixed or lsq", [](const TrainOptions& o) { return o.qat.method == QatMethod::Fixed || learns(o.qat); }},
    {"widths", kDsa, [](const TrainOptions& o) { return chooses(o.qat); }},
    {"lambda", kDsa, [](const TrainOptions& o) { return chooses(o.qat); }},
    {"gamma", kDsa, [](const TrainOptions& o) { return chooses(o.qat); }},
    {"alpha", kDsa, [](const TrainOptions& o) { return chooses(o.qat); }},
    {"beta", kDsa, [](const TrainOptions& o) { return chooses(o.qat); }},
    {"probe-bits", kDsa, [](const TrainOptions& o) { return chooses(o.qat); }},
    {"interval", kDsa, [](const TrainOptions& o) { return chooses(o.qat); }},
    {"smoothing", kDsa, [](const TrainOptions& o) { return chooses(o.qat); }},
    {"hysteresis", kDsa, [](const TrainOptions& o) { return chooses(o.qat); }},
    {"narrowing", kDsa, [](const TrainOptions& o) { return chooses(o.qat); }},
    {"loss-margin", kDsa, [](const TrainOptions& o) { return chooses(o.qat); }},
    {"attention-operands", "with a method that quantizes, or with --baselines", roundsSomething},
    {"ranges", "with a method that quantizes, or with --baselines", roundsSomething},
    {"weight-ranges", "with a method that quantizes, or with --baselines", roundsSomething},
    {"straight-through", "with --ranges running, --method lsq or --baselines",
     [](const TrainOptions& o) { return o.baselines || learns(o.qat) || (quantizes(o.qat) && o.qat.ranges == ActivationRange::Running); }},
    {"distill", "with a method that quantizes, or with --baselines", roundsSomething},
    {"temperature", "with --distill", [](const TrainOptions& o) { return o.qat.distill > 0; }},
    {"hidden", "with --scratch", isNew},
    {"blocks", "with --scratch", isNew},
    {"heads", "with --scratch", isNew},
    {"intermediate", "with --scratch", isNew},
    {"label-field", kClassification, isClassified},
    {"test-share", kClassification, isClassified},
    {"validation-share", kClassification, isClassified},
    {"noise-seeds", kClassification, isClassified},
    {"noise-texts", "with --task classification and --noise-seeds above 0",
     [](const TrainOptions& o) { return isClassified(o) && o.measures.noiseSeeds > 0; }},
    {"held-out-share", kLanguageModel, isLanguageModel},
    {"window", kLanguageModel, isLanguageModel},
    {"windows", kLanguageModel, isLanguageModel},
    {"prompts", kLanguageModel, isLanguageModel},
    {"repeats", "with --costs", [](const TrainOptions& o) { return o.measures.costs; }},
};

bool scoresText(const EvaluationOptions& o) { return !hasItems(o.task); }
bool readsAnswers(const EvaluationOptions& o) { return o.task.starts_with("longbench:"); }

constexpr const char* kText = "with --task perplexity or divergence";

constexpr Rule<EvaluationOptions> kEvaluationRules[] = {
    {"window", "with --task perplexity or divergence; what other tasks see of a text is --max-length", scoresText},
    {"max-tokens", kText, scoresText},
    {"max-length", "with a task that has items; --window is the length of texts",
     [](const EvaluationOptions& o) { return hasItems(o.task); }},
    {"seed", "with --baseline or --task classification",
     [](const EvaluationOptions& o) { return !o.baseline.empty() || o.task == kClassificationTask; }},
    {"prompts", "with a task of LongBench", readsAnswers},
    {"max-new-tokens", "with a task of LongBench", readsAnswers},
};

template <class Options, std::size_t N>
void apply(const Rule<Options> (&rules)[N], const Options& options, std::vector<Event>& events) {
    Options changed = options, untouched;
    const auto texts = optionTexts(changed), defaults = optionTexts(untouched);
    for (const Rule<Options>& rule : rules)
        if (texts.at(rule.option) != defaults.at(rule.option) && !rule.works(options))
            events.push_back({Severity::Warning, kIdleOption, std::string("--") + rule.option,
                              std::string("changes nothing here; it has a meaning only ") + rule.needs});
}

template <class Options, std::size_t N>
void addIdle(const Rule<Options> (&rules)[N], const Options& options, std::vector<std::string>& names) {
    for (const Rule<Options>& rule : rules)
        if (!rule.works(options)) names.emplace_back(rule.option);
}

}  // namespace

std::vector<Event> idleOptions(const CalibrateOptions& options) {
    std::vector<Event> events;
    apply(kCalibrationRules, options.calibration, events);
    return events;
}

std::vector<Event> idleOptions(const QuantizeOptions& options) {
    std::vector<Event> events;
    apply(kCalibrationRules, options.calibration, events);
    apply(kQuantRules, options.quant, events);
    apply(kRunRules, options, events);
    return events;
}

std::vector<Event> idleOptions(const TrainOptions& options) {
    std::vector<Event> events;
    apply(kTrainRules, options, events);
    return events;
}

std::vector<Event> idleOptions(const EvaluationOptions& options) {
    std::vector<Event> events;
    apply(kEvaluationRules, options, events);
    return events;
}

std::vector<std::string> namesWithoutUse(const QuantizeOptions& options) {
    std::vector<std::string> names;
    addIdle(kCalibrationRules, options.calibration, names);
    addIdle(kQuantRules, options.quant, names);
    addIdle(kRunRules, options, names);
    return names;
}

std::vector<std::string> namesWithoutUse(const TrainOptions& options) {
    std::vector<std::string> names;
    addIdle(kTrainRules, options, names);
    return names;
}

}  // namespace qs
