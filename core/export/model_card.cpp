// SPDX-License-Identifier: GPL-3.0-or-later
#include "export/model_card.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "base/version.h"
#include "export/loader_rules.h"
#include "run/options.h"
#include "run/train_options.h"

namespace qs {
namespace fs = std::filesystem;
namespace {

std::string number(double value, const char* form = "%.4g") {
    char text[64];
    std::snprintf(text, sizeof text, form, value);
    return text;
}

std::string quoted(const std::string& word) {
    if (!word.empty() &&
        word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%") == std::string::npos)
        return word;
    std::string text = "'";
    for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return text + "'";
}

/// The options of a command that are not at their defaults.
template <class Options>
std::string optionsOf(const Provenance& origin) {
    Options defaults;
    const OptionList list = describeOptions(defaults);
    std::string command;
    for (const OptionField& field : list.fields()) {
        const auto given = origin.options.find(field.name);
        if (given == origin.options.end() || field.name == "model" || field.name == "resume") continue;
        const bool required = field.name == "task";  // is given also where it is the first of its choices
        if (given->second == field.defaultText && !required) continue;
        if (field.kind == OptionKind::Flag) command += given->second == "true" ? " --" + field.name : " --no-" + field.name;
        else command += " --" + field.name + " " + quoted(given->second);
    }
    return command;
}

std::string optionOf(const Provenance& origin, const char* name) {
    const auto found = origin.options.find(name);
    return found == origin.options.end() ? "" : found->second;
}

/// What made the run: a training began with another model than it ended with, or with none.
std::string originCommand(const Provenance& origin) {
    if (origin.kind == "train") {
        const std::string model = optionOf(origin, "model");
        return "quantoscope-cli train" + (model.empty() ? "" : " " + quoted(model)) + optionsOf<TrainOptions>(origin);
    }
    const std::string command = "quantoscope-cli quantize " + quoted(origin.model) + optionsOf<QuantizeOptions>(origin);
    return origin.processes > 1 ? "mpirun -n " + std::to_string(origin.processes) + " " + command : command;
}

std::string exportCommand(const ExportRequest& request) {
    std::string command =
        "quantoscope-cli export " + quoted(request.run.path().filename().string()) + " --format " + request.options.format;
    if (request.options.ggufType != "auto") command += " --gguf-type " + request.options.ggufType;
    return command + " --out " + quoted(fs::path(request.options.out).lexically_normal().string());
}

std::string gridText(const LinearFacts& f) {
    return std::to_string(f.bits) + " bits, " +
           (f.groupSize > 0 ? "groups of " + std::to_string(f.groupSize) : std::string("per channel")) +
           (f.symmetric ? ", symmetric" : ", asymmetric");
}

std::string settingsTable(const ExportRequest& request) {
    const Provenance& origin = request.run.provenance();
    std::map<std::string, int> grids, methods;
    for (const LinearFacts& linear : request.survey.linears) ++grids[gridText(linear)];
    int failed = 0;
    for (const LinearRecord& linear : request.run.linears()) {
        ++methods[linear.method];
        failed += linear.failed;
    }
    std::string text = "| | |\n|---|---|\n";
    const auto row = [&](const std::string& name, const std::string& value) {
        if (!value.empty()) text += "| " + name + " | " + value + " |\n";
    };
    const auto counts = [](const std::map<std::string, int>& map) {
        std::string list;
        for (const auto& [name, count] : map)
            list += (list.empty() ? "" : "; ") + name + (map.size() > 1 ? " (" + std::to_string(count) + " linears)" : "");
        return list;
    };
    row("original", fs::path(origin.model).filename().string() + " (" + origin.architecture + ", " +
                        number(static_cast<double>(origin.parameters) / 1e6, "%.1f") + " M parameters, fingerprint " +
                        origin.modelFingerprint + ")");
    row("method", counts(methods));
    row("grid", counts(grids));
    row("linears",
        std::to_string(request.survey.linears.size()) + (failed ? ", of which " + std::to_string(failed) + " fell back to RTN" : ""));
    const bool trained = origin.kind == "train";
    row(trained ? "text of the training" : "calibration text",
        optionOf(origin, "ids").empty() ? optionOf(origin, "text") : optionOf(origin, "ids"));
    std::set<int> lengths;
    std::int64_t tokens = 0;
    for (const SequenceRecord& s : request.run.sequences()) {
        if (s.heldOut) continue;
        lengths.insert(s.length);
        tokens += s.length;
    }
    std::string lengthList;
    for (const int length : lengths) lengthList += (lengthList.empty() ? "" : ", ") + std::to_string(length);
    if (trained) row("training", optionOf(origin, "steps") + " steps");
    else row("calibration", tokens ? std::to_string(tokens) + " tokens in sequences of " + lengthList : "none");
    row("weighting of lengths", optionOf(origin, "weighting"));
    row("seed", std::to_string(origin.seed));
    row("run", origin.program + ", " + origin.created);
    return text;
}

/// Mean relative output error per length, over linears.
std::string errorTable(const RunFile& run) {
    std::map<int, std::array<double, 4>> rows;  // sum and count, calibration and held-out
    for (const LinearRecord& linear : run.linears()) {
        const auto add = [&](const std::vector<LengthError>& errors, std::size_t at) {
            for (const LengthError& e : errors) {
                rows[e.length][at] += e.relative();
                rows[e.length][at + 1] += 1;
            }
        };
        add(linear.calibrationErrors, 0);
        add(linear.heldOutErrors, 2);
    }
    if (rows.empty()) return "";
    std::string text =
        "\n## Errors\nRelative output error ‖ΔW X‖² / ‖W X‖², mean over linears.\n\n| length | calibration text | held-out text "
        "|\n|---|---|---|\n";
    for (const auto& [length, r] : rows)
        text += "| " + std::to_string(length) + " | " + (r[1] > 0 ? number(r[0] / r[1]) : "") + " | " +
                (r[3] > 0 ? number(r[2] / r[3]) : "") + " |\n";
    return text;
}

/// What loaders do not take or take otherwise, as it was said before writing.
std::string loaderList(const ExportRequest& request) {
    std::string lines;
    for (const LoaderFinding& finding : lint(request.options.format, request.survey)) lines += "- " + finding.text() + "\n";
    return lines.empty() ? "" : "\n## Loaders\n" + lines;
}

std::string evaluationTable(const RunFile& run) {
    std::string rows;
    for (const EvaluationRecord& e : run.evaluations())
        for (const auto& [name, value] : e.metrics) {
            std::string settings;
            for (const auto& [key, setting] : e.settings) settings += (settings.empty() ? "" : ", ") + key + " " + number(setting, "%g");
            rows += "| " + e.task + " | " + e.subject + " | " + fs::path(e.data).filename().string() + " | " + settings + " | " + name +
                    " | " + number(value.first, "%.6g") + " ± " + number(value.second, "%.2g") + " |\n";
        }
    if (rows.empty()) return "";
    return "\n## Evaluations\n| task | of | data | settings | metric | value |\n|---|---|---|---|---|---|\n" + rows;
}

}  // namespace

std::string modelCard(const ExportRequest& request) {
    const Provenance& origin = request.run.provenance();
    fs::path original(origin.model);
    if (!original.has_filename()) original = original.parent_path();
    std::string text = "---\nbase_model: " + original.filename().string() +
                       "\nlibrary_name: " + (request.options.format == "gguf" ? "gguf" : "transformers") + "\ntags:\n- quantized\n- " +
                       request.options.format + "\n---\n# " + original.stem().string() + ", quantized (" + request.options.format +
                       ")\n\nWritten by Quantoscope " + kVersion +
                       " from the solver's own integers; re-read and compared before it was put in place.\n\n";
    text += settingsTable(request) + errorTable(request.run) + evaluationTable(request.run) + loaderList(request);
    text += "\n## Repeat it\n```\n" + originCommand(origin) + "\n" + exportCommand(request) + "\n```\n";
    return text;
}

}  // namespace qs
