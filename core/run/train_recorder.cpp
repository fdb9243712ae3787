// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/train_recorder.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace qs {
namespace {

constexpr auto kInterval = std::chrono::seconds(2);
constexpr std::string_view kStep = "step ";  // begins the subject of events about widths

std::vector<std::uint8_t> marksOf(const std::vector<int>& layers, std::size_t count) {
    std::vector<std::uint8_t> marks(count);
    for (const int layer : layers) marks.at(static_cast<std::size_t>(layer)) = 1;
    return marks;
}

TrainingStep trainingStepOf(const StepRecord& s) {
    return {s.step, s.loss, s.taskLoss, s.penalty, s.distillation, s.learningRate, s.gradientNorm, s.averageBits};
}

std::string oneDecimal(double value) {
    const auto tenths = static_cast<long>(value * 10 + 0.5);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

/// "a" or "a and 3 more".
std::string firstOf(const std::vector<std::string>& names) {
    return names.size() < 2 ? names.front() : names.front() + " and " + std::to_string(names.size() - 1) + " more";
}

}  // namespace

TrainRecorder::TrainRecorder(RunWriter& writer, JobContext& context, TrainingRecord fresh)
    : m_writer(writer), m_context(context), m_record(std::move(fresh)) {
    if (auto earlier = writer.earlierTraining(m_events)) {
        m_record = std::move(*earlier);
        m_goesOn = true;
    }
}

bool TrainRecorder::isComplete(const std::string& variant) const {
    return std::any_of(m_record.variants.begin(), m_record.variants.end(),
                       [&](const TrainingVariant& v) { return v.name == variant && v.averageBits > 0; });
}

void TrainRecorder::dropMeasures(const std::string& variant) {
    const auto isOf = [&](const auto& row) { return row.variant == variant; };
    std::erase_if(m_record.metrics, isOf);
    std::erase_if(m_record.confusion, isOf);
    std::erase_if(m_record.noise, isOf);
    std::erase_if(m_record.measurements, isOf);
}

void TrainRecorder::complete(const std::string& variant, double averageBits) {
    for (TrainingVariant& v : m_record.variants)
        if (v.name == variant) v.averageBits = averageBits;
    write();
}

TrainingCurve& TrainRecorder::curve(const std::string& variant) {
    for (TrainingCurve& curve : m_record.curves)
        if (curve.variant == variant) return curve;
    return m_record.curves.emplace_back(TrainingCurve{variant, {}});
}

void TrainRecorder::begin(const std::string& variant, std::int64_t done, bool own, const std::vector<int>& bits) {
    std::erase_if(curve(variant).steps, [&](const TrainingStep& step) { return step.step > done; });
    if (!own) return;
    std::erase_if(m_record.updates, [&](const TrainingUpdate& update) { return update.step > done; });
    std::erase_if(m_events, [&](const Event& event) {
        return event.subject.starts_with(kStep) && std::stoll(event.subject.substr(kStep.size())) > done;
    });
    if (!m_record.updates.empty()) return;
    WidthRecord first;
    first.bits = bits;
    first.gradientVariance = first.activationError = first.sensitivity = std::vector<double>(bits.size());
    addUpdate(first);
}

void TrainRecorder::addUpdate(const WidthRecord& widths) {
    const std::size_t layers = widths.bits.size();
    const std::vector<std::int32_t> bits(widths.bits.begin(), widths.bits.end());
    const std::vector<std::int32_t> before = m_record.updates.empty() ? bits : m_record.updates.back().bits;
    m_record.updates.push_back({widths.step, bits, widths.gradientVariance, widths.activationError, widths.sensitivity,
                                marksOf(widths.suppressed, layers), marksOf(widths.flickers, layers)});
    const std::string subject = std::string(kStep) + std::to_string(widths.step);
    std::string changes;
    int count = 0;
    double sum = 0;
    for (std::size_t l = 0; l < layers; ++l) {
        sum += bits[l];
        if (bits[l] == before[l]) continue;
        ++count;
        changes += ", " + m_record.layers[l] + " " + std::to_string(before[l]) + " → " + std::to_string(bits[l]);
    }
    if (count > 0)
        m_context.event({Severity::Info, "widths-changed", subject,
                         std::to_string(count) + " of " + std::to_string(layers) + " layers, on average " +
                             oneDecimal(sum / static_cast<double>(layers)) + " bits now: " + changes.substr(2)});
    const auto namesOf = [&](const std::vector<int>& indices) {
        std::vector<std::string> names;
        for (const int l : indices) names.push_back(m_record.layers[static_cast<std::size_t>(l)]);
        return names;
    };
    if (!widths.suppressed.empty())
        m_context.event({Severity::Info, "width-kept", subject,
                         firstOf(namesOf(widths.suppressed)) + ": a change of width that gains less than --hysteresis was held back"});
    if (!widths.waiting.empty())
        m_context.event({Severity::Info, "narrowing-waits", subject,
                         firstOf(namesOf(widths.waiting)) +
                             (widths.heldByLoss ? ": stays as wide as it is until the task loss is within --loss-margin again"
                                                : ": becomes narrower at a later update (--narrowing)")});
    if (!widths.flickers.empty())
        m_context.event({Severity::Info, "width-flicker", subject,
                         firstOf(namesOf(widths.flickers)) +
                             ": back to the width before the last change; raise --hysteresis or --smoothing "
                             "if it happens often"});
}

void TrainRecorder::add(const std::string& variant, const StepRecord& step, bool own) {
    curve(variant).steps.push_back(trainingStepOf(step));
    if (own && step.widths) addUpdate(*step.widths);
}

void TrainRecorder::writeNowAndThen() {
    if (Clock::now() - m_written >= kInterval) write();
}

void TrainRecorder::write() {
    for (Event& event : m_context.takeEvents()) m_events.push_back(std::move(event));
    m_writer.writeTraining(m_record, m_events);
    m_written = Clock::now();
    m_context.recordRewritten(m_writer.trainingPath().string());
}

}  // namespace qs
