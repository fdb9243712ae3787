// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/text_evaluation.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "evaluate/data_set.h"
#include "evaluate/divergence.h"
#include "evaluate/likelihood.h"
#include "evaluate/perplexity.h"
#include "evaluate/rolling.h"
#include "run/evaluation_items.h"
#include "run/perplexity_text.h"

namespace qs {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::vector<TokenId> streamOf(const EvaluationSubject& subject, const PerplexityOptions& options, JobContext& context) {
    context.report(0, "tokenising");
    std::vector<TokenId> stream = subject.tokenizer->encode(perplexityText(options.text, options.textField), options.bos);
    context.check();
    if (options.maxTokens > 0 && static_cast<std::int64_t>(stream.size()) > options.maxTokens)
        stream.resize(static_cast<std::size_t>(options.maxTokens));
    return stream;
}

/// Means over positions 0, 1, 2, 3–4, 5–8 … in steps of √2: short enough to show what the first tokens do, and at most 30.
std::vector<PositionMean> binned(const std::vector<double>& values) {
    std::vector<PositionMean> bins;
    for (std::size_t from = 0; from < values.size();) {
        const std::size_t width = std::max<std::size_t>(1, static_cast<std::size_t>(0.4142 * static_cast<double>(from)));
        const std::size_t to = values.size() - from < 2 * width ? values.size() : from + width;
        double sum = 0;
        for (std::size_t t = from; t < to; ++t) sum += values[t];
        bins.push_back({static_cast<int>(from), static_cast<int>(to) - 1, sum / static_cast<double>(to - from)});
        from = to;
    }
    return bins;
}

std::pair<double, double> exponential(const Mean& mean) { return {std::exp(mean.value), std::exp(mean.value) * mean.standardError}; }

void measureWindows(const PerplexityOptions& options, const EvaluationSubject& subject, std::span<const TokenId> stream,
                    JobContext& context, EvaluationRecord& record) {
    const Session& session = subject.session;
    const PerplexityResult result = perplexity(*session.model, subject.blocks(), *session.executor, stream, options.window,
                                               activationBudget(options.machine), context, *session.pool);
    record.settings["dropped_tokens"] = static_cast<double>(result.droppedTokens);
    record.metrics = {{"perplexity", {result.value, result.standardError}}};
    record.positions = binned(result.lossAtPosition);
}

/// Every token predicted once; the standard error is that of the mean over windows.
void measureOnce(const EvaluationOptions& options, const EvaluationSubject& subject, std::span<const TokenId> stream, JobContext& context,
                 EvaluationRecord& record) {
    const int window = options.measure.window, stride = options.stride > 0 ? options.stride : window;
    if (stride > window) throw Error("--stride must not exceed --window: tokens between windows would be left out", ErrorKind::Usage);
    const RequestEncoder encoder = encoderFor(subject, options.measure.bos, window);
    const std::vector<TokenRequest> requests =
        options.rolling ? rollingRequests(stream, encoder.prefix(), window) : stridedRequests(stream, window, stride);
    std::vector<std::vector<TokenRequest>> items;
    std::size_t tokens = 0;
    for (const TokenRequest& request : requests) {
        items.push_back({request});
        tokens += static_cast<std::size_t>(request.scored);
    }
    if (items.empty()) throw Error("the text has no tokens");
    std::vector<double> sums(items.size());
    ForwardModel model = forwardModelOf(subject, options.measure.machine);
    scoreItems(model, items, "perplexity, windows", 0, context,
               [&](std::size_t k, const std::vector<RequestScore>& scores) { sums[k] = scores[0].logLikelihood; });
    double sum = 0, squares = 0;
    for (const double ll : sums) sum += ll;
    const double mean = -sum / static_cast<double>(tokens), n = static_cast<double>(sums.size());
    for (std::size_t k = 0; k < sums.size(); ++k) squares += std::pow(-sums[k] - mean * requests[k].scored, 2);
    const double error = n > 1 ? std::sqrt(squares * n / (n - 1)) / static_cast<double>(tokens) : 0;
    record.settings["predicted_tokens"] = static_cast<double>(tokens);
    record.settings["stride"] = options.rolling ? window : stride;
    record.metrics = {{options.rolling ? "rolling_perplexity" : "perplexity", exponential({mean, error})}, {"log_likelihood", {sum, 0}}};
}

void measureDivergence(const EvaluationOptions& options, const EvaluationSubject& subject, std::span<const TokenId> stream,
                       JobContext& context, EvaluationRecord& record) {
    if (options.reference.empty() && !subject.run)
        throw Error("--reference is missing; give the full-precision model (a run knows its own)", ErrorKind::Usage);
    const MachineOptions& machine = options.measure.machine;
    const EvaluationSubject other = openSubject(options.reference.empty() ? subject.session.model->path().string() : options.reference, "",
                                                machine, options.roundActivations, context);
    ForwardModel reference = forwardModelOf(other, machine), model = forwardModelOf(subject, machine);
    const Divergence result = divergence(reference, model, stream, options.measure.window, context);
    record.settings["windows"] = static_cast<double>(result.windows);
    record.metrics = {{"kl_divergence", {result.kl.value, result.kl.standardError}},
                      {"top1_agreement", {result.agreement.value, result.agreement.standardError}},
                      {"perplexity", exponential(result.loss)},
                      {"reference_perplexity", exponential(result.referenceLoss)}};
    record.positions = binned(result.klAtPosition);
    const std::size_t positions = result.klAtPosition.size(), parts = std::min<std::size_t>(4, positions);
    for (std::size_t q = 0; q < parts; ++q) {  // drift: does the divergence grow along the window?
        const std::size_t from = q * positions / parts, to = (q + 1) * positions / parts;
        double sum = 0;
        for (std::size_t t = from; t < to; ++t) sum += result.klAtPosition[t];
        record.metrics["kl_divergence_quarter_" + std::to_string(q + 1)] = {sum / static_cast<double>(to - from), 0};
    }
}

}  // namespace

std::string joinedNames(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

EvaluationRecord evaluateText(const EvaluationOptions& options, JobContext& context) {
    const EvaluationSubject subject =
        openSubject(options.measure.subject, options.measure.model, options.measure.machine, options.roundActivations, context);
    const std::vector<TokenId> stream = streamOf(subject, options.measure, context);
    if (!options.rolling && options.stride == 0 && stream.size() < static_cast<std::size_t>(options.measure.window))
        throw Error(joinedNames(options.measure.text) + ": has " + std::to_string(stream.size()) + " tokens, fewer than one window of " +
                    std::to_string(options.measure.window) + "; give more text or a smaller --window");
    EvaluationRecord record;
    record.task = options.task;
    record.data = joinedNames(options.measure.text);
    record.subject = subject.kind();
    record.settings = {
        {"window", options.measure.window}, {"bos", options.measure.bos ? 1 : 0}, {"tokens", static_cast<double>(stream.size())}};
    subject.describe(record);
    if (options.task == "divergence") measureDivergence(options, subject, stream, context, record);
    else if (options.rolling || options.stride > 0) measureOnce(options, subject, stream, context, record);
    else measureWindows(options.measure, subject, stream, context, record);
    context.report(1, options.task);
    keepResult(subject, record, context);
    return record;
}

std::vector<ItemResult> evaluateDocuments(const EvaluationOptions& options, const EvaluationSubject& subject, const std::string& itemsFile,
                                          JobContext& context) {
    const DataSet data = readDataSet(options.measure.text.front(), Split::Test, static_cast<std::size_t>(options.limit));
    const RequestEncoder encoder = encoderFor(subject, options.measure.bos, options.maxLength);
    ItemsFile file(itemsFile,
                   {{"task", "wikitext"},
                    {"model", subject.fingerprint()},
                    {"data", data.name},
                    {"max_length", encoder.maxLength()},
                    {"bos", options.measure.bos},
                    {"compute", nameOfEnum(options.measure.machine.compute)}},
                   options.resume);
    std::set<std::int64_t> there;
    for (const ItemResult& item : file.finished()) there.insert(item.item);
    ForwardModel model = forwardModelOf(subject, options.measure.machine);
    for (std::size_t i = 0; i < data.records.size(); ++i) {
        if (there.count(static_cast<std::int64_t>(i))) continue;
        const std::string page = fieldOf(data, i, "page");
        std::vector<std::vector<TokenRequest>> windows;
        for (TokenRequest& request : rollingRequests(encoder.encode(detokenizedWikiText(page)), encoder.prefix(), encoder.maxLength()))
            windows.push_back({std::move(request)});
        double sum = 0;
        std::size_t tokens = 0;
        scoreItems(model, windows, "document " + std::to_string(i + 1) + " of " + std::to_string(data.records.size()), 0, context,
                   [&](std::size_t k, const std::vector<RequestScore>& scores) {
                       sum += scores[0].logLikelihood;
                       tokens += static_cast<std::size_t>(windows[k][0].scored);
                   });
        const nlohmann::ordered_json line{
            {"item", i}, {"loglikelihood", {sum}}, {"tokens", tokens}, {"words", wordCount(page)}, {"bytes", page.size()}};
        file.add(itemFromJson(line.dump(), "item"));
        if (context.shouldStopAfterPart() && i + 1 < data.records.size()) throw Cancelled();
    }
    return file.finish();
}

std::map<std::string, std::pair<double, double>> documentMetrics(const std::vector<ItemResult>& items) {
    std::vector<double> losses, words, bytes;
    for (const ItemResult& item : items) {
        const json line = json::parse(item.json);
        losses.push_back(-line.at("loglikelihood").at(0).get<double>());
        words.push_back(line.at("words"));
        bytes.push_back(line.at("bytes"));
    }
    const auto ratio = [&](const std::vector<double>& counts) {
        double loss = 0, count = 0, squares = 0;
        for (std::size_t i = 0; i < losses.size(); ++i) loss += losses[i], count += counts[i];
        const double r = loss / count, n = static_cast<double>(losses.size());
        for (std::size_t i = 0; i < losses.size(); ++i) squares += std::pow(losses[i] - r * counts[i], 2);
        return Mean{r, n > 1 ? std::sqrt(squares * n / (n - 1)) / count : 0};
    };
    const Mean perWord = ratio(words), perByte = ratio(bytes);
    return {{"word_perplexity", exponential(perWord)},
            {"byte_perplexity", exponential(perByte)},
            {"bits_per_byte", {perByte.value / std::log(2.0), perByte.standardError / std::log(2.0)}}};
}

}  // namespace qs
