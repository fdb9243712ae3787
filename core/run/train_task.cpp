// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/train_task.h"

#include <algorithm>

#include "base/content_hash.h"
#include "base/error.h"
#include "qat/robustness.h"
#include "qat/task_batches.h"

namespace qs {
namespace {

BatchShape shapeOf(const QatSettings& qat) { return {qat.batch, qat.lengths, static_cast<std::uint64_t>(qat.seed)}; }

int longestOf(const QatSettings& qat) { return *std::max_element(qat.lengths.begin(), qat.lengths.end()); }

class ClassificationTask final : public TrainTask {
  public:
    ClassificationTask(const TrainOptions& options, const Tokenizer& tokenizer)
        : m_options(options),
          m_data(loadClassificationData(options.text.front(), options.data)),
          m_train(tokenized(m_data.train, tokenizer)),
          m_test(tokenized(m_data.test, tokenizer)),
          m_batches(m_train, shapeOf(options.qat)) {}

    const std::vector<std::string>& classes() const override { return m_data.classes; }
    std::string description() const override { return m_data.name + ": " + m_data.description(); }
    std::string fingerprint() const override {
        ContentHash hash;
        hash.add(m_data.hash);
        for (const TokenizedText& text : m_train) hash.add(std::span<const TokenId>(text.ids));
        return hash.text();
    }
    BatchSource& batches() override { return m_batches; }
    void setReference(const std::string&, const TrainableModel&, const Variant&, ThreadPool&) override {}

    void score(const std::string& name, const TrainableModel& model, const Variant& variant, ThreadPool& pool,
               TrainingRecord& record) const override {
        const ClassifierScore score = scoreClassifier(model, variant, m_test, m_data.classes, longestOf(m_options.qat),
                                                      static_cast<std::uint64_t>(m_options.qat.seed), pool);
        const PrecisionRecall &macro = score.report.macro, &error = score.errors.macro;
        record.metrics.push_back({name, "accuracy", score.report.accuracy, score.errors.accuracy});
        record.metrics.push_back({name, "precision", macro.precision, error.precision});
        record.metrics.push_back({name, "recall", macro.recall, error.recall});
        record.metrics.push_back({name, "f1", macro.f1, error.f1});
        const auto& counts = score.report.confusion;
        Matrix<std::int64_t> confusion(counts.size(), counts.size());
        for (std::size_t i = 0; i < counts.size(); ++i)
            for (std::size_t j = 0; j < counts.size(); ++j) confusion(i, j) = counts[i][j];
        record.confusion.push_back({name, std::move(confusion)});
    }

    void scoreUnderNoise(const std::string& name, const TrainableModel& model, const std::vector<at::Tensor>& values,
                         const LinearsOf& linearsOf, ThreadPool& pool, TrainingRecord& record) const override {
        if (m_options.measures.noiseSeeds == 0) return;
        NoiseSettings settings;
        settings.seeds = m_options.measures.noiseSeeds;
        settings.seed = static_cast<std::uint64_t>(m_options.qat.seed);
        settings.texts = static_cast<std::size_t>(m_options.measures.noiseTexts);
        for (const NoiseAccuracy& level : accuracyUnderNoise(model, values, linearsOf, m_test, longestOf(m_options.qat), settings, pool))
            for (std::size_t draw = 0; draw < level.accuracies.size(); ++draw)
                record.noise.push_back({name, level.level, m_options.qat.seed + static_cast<std::int64_t>(draw), level.accuracies[draw]});
    }

  private:
    const TrainOptions& m_options;
    ClassificationData m_data;
    std::vector<TokenizedText> m_train, m_test;
    ClassificationBatches m_batches;
};

class LanguageModelTask final : public TrainTask {
  public:
    LanguageModelTask(const TrainOptions& options, const Tokenizer& tokenizer, int threads)
        : m_options(options),
          m_tokenizer(tokenizer),
          m_text(loadLanguageModelText(options.text, options.data.textField, tokenizer, options.heldOutShare, threads)),
          m_batches(m_text.train, shapeOf(options.qat)) {
        const auto needed = static_cast<std::size_t>(std::max(options.measures.window, options.measures.prompts > 0 ? kPrompt + kNew : 0));
        if (m_text.heldOut.size() < needed)
            throw Error("the held-out part of the text has " + std::to_string(m_text.heldOut.size()) + " tokens, but measuring needs " +
                        std::to_string(needed) + "; give more text, a larger --held-out-share or a smaller --window");
    }

    const std::vector<std::string>& classes() const override { return m_classes; }
    std::string description() const override {
        return std::to_string(m_text.documents) + " documents: the first " + std::to_string(m_text.train.size()) +
               " tokens for training, the last " + std::to_string(m_text.heldOut.size()) + " for measuring";
    }
    std::string fingerprint() const override {
        ContentHash hash;
        hash.add(std::span<const TokenId>(m_text.train));
        hash.add(std::span<const TokenId>(m_text.heldOut));
        return hash.text();
    }
    BatchSource& batches() override { return m_batches; }

    void score(const std::string& name, const TrainableModel& model, const Variant& variant, ThreadPool& pool,
               TrainingRecord& record) const override {
        const TrainMeasures& measures = m_options.measures;
        const PerplexityResult perplexity =
            taskPerplexity(model, variant, m_text.heldOut, measures.window, static_cast<std::size_t>(measures.windows), pool);
        record.metrics.push_back({name, "perplexity", perplexity.value, perplexity.standardError});
        if (measures.prompts == 0) return;
        const Continuations written = continuationsOf(model, variant, pool);
        record.metrics.push_back({name, "bleu", written.bleu.score, written.bleu.standardError});
        if (m_reference.empty() || name == m_referenceName) return;
        const BleuScore agreement = corpusBleu(written.texts, m_reference, static_cast<std::uint64_t>(m_options.qat.seed));
        record.metrics.push_back({name, "bleu-agreement", agreement.score, agreement.standardError});
    }

    void setReference(const std::string& name, const TrainableModel& model, const Variant& variant, ThreadPool& pool) override {
        if (m_options.measures.prompts == 0) return;
        m_referenceName = name;
        m_reference = continuationsOf(model, variant, pool).texts;
    }

    void scoreUnderNoise(const std::string&, const TrainableModel&, const std::vector<at::Tensor>&, const LinearsOf&, ThreadPool&,
                         TrainingRecord&) const override {}

  private:
    Continuations continuationsOf(const TrainableModel& model, const Variant& variant, ThreadPool& pool) const {
        return continuationBleu(model, variant, m_tokenizer, m_text.heldOut, {m_options.measures.prompts, kPrompt, kNew},
                                static_cast<std::uint64_t>(m_options.qat.seed), pool);
    }

    static constexpr int kPrompt = 32, kNew = 32;  // tokens
    const TrainOptions& m_options;
    const Tokenizer& m_tokenizer;
    LanguageModelText m_text;
    std::vector<std::string> m_classes;
    LanguageModelBatches m_batches;
    std::string m_referenceName;
    std::vector<std::string> m_reference;  // its continuations
};

}  // namespace

std::unique_ptr<TrainTask> openTask(const TrainOptions& options, const Tokenizer& tokenizer, int threads) {
    if (options.task == TrainTaskKind::Classification) return std::make_unique<ClassificationTask>(options, tokenizer);
    return std::make_unique<LanguageModelTask>(options, tokenizer, threads);
}

}  // namespace qs
