// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/study_results.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "quant/grid_rule.h"
#include "quant/super_blocks.h"
#include "run/estimate.h"
#include "run/idle_options.h"

namespace qs {
namespace {

using nlohmann::json;

constexpr const char* kSeverities[] = {"info", "warning", "failure"};

void addErrors(StudyErrors& errors, const std::vector<LengthError>& linear) {
    if (errors.lengths.empty())
        for (const LengthError& e : linear) errors.lengths.push_back(e.length);
    std::vector<double> relative, withoutFirst;
    for (const LengthError& e : linear) {
        relative.push_back(e.relative());
        withoutFirst.push_back(e.relativeWithoutFirst());
    }
    errors.relative.push_back(std::move(relative));
    errors.withoutFirst.push_back(std::move(withoutFirst));
}

/// Bits of one linear: b a code, and for every group of a row its scale and, of asymmetric grids, its zero point.
double storedBits(const LinearRecord& linear, const QuantSettings& settings) {
    QuantSettings own = settings;
    own.bits = linear.bits;
    const double scale = scaleBits(own, static_cast<std::size_t>(linear.in)),
                 zero = settings.scheme == Scheme::Asymmetric ? linear.bits : 0;
    const int group = linear.groupSize > 0 ? linear.groupSize : linear.in, groups = (linear.in + group - 1) / group;
    return static_cast<double>(linear.out) * (static_cast<double>(linear.bits) * linear.in + groups * (scale + zero));
}

json errorsJson(const StudyErrors& errors) {
    return {{"lengths", errors.lengths}, {"relative", errors.relative}, {"relative_without_first", errors.withoutFirst}};
}

StudyErrors errorsFrom(const json& object) {
    return {object.at("lengths").get<std::vector<int>>(), object.at("relative").get<std::vector<std::vector<double>>>(),
            object.at("relative_without_first").get<std::vector<std::vector<double>>>()};
}

json eventJson(const Event& event) {
    return {{"severity", kSeverities[static_cast<int>(event.severity)]},
            {"kind", event.kind},
            {"subject", event.subject},
            {"message", event.message}};
}

Event eventFrom(const json& object) {
    Event event{Severity::Info, object.at("kind"), object.at("subject"), object.at("message")};
    const std::string severity = object.at("severity");
    for (int i = 0; i < 3; ++i)
        if (severity == kSeverities[i]) event.severity = static_cast<Severity>(i);
    return event;
}

}  // namespace

double StudyErrors::mean(std::size_t length, bool first) const {
    double sum = 0;
    for (const auto& linear : first ? relative : withoutFirst) sum += linear.at(length);
    return relative.empty() ? 0 : sum / static_cast<double>(relative.size());
}

const StudyMeasure* StudyResult::find(const std::string& text, int window) const {
    for (const StudyMeasure& measure : perplexities)
        if (measure.text == text && measure.window == window) return &measure;
    return nullptr;
}

StudyResult resultOf(const RunFile& run, const QuantSettings& settings) {
    StudyResult result;
    double bits = 0, weights = 0;
    for (const LinearRecord& linear : run.linears()) {
        result.linears.push_back(linear.name);
        result.roles.push_back(linear.role);
        result.losses.push_back(linear.loss);
        result.energies.push_back(linear.energy);
        if (linear.asymmetricEnergy > 0) result.asymmetric.push_back(linear.asymmetricLoss / linear.asymmetricEnergy);
        addErrors(result.calibration, linear.calibrationErrors);
        if (!linear.heldOutErrors.empty()) addErrors(result.heldOut, linear.heldOutErrors);
        bits += storedBits(linear, settings);
        weights += static_cast<double>(linear.out) * linear.in;
    }
    if (result.asymmetric.size() < result.linears.size()) result.asymmetric.clear();  // one sees nothing but zeros
    result.bytes = bits / 8;
    result.bitsPerWeight = weights > 0 ? bits / weights : 0;
    result.events = run.events();
    result.phases = run.phases();
    return result;
}

json jsonOf(const StudyMeasure& m) {
    return {{"text", m.text},     {"window", m.window}, {"value", m.value},    {"standard_error", m.standardError},
            {"tokens", m.tokens}, {"key", m.key},       {"seconds", m.seconds}};
}

StudyResult resultFor(const StudyCell& cell, StudyResult result) {
    std::vector<Event> events = idleOptions(cell.options);
    for (Event& event : result.events)
        if (event.kind != kIdleOption) events.push_back(std::move(event));
    result.events = std::move(events);
    return result;
}

json jsonOf(const StudyCell& cell, const StudyResult& result) {
    json labels = json::object(), events = json::array(), perplexities = json::array(), phases = json::array();
    for (const auto& [name, seconds] : result.phases) phases.push_back({{"name", name}, {"seconds", seconds}});
    for (const auto& [axis, label] : cell.labels) labels[axis] = label;
    for (const Event& event : result.events) events.push_back(eventJson(event));
    for (const StudyMeasure& measure : result.perplexities) perplexities.push_back(jsonOf(measure));
    QuantizeOptions options = cell.options;
    json object{{"id", cell.id},
                {"title", cell.title()},
                {"labels", labels},
                {"seed", cell.options.calibration.seed},
                {"options", optionTexts(options)},
                {"fingerprint", result.fingerprint},
                {"linears", result.linears},
                {"roles", result.roles},
                {"losses", result.losses},
                {"energies", result.energies},
                {"errors", {{"calibration", errorsJson(result.calibration)}, {"held_out", errorsJson(result.heldOut)}}},
                {"bytes", result.bytes},
                {"bits_per_weight", result.bitsPerWeight},
                {"phases", phases},
                {"events", events},
                {"perplexities", perplexities}};
    if (!result.asymmetric.empty()) object["asymmetric"] = result.asymmetric;
    object["seconds"] = result.seconds ? json(*result.seconds) : json();
    return object;
}

StudyMeasure measureFrom(const json& m) {
    return {m.at("text"), m.at("window"), m.at("value"), m.at("standard_error"), m.at("tokens"), m.at("key"), m.at("seconds")};
}

StudyResult resultFrom(const json& object) {
    try {
        StudyResult result;
        result.fingerprint = object.at("fingerprint");
        result.linears = object.at("linears").get<std::vector<std::string>>();
        result.roles = object.at("roles").get<std::vector<std::string>>();
        result.losses = object.at("losses").get<std::vector<double>>();
        result.energies = object.at("energies").get<std::vector<double>>();
        if (object.contains("asymmetric")) result.asymmetric = object.at("asymmetric").get<std::vector<double>>();
        result.calibration = errorsFrom(object.at("errors").at("calibration"));
        result.heldOut = errorsFrom(object.at("errors").at("held_out"));
        result.bytes = object.at("bytes");
        result.bitsPerWeight = object.at("bits_per_weight");
        if (!object.at("seconds").is_null()) result.seconds = object.at("seconds").get<double>();
        for (const json& phase : object.value("phases", json::array())) result.phases.emplace_back(phase.at("name"), phase.at("seconds"));
        for (const json& event : object.at("events")) result.events.push_back(eventFrom(event));
        for (const json& m : object.at("perplexities")) result.perplexities.push_back(measureFrom(m));
        return result;
    } catch (const json::exception& error) {
        throw Error(std::string("is not a result of a study: ") + error.what());
    }
}

}  // namespace qs
