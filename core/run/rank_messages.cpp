// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/rank_messages.h"

#include <algorithm>

#include "run/bytes.h"

namespace qs {
namespace {

std::string bytesOf(const std::vector<Event>& events) {
    ByteWriter writer;
    writer.put(events.size());
    for (const Event& event : events) {
        writer.put(event.severity);
        for (const std::string* text : {&event.kind, &event.subject, &event.message}) writer.put(*text);
    }
    return writer.take();
}

std::vector<Event> eventsIn(const std::string& bytes) {
    ByteReader reader(bytes);
    std::vector<Event> events(reader.get<std::size_t>());
    for (Event& event : events) {
        event.severity = reader.get<Severity>();
        for (std::string* text : {&event.kind, &event.subject, &event.message}) *text = reader.get<std::string>();
    }
    return events;
}

std::string bytesOf(const LinearShare& share) {
    const QuantizedLinear& q = share.result.quantized;
    const SolveReport& report = share.result.report;
    ByteWriter writer;
    writer.put(q.codes);
    writer.put(q.scales);
    writer.put(q.zeros);
    writer.put(std::array{report.loss, report.energy, report.lossInner});
    writer.put(report.failed);
    writer.put(share.result.steps.size());
    for (const ScaleStep& step : share.result.steps) {
        writer.put(step.name);
        writer.put(step.loss);
        writer.put(step.scales);
    }
    for (const auto& bank : share.errors) writer.put(bank);
    return writer.take();
}

void add(LinearShare& whole, const std::string& bytes) {
    ByteReader reader(bytes);
    SolveResult part;
    part.quantized.codes = reader.get<Matrix<std::uint8_t>>();
    part.quantized.scales = reader.get<Matrix<double>>();
    part.quantized.zeros = reader.get<Matrix<std::uint8_t>>();
    const auto sums = reader.get<std::array<double, 3>>();
    part.report.loss = sums[0];
    part.report.energy = sums[1];
    part.report.lossInner = sums[2];
    part.report.failed = reader.get<bool>();
    part.steps.resize(reader.get<std::size_t>());
    for (ScaleStep& step : part.steps) {
        step.name = reader.get<std::string>();
        step.loss = reader.get<double>();
        step.scales = reader.get<Matrix<float>>();
    }
    appendRows(whole.result, part);
    for (std::vector<BucketError>& bank : whole.errors) {
        const auto more = reader.get<std::vector<BucketError>>();  // none where a rank had no rows
        for (std::size_t i = 0; i < more.size(); ++i) {
            bank.at(i).error += more[i].error;
            bank[i].energy += more[i].energy;
            bank[i].errorWithoutFirst += more[i].errorWithoutFirst;
            bank[i].energyWithoutFirst += more[i].energyWithoutFirst;
        }
    }
}

}  // namespace

int broadcastNumber(int value, Communicator& group) {
    ByteWriter writer;
    writer.put(value);
    return ByteReader(group.broadcast(writer.take())).get<int>();
}

double greatestOf(double value, Communicator& group) {
    ByteWriter writer;
    writer.put(value);
    for (const std::string& bytes : group.gather(writer.take())) value = std::max(value, ByteReader(bytes).get<double>());
    return value;
}

std::vector<Event> eventsOfAllRanks(JobContext& context, Communicator& group) {
    std::vector<Event> own = context.takeEvents();
    if (group.isAlone()) return own;
    const std::vector<std::string> texts = group.gather(bytesOf(own));
    if (!group.isFirst()) return {};
    const std::vector<Event> ofFirst = own;
    for (std::size_t rank = 1; rank < texts.size(); ++rank)
        for (Event& event : eventsIn(texts[rank])) {
            if (std::find(ofFirst.begin(), ofFirst.end(), event) != ofFirst.end()) continue;
            event.message = "process " + std::to_string(rank + 1) + " of " + std::to_string(texts.size()) + ": " + event.message;
            context.event(event);
        }
    const std::vector<Event> others = context.takeEvents();
    own.insert(own.end(), others.begin(), others.end());
    return own;
}

BlockPart broadcastPart(BlockPart part, Communicator& group) {
    if (group.isAlone()) return part;
    ByteWriter writer;
    writer.put(part.block);
    writer.put(part.tags.size());
    for (const TagRecord& tag : part.tags) {
        writer.put(tag.tag);
        writer.put(tag.dim);
        writer.put(tag.inputScales);
    }
    writer.put(part.linears.size());
    for (const LinearRecord& r : part.linears) {
        writer.put(r.name);
        writer.put(std::array{r.out, r.in, r.bits, r.groupSize});
        writer.put(r.codes);
        writer.put(r.zeros);
        writer.put(r.scales);
        writer.put(r.solvedScales);
        writer.put(r.groupIndex);
        writer.put(r.order);
    }
    const std::string message = group.broadcast(writer.take());
    if (group.isFirst()) return part;
    ByteReader reader(message);
    part.block = reader.get<int>();
    part.tags.resize(reader.get<std::size_t>());
    for (TagRecord& tag : part.tags) {
        tag.block = part.block;
        tag.tag = reader.get<std::string>();
        tag.dim = reader.get<int>();
        tag.inputScales = reader.get<std::vector<float>>();
    }
    part.linears.resize(reader.get<std::size_t>());
    for (LinearRecord& r : part.linears) {
        r.name = reader.get<std::string>();
        const auto sizes = reader.get<std::array<int, 4>>();
        r.out = sizes[0];
        r.in = sizes[1];
        r.bits = sizes[2];
        r.groupSize = sizes[3];
        r.codes = reader.get<Matrix<std::uint8_t>>();
        r.zeros = reader.get<Matrix<std::uint8_t>>();
        r.scales = reader.get<Matrix<float>>();
        r.solvedScales = reader.get<Matrix<float>>();
        r.groupIndex = reader.get<std::vector<std::int32_t>>();
        r.order = reader.get<std::vector<std::int32_t>>();
    }
    return part;
}

LinearShare gatherShares(LinearShare own, Communicator& group) {
    if (group.isAlone()) return own;
    const std::vector<std::string> texts = group.gather(bytesOf(own));
    // What belongs to the columns is the same for all rows; ranks without rows learn it from the first.
    ByteWriter writer;
    const QuantizedLinear& q = own.result.quantized;
    writer.put(std::array{q.bits, q.groupSize});
    writer.put(q.groupIndex);
    writer.put(q.order);
    writer.put(own.result.report.dampingUsed);
    writer.put(own.result.report.deadColumns);
    writer.put(own.errors.size());
    for (const auto& bank : own.errors) writer.put(bank);
    const std::string first = group.broadcast(writer.take());
    ByteReader reader(first);
    LinearShare whole;
    QuantizedLinear& all = whole.result.quantized;
    const auto sizes = reader.get<std::array<int, 2>>();
    all.bits = sizes[0];
    all.groupSize = sizes[1];
    all.groupIndex = reader.get<std::vector<std::int32_t>>();
    all.order = reader.get<std::vector<std::int32_t>>();
    whole.result.report.dampingUsed = reader.get<double>();
    whole.result.report.deadColumns = reader.get<std::vector<std::int32_t>>();
    whole.errors.resize(reader.get<std::size_t>());
    for (auto& bank : whole.errors) {
        bank = reader.get<std::vector<BucketError>>();
        for (BucketError& e : bank) e = {e.length, e.sequences, 0, 0, 0, 0};
    }
    for (const std::string& text : texts) add(whole, text);
    return whole;
}

}  // namespace qs
