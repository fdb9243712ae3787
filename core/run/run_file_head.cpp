// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "run/run_file_records.h"
#include "run/run_file_text_table.h"
#include "run/schema.h"

namespace qs::hdf5 {
namespace {

struct SequenceRow {
    std::int32_t length, document;
    std::int64_t offset, start;
    std::uint8_t heldOut, secondHalf;
};

std::vector<Column> sequenceColumns() {
    return {{"length", offsetof(SequenceRow, length), H5T_NATIVE_INT32},
            {"document", offsetof(SequenceRow, document), H5T_NATIVE_INT32},
            {"offset", offsetof(SequenceRow, offset), H5T_NATIVE_INT64},
            {"start", offsetof(SequenceRow, start), H5T_NATIVE_INT64},
            {"held_out", offsetof(SequenceRow, heldOut), H5T_NATIVE_UINT8},
            {"second_half", offsetof(SequenceRow, secondHalf), H5T_NATIVE_UINT8}};
}

TextTable optionTable() { return {{"name", "value"}, {}, 0}; }
TextTable eventTable() { return {{"kind", "subject", "message"}, {{"severity", 0, H5T_NATIVE_UINT8}}, 1}; }

void writeSequences(hid_t file, std::span<const SequenceRecord> sequences, const std::vector<std::int64_t>& documentLengths) {
    const Id group = createGroup(file, "sequences");
    std::vector<SequenceRow> rows;
    std::vector<std::int32_t> ids;
    for (const SequenceRecord& s : sequences) {
        rows.push_back({s.length, s.document, s.offset, static_cast<std::int64_t>(ids.size()), s.heldOut, s.secondHalf});
        ids.insert(ids.end(), s.ids.begin(), s.ids.end());
    }
    writeTable(group, "table", sequenceColumns(), sizeof(SequenceRow), rows.size(), rows.data());
    writeDataset(group, "ids", ids);
    if (!documentLengths.empty()) writeDataset(group, "document_lengths", documentLengths);
}

void readSequences(hid_t file, Head& head) {
    const Id group = openGroup(file, "sequences");
    std::vector<std::byte> bytes;
    const std::size_t rows = readTable(group, "table", sequenceColumns(), sizeof(SequenceRow), bytes);
    const auto idShape = shapeOf(group, "ids");
    const std::int64_t idCount = idShape.size() == 1 ? static_cast<std::int64_t>(idShape[0]) : -1;
    for (std::size_t r = 0; r < rows; ++r) {
        SequenceRow row;
        std::memcpy(&row, bytes.data() + r * sizeof row, sizeof row);
        if (row.length < 0 || row.start < 0 || row.start > idCount || row.length > idCount - row.start)
            throw Error("sequence " + std::to_string(r) + " leaves the list of ids");
        head.sequences.push_back({row.length, row.document, row.offset, row.heldOut != 0, row.secondHalf != 0, {}});
        head.starts.push_back(row.start);
    }
    if (exists(group, "document_lengths")) head.provenance.documentLengths = readVector<std::int64_t>(group, "document_lengths");
}

constexpr std::pair<const char*, std::string Provenance::*> kProvenanceTexts[] = {
    {"kind", &Provenance::kind},
    {"program", &Provenance::program},
    {"created", &Provenance::created},
    {"model", &Provenance::model},
    {"architecture", &Provenance::architecture},
    {"model_fingerprint", &Provenance::modelFingerprint},
    {"text_fingerprint", &Provenance::textFingerprint},
    {"device", &Provenance::device},
    {"compute", &Provenance::compute},
    {"cpu", &Provenance::cpu},
    {"fingerprint", &Provenance::fingerprint},
};

void writeProvenance(hid_t file, const Provenance& p) {
    for (const auto& [name, member] : kProvenanceTexts) writeAttribute(file, name, p.*member);
    writeAttribute(file, "parameters", p.parameters);
    writeAttribute(file, "blocks", std::int64_t{p.blocks});
    writeAttribute(file, "threads", std::int64_t{p.threads});
    writeAttribute(file, "processes", std::int64_t{p.processes});
    writeAttribute(file, "seed", p.seed);
}

Provenance readProvenance(hid_t file) {
    Provenance p;
    for (const auto& [name, member] : kProvenanceTexts) p.*member = readText(file, name);
    p.parameters = readInteger(file, "parameters");
    p.blocks = static_cast<int>(readInteger(file, "blocks"));
    p.threads = static_cast<int>(readInteger(file, "threads"));
    if (hasAttribute(file, "processes")) p.processes = static_cast<int>(readInteger(file, "processes"));
    p.seed = readInteger(file, "seed");
    if (p.blocks < 0 || p.blocks > 1 << 20) throw Error("the number of blocks is impossible");
    return p;
}

std::optional<Resources> readResources(hid_t file, const char* name) {
    if (!hasAttribute(file, name)) return std::nullopt;
    const auto values = readReals(file, name);
    if (values.size() != 3) throw Error(std::string("attribute ") + name + " has an impossible shape");
    return Resources{values[0], values[1], values[2]};
}

}  // namespace

void writeHead(hid_t file, const Provenance& provenance, std::span<const SequenceRecord> sequences) {
    writeAttribute(file, "format", std::string(schema::kFormat));
    writeAttribute(file, "schema_major", std::int64_t{schema::kMajor});
    writeAttribute(file, "schema_minor", std::int64_t{schema::kMinor});
    writeProvenance(file, provenance);
    TextTable options = optionTable();
    for (const auto& [name, value] : provenance.options) options.add({name, value});
    options.write(file, "options");
    writeSequences(file, sequences, provenance.documentLengths);
    createGroup(file, "blocks");
    createGroup(file, "linears");
}

Head readHead(hid_t file) {
    if (!hasAttribute(file, "format") || readText(file, "format") != schema::kFormat)
        throw Error("is an HDF5 file, but not a run file of Quantoscope; give a file that quantize, calibrate or train wrote");
    const std::int64_t major = readInteger(file, "schema_major"), minor = readInteger(file, "schema_minor");
    if (major > schema::kMajor)
        throw Error("was written by a newer Quantoscope (schema " + std::to_string(major) + "." + std::to_string(minor) +
                    ", this program reads " + std::to_string(schema::kMajor) + ".x); update to open it");
    Head head;
    head.provenance = readProvenance(file);
    optionTable().read(file, "options",
                       [&](const std::vector<std::string>& texts, const std::byte*) { head.provenance.options[texts[0]] = texts[1]; });
    readSequences(file, head);
    head.finished = hasAttribute(file, "finished") && readInteger(file, "finished") == 1;
    if (hasAttribute(file, "seconds")) head.seconds = readReal(file, "seconds");
    head.forecast = readResources(file, "forecast");
    head.actual = readResources(file, "actual");
    if (major == schema::kMajor && minor > schema::kMinor)
        head.newer = Event{Severity::Warning, schema::kNewerSchema, "",
                           "the file was written by a newer Quantoscope (" + head.provenance.program + ", schema " + std::to_string(major) +
                               "." + std::to_string(minor) + "; this program knows " + std::to_string(schema::kMajor) + "." +
                               std::to_string(schema::kMinor) + "): what is new in it is not shown; update to see all of it"};
    return head;
}

void writeNamedReals(hid_t parent, const std::string& table, const char* column, std::span<const std::pair<std::string, double>> rows) {
    TextTable named({"name"}, {{column, 0, H5T_NATIVE_DOUBLE}}, sizeof(double));
    for (const auto& [name, value] : rows) named.add({name}, &value);
    named.write(parent, table);
}

std::vector<std::pair<std::string, double>> readNamedReals(hid_t parent, const std::string& table, const char* column) {
    std::vector<std::pair<std::string, double>> rows;
    TextTable({"name"}, {{column, 0, H5T_NATIVE_DOUBLE}}, sizeof(double))
        .read(parent, table, [&](const std::vector<std::string>& texts, const std::byte* numbers) {
            double value = 0;
            std::memcpy(&value, numbers, sizeof value);
            rows.emplace_back(texts[0], value);
        });
    return rows;
}

void writeEvents(hid_t parent, std::span<const Event> events) {
    TextTable table = eventTable();
    for (const Event& event : events) {
        const auto severity = static_cast<std::uint8_t>(event.severity);
        table.add({event.kind, event.subject, event.message}, &severity);
    }
    table.write(parent, "events");
}

std::vector<Event> readEvents(hid_t parent) {
    std::vector<Event> events;
    if (!exists(parent, "events")) return events;
    eventTable().read(parent, "events", [&](const std::vector<std::string>& texts, const std::byte* numbers) {
        const auto severity = std::min<unsigned>(std::to_integer<unsigned>(*numbers), 2);
        events.push_back({static_cast<Severity>(severity), texts[0], texts[1], texts[2]});
    });
    return events;
}

}  // namespace qs::hdf5
