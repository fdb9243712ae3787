// SPDX-License-Identifier: GPL-3.0-or-later
// One variant after the other is trained from the same start and measured as soon as it is done; each has a checkpoint of its own, so that
// a stop costs at most the step in work. Then rounding of the full-precision model to the widths of the trained one, the costs of the
// trained model, its integers and its directory.
#include "run/train_job.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/resources.h"
#include "qat/post_training.h"
#include "qat/sensitivity.h"
#include "qat/trainer.h"
#include "run/idle_options.h"
#include "run/run_file.h"
#include "run/train_estimate.h"
#include "run/train_ground.h"
#include "run/train_measure.h"
#include "run/train_recorder.h"
#include "run/train_result.h"
#include "run/train_variants.h"

namespace qs {
namespace fs = std::filesystem;
namespace {

constexpr double kMeasuring = 0.1;       // share of the progress of a variant
constexpr int kCalibrationBatches = 16;  // for the activation ranges of the rounded model
constexpr double kReportSeconds = 0.25;  // between progress reports with new figures
constexpr const char *kOriginal = "original", *kRounded = "ptq", *kRoundedOriginal = "ptq-original";

/// A variant with its model: trained, or taken from its checkpoint.
struct Trained {
    std::unique_ptr<TrainableModel> model;
    std::unique_ptr<Trainer> trainer;
};

class Training {
  public:
    /// `idle`: events about options that change nothing.
    Training(const TrainGround& ground, RunWriter& writer, JobContext& context, std::vector<Event> idle)
        : m_ground(ground),
          m_options(m_ground.options),
          m_context(context),
          m_writer(writer),
          m_own(ownVariant(m_options)),
          m_variants(variantsOf(m_options)),
          m_idle(std::move(idle)),
          m_recorder(writer, context, freshRecord()) {}

    void run() {
        if (!m_recorder.goesOn())
            for (const Event& event : m_idle) m_context.event(event);
        for (std::size_t i = 0; i < m_variants.size(); ++i) {
            m_from = progressAt(i);
            m_to = progressAt(i + 1);
            finishVariant(m_variants[i]);
        }
        m_from = progressAt(m_variants.size());
        m_to = 1;
        Trained own = restored(settingsOf(m_own));
        if (m_options.baselines) measureRounded(own.trainer->bits());
        measureOwnCosts(own);
        writeResult(own);
    }

    const std::vector<Event>& events() const { return m_recorder.events(); }
    void write() { m_recorder.write(); }

  private:
    bool measuresOriginal() const { return m_options.baselines && m_ground.model && m_options.task == TrainTaskKind::LanguageModel; }

    TrainingRecord freshRecord() const {
        TrainingRecord record;
        record.task = nameOfEnum(m_options.task);
        record.method = nameOfEnum(m_options.qat.method);
        record.data = m_ground.task->description();
        record.steps = m_options.qat.steps;
        record.classes = m_ground.task->classes();
        const ModelSpec spec = m_ground.model ? m_ground.model->spec() : scratchSpec(m_options.shape);
        for (const BlockSpec& block : spec.blocks)
            for (const LinearSpec& linear : block.linears) {
                record.layers.push_back(linear.name);
                record.layerWeights.push_back(std::int64_t{linear.out} * linear.in);
            }
        if (m_options.qat.method == QatMethod::Dsa)
            for (const WidthThreshold& t : widthThresholds({m_options.qat.widths, m_options.qat.lambda, 1}))
                record.thresholds.push_back({t.narrower, t.wider, t.sensitivity});
        for (const TrainVariant& variant : m_variants) record.variants.push_back({variant.name, variant.label, 0});
        std::stable_partition(record.variants.begin(), record.variants.end(), [&](const TrainingVariant& v) { return v.name == m_own; });
        if (m_options.baselines) record.variants.push_back({kRounded, "full precision, rounded to the widths of the trained model", 0});
        if (measuresOriginal()) {
            record.variants.push_back({kOriginal, "the model before training", 0});
            record.variants.push_back({kRoundedOriginal, "the model before training, rounded to the widths of the trained model", 0});
        }
        return record;
    }

    const TrainVariant& settingsOf(const std::string& name) const {
        return *std::find_if(m_variants.begin(), m_variants.end(), [&](const TrainVariant& v) { return v.name == name; });
    }

    /// The last twentieth of the job is the result.
    double progressAt(std::size_t variant) const { return 0.95 * static_cast<double>(variant) / static_cast<double>(m_variants.size()); }

    void report(double within, const std::string& stage) const { m_context.report(m_from + within * (m_to - m_from), stage); }

    /// `variant` is one of m_variants: the trainer keeps its settings by reference.
    Trained begun(const TrainVariant& variant) {
        Trained trained;
        trained.model = m_ground.newModel();
        trained.trainer = std::make_unique<Trainer>(*trained.model, variant.settings, m_ground.task->batches(), *m_ground.pool, &m_context);
        if (trainsTeacher(m_options) && variant.settings.distill > 0) trained.trainer->setTeacher(teacher());
        if (const fs::path path = m_writer.checkpointPath(variant.name); fs::exists(path)) trained.trainer->load(path);
        return trained;
    }

    /// A trained variant again.
    Trained restored(const TrainVariant& variant) {
        Trained trained = begun(variant);
        if (!trained.trainer->finished()) throw Error(m_writer.checkpointPath(variant.name).string() + ": is not the end of the training");
        return trained;
    }

    std::vector<at::Tensor> teacher() { return restored(settingsOf(kFullVariant)).model->copyOfValues(); }

    void finishVariant(const TrainVariant& variant) {
        if (m_recorder.isComplete(variant.name)) return;
        Trained trained = begun(variant);
        const std::vector<double> seconds = train(variant, *trained.trainer);
        report(1 - kMeasuring, variant.name + " · measuring");
        prepareReference(variant.name, trained);
        measure({variant.name, *trained.model, trained.trainer->grids(true)}, seconds);
        if (variant.name == m_own || variant.name == kFullVariant) return;  // those are needed again
        std::error_code ignored;
        fs::remove(m_writer.checkpointPath(variant.name), ignored);
    }

    /// Continuations of the model trained in full precision are what those of the others are compared with.
    void prepareReference(const std::string& variant, const Trained& trained) {
        if (!comparesContinuations(m_options) || m_hasReference) return;
        Trained full;
        if (variant != kFullVariant) full = restored(settingsOf(kFullVariant));
        const TrainableModel& model = full.model ? *full.model : *trained.model;
        m_ground.task->setReference(kFullVariant, model, fullPrecisionVariant(model, model.values()), *m_ground.pool);
        m_hasReference = true;
    }

    /// `seconds` of the steps of this job.
    void measure(const Measured& measured, std::vector<double> seconds = {}) {
        m_recorder.dropMeasures(measured.name);
        measureVariant(m_ground, measured, m_context, m_recorder.record());
        if (!seconds.empty()) {
            std::nth_element(seconds.begin(), seconds.begin() + std::ssize(seconds) / 2, seconds.end());
            m_recorder.record().measurements.push_back({measured.name, "step-time", "ms", 1e3 * seconds[seconds.size() / 2], false});
        }
        m_recorder.complete(measured.name, averageBits(measured.grids));
    }

    void checkpoint(const TrainVariant& variant, const Trainer& trainer) {
        m_recorder.write();  // first, so that the record is never behind the checkpoint
        trainer.save(m_writer.checkpointPath(variant.name));
        m_saved = Clock::now();
    }

    /// Seconds of every step.
    std::vector<double> train(const TrainVariant& variant, Trainer& trainer) {
        std::vector<double> seconds;
        const bool own = variant.name == m_own;
        m_recorder.begin(variant.name, trainer.stepsDone(), own, trainer.bits());
        m_saved = Clock::now();
        Clock::time_point reported{};
        while (!trainer.finished()) {
            try {
                if (m_context.shouldStopAfterPart()) throw Cancelled();
                const auto begun = Clock::now();
                const StepRecord step = trainer.step();
                seconds.push_back(secondsSince(begun));
                m_recorder.add(variant.name, step, own);
                if (secondsSince(reported) >= kReportSeconds) {
                    reported = Clock::now();
                    report((1 - kMeasuring) * static_cast<double>(step.step) / static_cast<double>(variant.settings.steps),
                           stageText(variant, step));
                }
            } catch (const Error& error) {
                if (error.kind() == ErrorKind::Stopped) checkpoint(variant, trainer);
                throw;
            }
            m_recorder.writeNowAndThen();
            if (secondsSince(m_saved) >= m_options.checkpointSeconds) checkpoint(variant, trainer);
        }
        checkpoint(variant, trainer);
        return seconds;
    }

    static std::string rounded(double value) {
        char text[32];
        std::snprintf(text, sizeof text, "%.4g", value);
        return text;
    }

    static std::string stageText(const TrainVariant& variant, const StepRecord& step) {
        return variant.name + " · step " + std::to_string(step.step) + " of " + std::to_string(variant.settings.steps) + " · loss " +
               rounded(step.taskLoss) + (variant.settings.method == QatMethod::Dsa ? " · " + rounded(step.averageBits) + " bits" : "");
    }

    /// The full-precision model, and the one before training, on the widths of the trained one.
    void measureRounded(const std::vector<int>& bits) {
        const auto measureOn = [&](const std::string& name, const TrainableModel& model, bool rounds) {
            if (m_recorder.isComplete(name)) return;
            report(0.1, name + " · measuring");
            prepareReference(name, {});
            std::vector<LayerGrid> grids(bits.size(), LayerGrid{.bits = 0});
            if (rounds) grids = postTrainingGrids(model, bits, m_options.qat, m_ground.task->batches(), kCalibrationBatches);
            measure({name, model, grids});
        };
        if (m_options.qat.method != QatMethod::Full) measureOn(kRounded, *restored(settingsOf(kFullVariant)).model, true);
        if (!measuresOriginal()) return;
        const auto model = m_ground.newModel();
        measureOn(kOriginal, *model, false);
        if (m_options.qat.method != QatMethod::Full) measureOn(kRoundedOriginal, *model, true);
    }

    void measureOwnCosts(const Trained& own) {
        report(0.4, m_own + " · measuring costs");
        for (const char* arithmetic : {"float32", "int8", "int4-weights"}) m_recorder.dropMeasures(arithmetic);
        measureCosts(m_ground, {m_own, *own.model, own.trainer->grids(true)}, m_context, m_recorder.record());
    }

    void writeResult(const Trained& own) {
        report(0.7, "writing the result");
        m_context.check();
        const std::string method = nameOfEnum(m_options.qat.method);
        for (const BlockPart& part : integerBlocks(*own.model, own.trainer->grids(true), method)) {
            m_writer.writePart(part);
            m_context.partFinished(part.block, m_writer.partPath(part.block).string());
        }
        const fs::path folder = trainedModelPath(m_options.out), made = m_writer.trainingPath().parent_path() / "model";
        try {
            fs::remove_all(made);
            writeTrainedModel(made, *own.model, m_ground.model.get(), m_ground.config(), m_ground.task->classes(),
                              {m_ground.tokenizerPath, m_options.writeTokenizer});
            fs::remove_all(folder);
            fs::rename(made, folder);
        } catch (const fs::filesystem_error& error) {
            throw Error(folder.string() + ": cannot be written: " + error.code().message() + "; put it right and run again with --resume");
        }
        const auto trained = openModel(folder);
        m_writer.setModel(fs::absolute(folder).lexically_normal().string(), trained->fingerprint(), trained->parameters());
    }

    const TrainGround& m_ground;
    const TrainOptions& m_options;
    JobContext& m_context;
    RunWriter& m_writer;
    std::string m_own;
    std::vector<TrainVariant> m_variants;
    std::vector<Event> m_idle;
    TrainRecorder m_recorder;
    double m_from = 0, m_to = 1;
    bool m_hasReference = false;
    Clock::time_point m_saved{};
};

/// The folder of the trained model is free, or of an earlier training that wrote the same run.
void requireReplaceable(const fs::path& run) {
    const fs::path folder = trainedModelPath(run);
    std::error_code ignored;
    if (!fs::exists(folder, ignored) || (fs::is_directory(folder, ignored) && fs::is_empty(folder, ignored))) return;
    try {
        const auto earlier = RunFile::open(run);
        const bool wroteIt = !earlier->finished() || fs::path(earlier->provenance().model).filename() == folder.filename();
        if (earlier->training() && wroteIt) return;
    } catch (const Error&) {
    }
    throw Error(folder.string() + ": exists and was not written by a training of " + run.string() + "; choose another --out or remove it");
}

void finish(RunWriter& writer, const Training& training, const Resources& forecast, Clock::time_point start) {
    for (const Event& event : training.events()) writer.addEvent(event);
    const double seconds = secondsSince(start);
    writer.setResources(forecast, {seconds, static_cast<double>(peakMemoryBytes()), static_cast<double>(writer.partBytes())});
    writer.finish(seconds);
}

}  // namespace

void runTrain(const TrainOptions& options, JobContext& context) {
    const auto start = Clock::now();
    context.takeEvents();  // of jobs before this one
    resetPeakMemory();
    options.check();
    if (options.out.empty()) throw Error("--out is missing; give --out RUN.qsrun", ErrorKind::Usage);
    requireWritable(options.out);
    requireReplaceable(options.out);
    const TrainGround ground = openGround(options, context);
    Provenance provenance = provenanceOf(ground);
    RunWriter writer(options.out, std::move(provenance), {}, options.resume);
    Training training(ground, writer, context, idleOptions(options));
    const Resources forecast = forecastOf(ground, context).total;
    training.run();
    training.write();
    finish(writer, training, forecast, start);
    context.report(1, "done");
}

}  // namespace qs
