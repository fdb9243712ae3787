// SPDX-License-Identifier: GPL-3.0-or-later
// Perplexity of a model, or of a run: its linears dequantised over the model it names.
#include <algorithm>
#include <filesystem>

#include "evaluate/perplexity.h"
#include "run/jobs.h"
#include "run/perplexity_text.h"
#include "run/run_file.h"
#include "run/run_weights.h"
#include "run/session.h"
#include "text/tokenizer.h"

namespace qs {
namespace fs = std::filesystem;
namespace {

bool isRun(const std::string& subject) {
    if (fs::is_directory(subject)) return fs::path(subject).extension() == ".parts";
    const auto extension = fs::path(subject).extension();
    return extension == ".qsrun" || (extension != ".gguf" && fs::is_regular_file(subject) && extension != ".safetensors");
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

/// Hours of measuring must not be lost because a run lies where it cannot be changed, or the disk is full.
void keepResult(const RunFile& run, const EvaluationRecord& record, JobContext& context) {
    try {
        appendEvaluation(run.path(), record);
    } catch (const Error& error) {
        context.event(
            {Severity::Warning, "result-not-kept", record.task, std::string("the result is not added to the run: ") + error.what()});
    }
}

}  // namespace

EvaluationRecord runPerplexity(const PerplexityOptions& options, JobContext& context) {
    std::shared_ptr<const RunFile> run;
    if (isRun(options.subject)) run = openQuantization(options.subject);
    std::string path = options.subject;
    if (run) path = modelOfRun(*run, options.model)->path().string();
    Session session = openSession(path, options.machine, context);
    const auto tokenizer = loadTokenizer(session.model->path());
    context.report(0, "tokenising");
    std::vector<TokenId> stream = tokenizer->encode(perplexityText(options.text, options.textField), options.bos);
    context.check();
    if (options.maxTokens > 0 && static_cast<std::int64_t>(stream.size()) > options.maxTokens)
        stream.resize(static_cast<std::size_t>(options.maxTokens));

    if (stream.size() < static_cast<std::size_t>(options.window))
        throw Error(joined(options.text) + ": has " + std::to_string(stream.size()) + " tokens, fewer than one window of " +
                    std::to_string(options.window) + "; give more text or a smaller --window");

    const BlockSource blocks = [&](int b) { return run ? blockOfRun(*session.model, *run, b) : session.model->block(b); };
    const PerplexityResult result = perplexity(*session.model, blocks, *session.executor, stream, options.window,
                                               activationBudget(options.machine), context, *session.pool);
    EvaluationRecord record;
    record.task = "perplexity";
    record.data = joined(options.text);
    record.subject = run ? "quantized" : "model";
    record.settings = {{"window", options.window},
                       {"bos", options.bos ? 1 : 0},
                       {"tokens", static_cast<double>(result.tokens)},
                       {"dropped_tokens", static_cast<double>(result.droppedTokens)}};
    record.metrics = {{"perplexity", {result.value, result.standardError}}};
    if (run) keepResult(*run, record, context);
    return record;
}

}  // namespace qs
