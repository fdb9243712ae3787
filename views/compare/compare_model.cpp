// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/compare/compare_model.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <set>

#include "base/error.h"
#include "views/number_text.h"
#include "views/run_names.h"

namespace qs {
namespace {

using compare_words::text;

/// Where things lie and how fast they were computed is no difference of method.
const std::set<std::string> kBoring{"out", "resume", "threads", "memory-budget", "model", "text-field"};

QString shown(const RunFile* run, const std::string& option) {
    if (!run) return {};
    const auto& options = run->provenance().options;
    const auto found = options.find(option);
    return found == options.end() ? QStringLiteral("–") : QString::fromStdString(found->second);
}

void addOptions(Comparison& data, const RunFile* a, const RunFile& b) {
    std::set<std::string> names;
    for (const RunFile* run : {a, &b})
        if (run)
            for (const auto& [name, value] : run->provenance().options) names.insert(name);
    for (const std::string& name : names) {
        if (kBoring.count(name)) continue;
        const Comparison::Option option{QString::fromStdString(name), shown(a, name), shown(&b, name)};
        const bool given = option.a != option.b && !(option.a == "–" && option.b.isEmpty());
        if (data.all || (a ? given : std::set<std::string>{"method", "bits", "group-size", "weighting", "lengths"}.count(name) > 0))
            data.options.push_back(option);
    }
}

double meanError(const RunFile& run, int length, bool heldOut) {
    double sum = 0;
    int count = 0;
    for (const LinearRecord& linear : run.linears())
        for (const LengthError& error : heldOut ? linear.heldOutErrors : linear.calibrationErrors)
            if (error.length == length) sum += error.relative(), ++count;
    return count > 0 ? sum / count : std::nan("");
}

void addErrors(Comparison& data, const RunFile* a, const RunFile& b) {
    for (const bool heldOut : {false, true}) {
        std::set<int> lengths;
        for (const RunFile* run : {a, &b})
            if (run)
                for (const LinearRecord& linear : run->linears())
                    for (const LengthError& error : heldOut ? linear.heldOutErrors : linear.calibrationErrors) lengths.insert(error.length);
        const QString section =
            heldOut ? text("Mean relative output error, held-out text, %") : text("Mean relative output error, calibration text, %");
        for (const int length : lengths)
            data.metrics.push_back({section, text("length %1").arg(count(length)), a ? 100 * meanError(*a, length, heldOut) : std::nan(""),
                                    100 * meanError(b, length, heldOut), 3, true});
    }
}

/// The newest value of every task and metric.
std::map<std::pair<QString, QString>, double> evaluationsOf(const RunFile& run) {
    std::map<std::pair<QString, QString>, double> values;
    for (const EvaluationRecord& record : run.evaluations())
        for (const auto& [name, value] : record.metrics) {
            const QString data = QString::fromStdString(record.data).section('/', -1);
            values[{text("%1, %2").arg(QString::fromStdString(record.task), data), QString::fromStdString(name)}] = value.first;
        }
    return values;
}

void addEvaluations(Comparison& data, const RunFile* a, const RunFile& b) {
    auto left = a ? evaluationsOf(*a) : decltype(evaluationsOf(b)){}, right = evaluationsOf(b);
    std::set<std::pair<QString, QString>> keys;
    for (const auto* values : {&left, &right})
        for (const auto& [key, value] : *values) keys.insert(key);
    for (const auto& key : keys) {
        const auto valueIn = [&key](const auto& values) {
            const auto found = values.find(key);
            return found == values.end() ? std::nan("") : found->second;
        };
        const bool lower = key.second.contains("perplexity") || key.second.contains("loss") || key.first.startsWith("perplexity");
        data.metrics.push_back({key.first, key.second, valueIn(left), valueIn(right), lower ? 2 : 3, lower});
    }
}

/// Phases of run/phases.h; a newer program may have others.
constexpr const char* kPhaseWords[] = {QT_TRANSLATE_NOOP("Compare", "forward"),          QT_TRANSLATE_NOOP("Compare", "held-out text"),
                                       QT_TRANSLATE_NOOP("Compare", "Hessians"),         QT_TRANSLATE_NOOP("Compare", "spectra"),
                                       QT_TRANSLATE_NOOP("Compare", "untouched chain"),  QT_TRANSLATE_NOOP("Compare", "input scales"),
                                       QT_TRANSLATE_NOOP("Compare", "output Hessians"),  QT_TRANSLATE_NOOP("Compare", "factor"),
                                       QT_TRANSLATE_NOOP("Compare", "stage 1"),          QT_TRANSLATE_NOOP("Compare", "column loop"),
                                       QT_TRANSLATE_NOOP("Compare", "stage 2"),          QT_TRANSLATE_NOOP("Compare", "losses of stages"),
                                       QT_TRANSLATE_NOOP("Compare", "errors per length")};

QString phaseWord(const std::string& name) {
    for (const char* word : kPhaseWords)
        if (name == word) return text(word);
    return QString::fromStdString(name);
}

/// Where the time of the blocks went; files of earlier versions do not say.
void addPhases(Comparison& data, const RunFile* a, const RunFile& b) {
    const PhaseSeconds left = a ? a->phases() : PhaseSeconds(), right = b.phases();
    std::vector<std::string> names;
    for (const auto* phases : {&right, &left})
        for (const auto& [name, seconds] : *phases)
            if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    const auto secondsIn = [](const PhaseSeconds& phases, const std::string& name) {
        const auto found = std::find_if(phases.begin(), phases.end(), [&](const auto& phase) { return phase.first == name; });
        return found == phases.end() ? std::nan("") : found->second;
    };
    if (names.empty()) return;
    const QString section = text("Seconds by phase, all blocks");
    for (const std::string& name : names)
        data.metrics.push_back({section, phaseWord(name), secondsIn(left, name), secondsIn(right, name), 2, true, false});
    const auto whole = [](const RunFile* run) { return run && run->finished() ? run->seconds() : std::nan(""); };
    data.metrics.push_back({section, text("whole job"), whole(a), whole(&b), 2, true, false});
}

void addBlockErrors(Comparison& data, const ViewInput& input, const RunFile* a) {
    std::string role;
    for (const LinearRecord& linear : input.run->linears())
        if (linear.name == input.selection.linear || role.empty()) role = linear.role;
    std::vector<int> lengths = lengthsOf(*input.run);
    if (a) {  // a length that both have, if there is one
        std::vector<int> both;
        const auto others = lengthsOf(*a);
        std::set_intersection(lengths.begin(), lengths.end(), others.begin(), others.end(), std::back_inserter(both));
        if (!both.empty()) lengths = both;
    }
    if (role.empty() || lengths.empty()) return;
    const bool known = std::find(lengths.begin(), lengths.end(), input.selection.length) != lengths.end();
    data.length = known ? input.selection.length : lengths.front();
    data.role = QString::fromStdString(role);
    const auto errorsOf = [&](const RunFile& run) {
        std::map<int, double> errors;
        for (const LinearRecord& linear : run.linears())
            for (const LengthError& error : linear.calibrationErrors)
                if (linear.role == role && error.length == data.length) errors[linear.block] = error.relative();
        return errors;
    };
    const auto left = a ? errorsOf(*a) : std::map<int, double>(), right = errorsOf(*input.run);
    std::set<int> blocks;
    for (const auto* errors : {&left, &right})
        for (const auto& [block, error] : *errors) blocks.insert(block);
    for (const int block : blocks)
        data.errors.push_back(
            {block, left.count(block) ? left.at(block) : std::nan(""), right.count(block) ? right.at(block) : std::nan("")});
    data.blocks = std::max(input.run->provenance().blocks, blocks.empty() ? 0 : *blocks.rbegin() + 1);
}

}  // namespace

Comparison comparison(const ViewInput& input) {
    Comparison data;
    if (!input.run) return data.missing = text("Open a run and a baseline to compare them."), data;
    const RunFile* baseline = input.baseline && input.baseline != input.run ? input.baseline.get() : nullptr;
    data.both = baseline != nullptr;
    data.all = input.settings.value("options").toString() == "all";
    data.model = modelName(*input.run);
    data.nameB = runName(*input.run);
    if (baseline) data.nameA = runName(*baseline);
    const QString mine = data.nameB.section(", ", 0, 0), other = data.nameA.section(", ", 0, 0);
    if (mine != other && data.nameA.section(", ", 1) == data.nameB.section(", ", 1)) data.nameA = other, data.nameB = mine;
    addOptions(data, baseline, *input.run);
    try {
        addEvaluations(data, baseline, *input.run);
    } catch (const Error& error) {
        return data.missing = QString::fromStdString(error.what()), data;
    }
    addErrors(data, baseline, *input.run);
    addPhases(data, baseline, *input.run);
    addBlockErrors(data, input, baseline);
    return data;
}

Figure compareFigure(const ViewInput& input) {
    const Comparison data = comparison(input);
    return {chartOf(data), tableOf(data)};
}

}  // namespace qs
