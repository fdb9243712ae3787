// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/study_tables.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "base/version.h"
#include "run/phases.h"
#include "run/study_analysis.h"
#include "run/study_numbers.h"

namespace qs {
namespace {

using nlohmann::json;

/// A value of every cell of a row, where it has one.
std::vector<double> valuesOf(const StudyOutcome& outcome, const std::vector<std::size_t>& row,
                             const std::function<std::optional<double>(const StudyResult&)>& value) {
    std::vector<double> values;
    for (const std::size_t i : row)
        if (outcome.results[i])
            if (const auto v = value(*outcome.results[i])) values.push_back(*v);
    return values;
}

std::vector<std::string> labelsOf(const Study& study, const StudyCell& cell) {
    std::vector<std::string> labels;
    for (const std::string& axis : study.axes) labels.push_back(cell.labelOf(axis));
    return labels;
}

/// All lengths at which some cell has errors of this text.
std::vector<int> lengthsOf(const StudyOutcome& outcome, bool heldOut) {
    std::vector<int> lengths;
    for (const auto& result : outcome.results)
        if (result)
            for (const int length : (heldOut ? result->heldOut : result->calibration).lengths)
                if (std::find(lengths.begin(), lengths.end(), length) == lengths.end()) lengths.push_back(length);
    std::sort(lengths.begin(), lengths.end());
    return lengths;
}

std::optional<double> meanError(const StudyResult& result, bool heldOut, int length, bool first) {
    const StudyErrors& errors = heldOut ? result.heldOut : result.calibration;
    const auto at = std::find(errors.lengths.begin(), errors.lengths.end(), length);
    if (at == errors.lengths.end()) return std::nullopt;
    return errors.mean(static_cast<std::size_t>(at - errors.lengths.begin()), first);
}

/// The mean over all lengths of the text.
std::optional<double> meanError(const StudyResult& result, bool heldOut, bool first) {
    const StudyErrors& errors = heldOut ? result.heldOut : result.calibration;
    if (errors.lengths.empty()) return std::nullopt;
    double sum = 0;
    for (std::size_t k = 0; k < errors.lengths.size(); ++k) sum += errors.mean(k, first);
    return sum / static_cast<double>(errors.lengths.size());
}

struct Column {
    std::string heading;
    std::function<std::optional<double>(const StudyResult&)> value;
    std::string (*text)(const std::vector<double>&);
};

std::vector<Column> perplexityColumns(const Study& study) {
    std::vector<Column> columns;
    for (const StudyPerplexity& p : study.perplexities)
        columns.push_back({p.text + ", " + std::to_string(p.window),
                           [p](const StudyResult& r) {
                               const StudyMeasure* m = r.find(p.text, p.window);
                               return m ? std::optional(m->value) : std::nullopt;
                           },
                           plusMinus});
    return columns;
}

std::vector<Column> errorColumns(const StudyOutcome& outcome, bool heldOut, bool first) {
    std::vector<Column> columns;
    for (const int length : lengthsOf(outcome, heldOut))
        columns.push_back(
            {std::to_string(length) + ", %", [=](const StudyResult& r) { return meanError(r, heldOut, length, first); }, percentPlusMinus});
    if (columns.size() > 1)
        columns.push_back({"mean, %", [=](const StudyResult& r) { return meanError(r, heldOut, first); }, percentPlusMinus});
    return columns;
}

bool hasAsymmetric(const StudyOutcome& outcome) {
    return std::any_of(outcome.results.begin(), outcome.results.end(),
                       [](const auto& result) { return result && !result->asymmetric.empty(); });
}

std::vector<Column> asymmetricColumns() {
    return {{"mean, %",
             [](const StudyResult& r) { return r.asymmetric.empty() ? std::nullopt : std::optional(spreadOf(r.asymmetric).mean); },
             percentPlusMinus}};
}

std::vector<Column> useColumns() {
    return {{"bits a weight", [](const StudyResult& r) { return std::optional(r.bitsPerWeight); }, amountText},
            {"size, MB", [](const StudyResult& r) { return std::optional(r.bytes / 1e6); }, amountText},
            {"time, s of one core", [](const StudyResult& r) { return r.seconds; }, amountText},
            {"events", [](const StudyResult& r) { return std::optional(static_cast<double>(r.events.size())); }, amountText}};
}

std::vector<Column> phaseColumns(const StudyOutcome& outcome) {
    PhaseSeconds all;
    for (const auto& result : outcome.results)
        if (result) addPhases(all, result->phases);
    std::vector<Column> columns;
    for (const auto& [phase, seconds] : all)
        columns.push_back({phase,
                           [name = phase](const StudyResult& r) -> std::optional<double> {
                               for (const auto& [own, s] : r.phases)
                                   if (own == name) return s;
                               return std::nullopt;
                           },
                           amountText});
    return columns;
}

std::string tableOf(const StudyOutcome& outcome, const std::vector<Column>& columns, const std::vector<std::string>& firstRow = {}) {
    std::vector<std::vector<std::string>> rows{outcome.study.axes};
    for (const Column& column : columns) rows[0].push_back(column.heading);
    if (!firstRow.empty()) rows.push_back(firstRow);
    for (const auto& row : rowsOf(outcome.study)) {
        std::vector<std::string> texts = labelsOf(outcome.study, outcome.study.cells[row.front()]);
        for (const Column& column : columns) {
            const std::vector<double> values = valuesOf(outcome, row, column.value);
            texts.push_back(values.empty() ? (outcome.failures[row.front()].empty() ? "" : "failed") : column.text(values));
        }
        rows.push_back(std::move(texts));
    }
    return markdownTable(rows, outcome.study.axes.size());
}

std::string perplexityTable(const StudyOutcome& outcome) {
    const Study& study = outcome.study;
    if (study.perplexities.empty()) return "";
    std::vector<std::string> first(study.axes.size(), "");
    if (!first.empty()) first[0] = "full precision";
    for (const StudyPerplexity& p : study.perplexities) {
        std::string text;
        for (const StudyMeasure& m : outcome.fullPrecision)
            if (m.text == p.text && m.window == p.window) text = plusMinus({m.value});
        first.push_back(text);
    }
    std::string tokens;
    for (const StudyMeasure& m : outcome.fullPrecision)
        if (tokens.find(m.text + ": ") == std::string::npos)
            tokens += (tokens.empty() ? "" : "; ") + m.text + ": " + std::to_string(m.tokens);
    return "## Perplexity\n\nexp of the mean negative log-likelihood, by text and window. Tokens of the texts: " + tokens +
           ". Arithmetic of the forward pass: " + nameOfEnum(study.evaluationCompute) + ".\n\n" +
           tableOf(outcome, perplexityColumns(study), first) + "\n";
}

std::string errorTables(const StudyOutcome& outcome) {
    std::string text;
    for (const bool heldOut : {true, false}) {
        if (lengthsOf(outcome, heldOut).empty()) continue;
        text += std::string("## Relative output error on ") + (heldOut ? "held-out" : "calibration") + " text\n\n" +
                "‖ΔW X‖² / ‖W X‖² behind the cell's own quantized weights, mean over linears, by sequence length" +
                (heldOut ? "" : "; on the very sequences that the cell was fitted to") + ".\n\n" +
                tableOf(outcome, errorColumns(outcome, heldOut, true)) +
                "\nThe same without the first token of every sequence, which can fill the denominator:\n\n" +
                tableOf(outcome, errorColumns(outcome, heldOut, false)) + "\n";
    }
    return text;
}

std::string phaseTable(const StudyOutcome& outcome) {
    const std::vector<Column> columns = phaseColumns(outcome);
    if (columns.empty()) return "";
    return "\nSeconds by phase of the quantization, waiting for a core or a device included:\n\n" + tableOf(outcome, columns);
}

std::string asymmetricTable(const StudyOutcome& outcome) {
    if (!hasAsymmetric(outcome)) return "";
    return "## Error against the untouched model\n\n‖W X̃ − Ŵ X‖² / ‖W X̃‖² on calibration text, weighted like H, mean over linears; X̃: the "
           "input in the untouched model, X: the cell's own. It is what GPTAQ minimises; measured with asymmetric-loss.\n\n" +
           tableOf(outcome, asymmetricColumns()) + "\n";
}

std::string eventText(const StudyOutcome& outcome) {
    std::map<std::string, std::pair<int, std::string>> kinds;
    for (std::size_t i = 0; i < outcome.results.size(); ++i)
        if (outcome.results[i])
            for (const Event& event : outcome.results[i]->events) {
                auto& [count, first] = kinds[event.kind];
                if (count++ == 0)
                    first = outcome.study.cells[i].title() + (event.subject.empty() ? "" : ", " + event.subject) + ": " + event.message;
            }
    std::string text;
    for (const auto& [kind, entry] : kinds) text += "- " + kind + " × " + std::to_string(entry.first) + ", first: " + entry.second + "\n";
    return text.empty() ? "" : "\nEvents:\n" + text;
}

}  // namespace

std::vector<std::vector<std::size_t>> rowsOf(const Study& study) {
    std::vector<std::vector<std::size_t>> rows;
    for (std::size_t i = 0; i < study.cells.size(); ++i) {
        const auto same = std::find_if(rows.begin(), rows.end(),
                                       [&](const auto& row) { return study.cells[row.front()].labels == study.cells[i].labels; });
        if (same == rows.end()) rows.push_back({i});
        else same->push_back(i);
    }
    return rows;
}

std::string studyMarkdown(const StudyOutcome& outcome) {
    const Study& study = outcome.study;
    std::string seeds;
    for (const StudyCell& cell : study.cells) {
        const std::string seed = std::to_string(cell.options.calibration.seed);
        if ((", " + seeds + ", ").find(", " + seed + ", ") == std::string::npos) seeds += (seeds.empty() ? "" : ", ") + seed;
    }
    std::string text = "# " + study.title + "\n\n" + (study.about.empty() ? "" : study.about + "\n\n");
    text += "Model: " + outcome.model.substr(outcome.model.rfind('/') + 1) + ". " + std::to_string(study.cells.size()) + " cells, seeds " +
            seeds + ". ± is the sample standard deviation over seeds.\n";
    for (const std::string& note : study.notes) text += "\n" + note + "\n";
    for (std::size_t i = 0; i < outcome.failures.size(); ++i)
        if (!outcome.failures[i].empty()) text += "\nFailed: " + study.cells[i].title() + ": " + outcome.failures[i] + "\n";
    text += "\n" + perplexityTable(outcome) + errorTables(outcome) + asymmetricTable(outcome) + ratioMarkdown(outcome) +
            optimaMarkdown(outcome);
    return text +
           "## Size and time\n\nTime of the quantization alone, each run on one core beside others; of methods with an untouched chain "
           "with its share "
           "of the chain that cells share.\n\n" +
           tableOf(outcome, useColumns()) + phaseTable(outcome) + eventText(outcome);
}

std::string studyCsv(const StudyOutcome& outcome) {
    const Study& study = outcome.study;
    std::vector<Column> columns = perplexityColumns(study);
    for (Column& column : columns) column.heading = "perplexity " + column.heading;
    for (const bool heldOut : {true, false})
        for (const bool first : {true, false})
            for (Column column : errorColumns(outcome, heldOut, first)) {
                column.heading = std::string(heldOut ? "held-out" : "calibration") + (first ? " error " : " error without first token ") +
                                 column.heading.substr(0, column.heading.find(','));
                columns.push_back(std::move(column));
            }
    if (hasAsymmetric(outcome)) {
        columns.push_back(asymmetricColumns().front());
        columns.back().heading = "error against the untouched model";
    }
    for (const Column& column : useColumns()) columns.push_back(column);
    for (Column& column : phaseColumns(outcome)) {
        column.heading = "seconds of " + column.heading;
        columns.push_back(std::move(column));
    }
    std::string text = "cell";
    for (const std::string& axis : study.axes) text += "," + csvField(axis);
    text += ",seed";
    for (const Column& column : columns) text += "," + csvField(column.heading);
    text += "\n";
    for (std::size_t i = 0; i < study.cells.size(); ++i) {
        text += csvField(study.cells[i].id);
        for (const std::string& label : labelsOf(study, study.cells[i])) text += "," + csvField(label);
        text += "," + std::to_string(study.cells[i].options.calibration.seed);
        for (const Column& column : columns) {
            const auto value = outcome.results[i] ? column.value(*outcome.results[i]) : std::nullopt;
            text += "," + (value ? exactText(*value) : "");
        }
        text += "\n";
    }
    return text;
}

std::string comparisonJson(const StudyOutcome& outcome) {
    const Study& study = outcome.study;
    json cells = json::array(), full = json::array(), texts = json::object();
    for (std::size_t i = 0; i < study.cells.size(); ++i) {
        if (outcome.results[i]) cells.push_back(jsonOf(study.cells[i], *outcome.results[i]));
        else cells.push_back({{"id", study.cells[i].id}, {"title", study.cells[i].title()}, {"failed", outcome.failures[i]}});
    }
    for (const StudyMeasure& measure : outcome.fullPrecision) full.push_back(jsonOf(measure));
    for (const auto& [name, text] : study.texts) texts[name] = text.files;
    const json document{{"format", "quantoscope-study"},
                        {"version", 1},
                        {"program", std::string("quantoscope ") + kVersion},
                        {"title", study.title},
                        {"about", study.about},
                        {"model", outcome.model},
                        {"model_fingerprint", outcome.modelFingerprint},
                        {"texts", texts},
                        {"axes", study.axes},
                        {"notes", study.notes},
                        {"full_precision", full},
                        {"cells", cells}};
    return document.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace qs
