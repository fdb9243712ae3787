// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/run_summary.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/estimate_text.h"
#include "cli/output.h"
#include "cli/plan_text.h"
#include "cli/training_text.h"
#include "run/run_file.h"

namespace qs::cli {
namespace {

using nlohmann::json;
using Rows = std::vector<std::vector<std::string>>;

/// A mean that grows.
struct Mean {
    double sum = 0;
    int count = 0;
    void add(double value) { sum += value, ++count; }
    double value() const { return count ? sum / count : 0; }
};

/// Relative errors of one block, or of the whole run.
struct ErrorSummary {
    Mean all;
    std::map<int, Mean> byLength, heldOut;
    std::string worst;
    double worstError = -1, seconds = 0;
    int linears = 0;
};

void addLinear(ErrorSummary& summary, const LinearRecord& linear) {
    Mean own;
    for (const LengthError& error : linear.calibrationErrors) {
        own.add(error.relative());
        summary.all.add(error.relative());
        summary.byLength[error.length].add(error.relative());
    }
    for (const LengthError& error : linear.heldOutErrors) summary.heldOut[error.length].add(error.relative());
    if (own.count && own.value() > summary.worstError) {
        summary.worstError = own.value();
        summary.worst = linear.name;
    }
    summary.seconds += linear.seconds;
    ++summary.linears;
}

std::map<int, ErrorSummary> blockErrors(const RunFile& run) {
    std::map<int, ErrorSummary> blocks;
    for (const LinearRecord& linear : run.linears()) addLinear(blocks[linear.block], linear);
    return blocks;
}

ErrorSummary totalErrors(const RunFile& run) {
    ErrorSummary total;
    for (const LinearRecord& linear : run.linears()) addLinear(total, linear);
    return total;
}

std::string errorTable(const RunFile& run) {
    const ErrorSummary total = totalErrors(run);
    Rows rows{{"block", "linears", "mean error", "worst", "its error", "solve"}};
    for (const auto& [block, summary] : blockErrors(run))
        rows.push_back({std::to_string(block), std::to_string(summary.linears), number(summary.all.value(), 4), lastPart(summary.worst),
                        number(summary.worstError, 4), secondsText(summary.seconds)});
    rows.push_back({"all", std::to_string(total.linears), number(total.all.value(), 4), total.worst, number(total.worstError, 4),
                    secondsText(total.seconds)});
    std::string text = "Relative error tr(ΔW S ΔWᵀ) / tr(W S Wᵀ), mean over linears and lengths\n" + tableText(rows, {3});
    Rows lengths{{"length", "mean error", total.heldOut.empty() ? "" : "held-out"}};
    for (const auto& [length, mean] : total.byLength) {
        const auto held = total.heldOut.find(length);
        lengths.push_back(
            {std::to_string(length), number(mean.value(), 4), held == total.heldOut.end() ? "" : number(held->second.value(), 4)});
    }
    return text + "\n" + tableText(lengths, {});
}

/// How the widths were chosen, and what the choice predicted.
std::string planSummary(const RunFile& run) {
    const auto plan = run.bitPlan();
    if (!plan || run.linears().empty()) return "";
    std::string text = "\nBit plan\n" + planWidthsText(*plan);
    if (plan->averageBits > 0)
        text += number(plan->averageBits, 5) + " code bits a weight, " + number(plan->effectiveBits, 5) + " with scales and zero points; " +
                bytesText(plan->bytes) + "\n";
    const auto check = checkBitPlan(*plan, run.linears());
    return text + (check ? planCheckText(*check) : "");
}

std::string resourceTable(const RunFile& run) {
    const auto forecast = run.forecast(), actual = run.actual();
    if (!forecast || !actual) return "";
    return "\n" + tableText({{"", "forecast", "actual"},
                             {"memory", bytesText(forecast->memoryBytes), bytesText(actual->memoryBytes)},
                             {"disk", bytesText(forecast->diskBytes), bytesText(actual->diskBytes)},
                             {"time", secondsText(forecast->seconds), secondsText(actual->seconds)}},
                            {0});
}

/// Where the time of the blocks went, with the share of each phase.
std::string phaseTable(const RunFile& run) {
    const PhaseSeconds phases = run.phases();
    if (phases.empty()) return "";
    double total = 0;
    for (const auto& [name, seconds] : phases) total += seconds;
    Rows rows{{"phase", "seconds", "share"}};
    for (const auto& [name, seconds] : phases) rows.push_back({name, number(seconds, 3), number(100 * seconds / total, 2) + " %"});
    return "\nSeconds by phase, all blocks\n" + tableText(rows, {0});
}

json phasesJson(const RunFile& run) {
    json phases = json::object();
    for (const auto& [name, seconds] : run.phases()) phases[name] = seconds;
    return phases;
}

/// length -> number of sequences, of calibration or of held-out text.
std::map<int, int> sequenceCounts(const RunFile& run, bool heldOut) {
    std::map<int, int> counts;
    for (const SequenceRecord& sequence : run.sequences())
        if (sequence.heldOut == heldOut) ++counts[sequence.length];
    return counts;
}

std::string sequenceText(const RunFile& run) {
    std::string text;
    for (const bool heldOut : {false, true}) {
        std::string list;
        long long tokens = 0;
        for (const auto& [length, count] : sequenceCounts(run, heldOut)) {
            list += (list.empty() ? "" : ", ") + std::to_string(count) + " of " + std::to_string(length);
            tokens += static_cast<long long>(length) * count;
        }
        if (tokens > 0)
            text +=
                std::string(heldOut ? "Held-out" : "Calibration") + " sequences: " + list + " tokens; " + countText(tokens) + " in all\n";
    }
    return text + "\n";
}

json sequencesJson(const RunFile& run) {
    json list = json::array();
    for (const bool heldOut : {false, true})
        for (const auto& [length, count] : sequenceCounts(run, heldOut))
            list.push_back({{"length", length}, {"count", count}, {"held_out", heldOut}});
    return list;
}

std::string eventText(const RunFile& run) {
    std::map<std::string, std::pair<int, std::string>> kinds;  // kind -> count, first message
    for (const Event& event : run.events()) {
        auto& [count, first] = kinds[event.kind];
        if (count++ == 0) first = (event.subject.empty() ? "" : event.subject + ": ") + event.message;
    }
    if (kinds.empty()) return "\nNo events.\n";
    std::string text = "\nEvents\n";
    for (const auto& [kind, entry] : kinds)
        text += "  " + kind + " × " + std::to_string(entry.first) + ": " + entry.second + (entry.first > 1 ? " …" : "") + "\n";
    return text;
}

std::string nextText(const std::string& path, bool quantized, const std::optional<TrainingRecord>& training) {
    if (!quantized) return training ? "" : "\nNext: look at the bank with  quantoscope " + path + "\n";
    const char* task = training && !training->classes.empty() ? "classification" : "perplexity";
    return "\nNext\n  quantoscope-cli errors " + path + (training ? " --text FILE --lengths 128" : "") + "\n  quantoscope-cli evaluate " +
           path + " --task " + task + " --text FILE\n  quantoscope-cli export " + path +
           " --format dequantized --out FOLDER\n  quantoscope " + path +
           (training ? "\n  quantoscope --report " + path + " --out FOLDER\n" : "\n");
}

/// Inputs with scales (AWQ), and their mean ratio.
struct ScaledInputs {
    int count = 0;
    Mean ratio;
};

ScaledInputs scaledInputs(const RunFile& run) {
    ScaledInputs scaled;
    for (const TagRecord& tag : run.tags()) {
        if (tag.inputScales.empty() || tag.scaleLosses.empty()) continue;
        ++scaled.count;
        const auto best = std::min_element(tag.scaleLosses.begin(), tag.scaleLosses.end()) - tag.scaleLosses.begin();
        scaled.ratio.add(static_cast<double>(best) / static_cast<double>(tag.scaleLosses.size()));
    }
    return scaled;
}

std::string scaledText(const RunFile& run) {
    const ScaledInputs scaled = scaledInputs(run);
    if (scaled.count == 0) return "";
    return "\n" + std::to_string(scaled.count) + " of " + std::to_string(run.tags().size()) + " inputs scaled, mean ratio " +
           number(scaled.ratio.value(), 3) + "\n";
}

json lengthsJson(const std::map<int, Mean>& lengths) {
    json list = json::array();
    for (const auto& [length, mean] : lengths) list.push_back({{"length", length}, {"mean_relative_error", mean.value()}});
    return list;
}

}  // namespace

std::string runSummaryText(const std::string& path) {
    const auto run = RunFile::open(path);
    const auto training = run->training();
    std::string text;
    if (training) text = trainingText(*training);
    else
        text =
            sequenceText(*run) + (run->linears().empty() ? std::to_string(run->tags().size()) + " inputs calibrated\n" : errorTable(*run));
    text += planSummary(*run) + scaledText(*run) + eventText(*run) + phaseTable(*run) + resourceTable(*run);
    text += "\nWritten to " + path + " in " + secondsText(run->seconds()) + "\n";
    if (training) text += "The trained model is " + run->provenance().model + "\n";
    return text + nextText(path, !run->linears().empty(), training);
}

json runSummaryJson(const std::string& path) {
    const auto run = RunFile::open(path);
    const ErrorSummary total = totalErrors(*run);
    json blocks = json::array(), events = json::array();
    for (const auto& [block, summary] : blockErrors(*run)) {
        json entry{{"block", block}, {"linears", summary.linears}};
        if (summary.all.count > 0)
            entry.update({{"mean_relative_error", summary.all.value()},
                          {"worst_linear", summary.worst},
                          {"worst_relative_error", summary.worstError},
                          {"solve_seconds", summary.seconds}});
        blocks.push_back(entry);
    }
    for (const Event& event : run->events())
        events.push_back({{"kind", event.kind},
                          {"severity", event.severity == Severity::Info      ? "info"
                                       : event.severity == Severity::Warning ? "warning"
                                                                             : "failure"},
                          {"subject", event.subject},
                          {"message", event.message}});
    json document{{"run", path},      {"kind", run->provenance().kind}, {"model", run->provenance().model}, {"linears", total.linears},
                  {"blocks", blocks}, {"inputs", run->tags().size()},   {"sequences", sequencesJson(*run)}, {"seconds", run->seconds()},
                  {"events", events}};
    if (total.all.count > 0) {
        document["mean_relative_error"] = total.all.value();
        document["lengths"] = lengthsJson(total.byLength);
        if (!total.heldOut.empty()) document["held_out_lengths"] = lengthsJson(total.heldOut);
    }
    if (const ScaledInputs scaled = scaledInputs(*run); scaled.count > 0)
        document["scaled_inputs"] = {{"count", scaled.count}, {"mean_ratio", scaled.ratio.value()}};
    if (const auto plan = run->bitPlan(); plan && total.linears > 0) {
        document["bit_plan"] = {{"average_bits", plan->averageBits}, {"effective_bits", plan->effectiveBits}, {"bytes", plan->bytes}};
        if (const auto check = checkBitPlan(*plan, run->linears())) document["bit_plan"]["check"] = planCheckJson(*check);
    }
    if (const auto training = run->training()) document["training"] = trainingJson(*training);
    if (!run->phases().empty()) document["phase_seconds"] = phasesJson(*run);
    if (const auto forecast = run->forecast()) document["forecast"] = resourcesJson(*forecast);
    if (const auto actual = run->actual()) document["actual"] = resourcesJson(*actual);
    return document;
}

}  // namespace qs::cli
