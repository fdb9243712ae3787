// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstring>

#include "base/error.h"
#include "run/run_file_records.h"
#include "run/run_file_text_table.h"

namespace qs::hdf5 {
namespace {

struct WidthRow {
    std::int32_t linear, bits, length, sequences;
    double error, energy, errorWithoutFirst, energyWithoutFirst;
};

std::vector<Column> widthColumns() {
    return {{"linear", offsetof(WidthRow, linear), H5T_NATIVE_INT32},
            {"bits", offsetof(WidthRow, bits), H5T_NATIVE_INT32},
            {"length", offsetof(WidthRow, length), H5T_NATIVE_INT32},
            {"sequences", offsetof(WidthRow, sequences), H5T_NATIVE_INT32},
            {"error", offsetof(WidthRow, error), H5T_NATIVE_DOUBLE},
            {"energy", offsetof(WidthRow, energy), H5T_NATIVE_DOUBLE},
            {"error_without_first", offsetof(WidthRow, errorWithoutFirst), H5T_NATIVE_DOUBLE},
            {"energy_without_first", offsetof(WidthRow, energyWithoutFirst), H5T_NATIVE_DOUBLE}};
}

struct AlternativeRow {
    std::int32_t group, bits;
    double bytes, error;
};

std::vector<Column> alternativeColumns() {
    return {{"group", offsetof(AlternativeRow, group), H5T_NATIVE_INT32},
            {"bits", offsetof(AlternativeRow, bits), H5T_NATIVE_INT32},
            {"bytes", offsetof(AlternativeRow, bytes), H5T_NATIVE_DOUBLE},
            {"error", offsetof(AlternativeRow, error), H5T_NATIVE_DOUBLE}};
}

std::vector<Column> pointColumns() {
    return {{"average_bits", offsetof(BitCurvePoint, averageBits), H5T_NATIVE_DOUBLE},
            {"bytes", offsetof(BitCurvePoint, bytes), H5T_NATIVE_DOUBLE},
            {"error", offsetof(BitCurvePoint, error), H5T_NATIVE_DOUBLE}};
}

/// {out, in} of a linear, {group, bits, pinned} of a plan's.
struct Sizes {
    std::int32_t out, in;
    double first, rest;
};
struct Choice {
    std::int32_t group, bits;
    double first, rest;
    std::uint8_t pinned;
};

TextTable widthLinearTable() {
    return {{"name", "role", "tag"},
            {{"out", offsetof(Sizes, out), H5T_NATIVE_INT32},
             {"in", offsetof(Sizes, in), H5T_NATIVE_INT32},
             {"first_sensitivity", offsetof(Sizes, first), H5T_NATIVE_DOUBLE},
             {"sensitivity", offsetof(Sizes, rest), H5T_NATIVE_DOUBLE}},
            sizeof(Sizes)};
}

TextTable choiceTable() {
    return {{"name"},
            {{"group", offsetof(Choice, group), H5T_NATIVE_INT32},
             {"bits", offsetof(Choice, bits), H5T_NATIVE_INT32},
             {"first_sensitivity", offsetof(Choice, first), H5T_NATIVE_DOUBLE},
             {"sensitivity", offsetof(Choice, rest), H5T_NATIVE_DOUBLE},
             {"pinned", offsetof(Choice, pinned), H5T_NATIVE_UINT8}},
            sizeof(Choice)};
}

TextTable pinTable() { return {{"pin"}, {}, 0}; }

constexpr std::pair<const char*, std::string BitPlanRecord::*> kPlanTexts[] = {{"budget_kind", &BitPlanRecord::budgetKind},
                                                                               {"objective", &BitPlanRecord::objective},
                                                                               {"settings", &BitPlanRecord::settings},
                                                                               {"inputs", &BitPlanRecord::inputs}};
constexpr std::pair<const char*, double BitPlanRecord::*> kPlanReals[] = {{"budget", &BitPlanRecord::budget},
                                                                          {"average_bits", &BitPlanRecord::averageBits},
                                                                          {"effective_bits", &BitPlanRecord::effectiveBits},
                                                                          {"bytes", &BitPlanRecord::bytes},
                                                                          {"error", &BitPlanRecord::error}};
constexpr std::pair<const char*, std::vector<BitCurvePoint> BitPlanRecord::*> kPlanCurves[] = {{"curve", &BitPlanRecord::curve},
                                                                                               {"uniform", &BitPlanRecord::uniform}};

std::string widthsGroup(int block) { return "blocks/" + std::to_string(block) + "/bit_errors"; }

void writeGroups(hid_t plan, const std::vector<BitGroupRecord>& groups) {
    TextTable linears = choiceTable();
    std::vector<AlternativeRow> alternatives;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        const auto index = static_cast<std::int32_t>(g);
        for (std::size_t i = 0; i < groups[g].linears.size(); ++i) {
            const SensitivityRecord& sensitivity = groups[g].sensitivities.at(i);
            const Choice choice{index, groups[g].bits, sensitivity.first, sensitivity.rest, groups[g].pinned};
            linears.add({groups[g].linears[i]}, &choice);
        }
        for (const BitAlternative& a : groups[g].alternatives) alternatives.push_back({index, a.bits, a.bytes, a.error});
    }
    linears.write(plan, "linears");
    writeTable(plan, "alternatives", alternativeColumns(), sizeof(AlternativeRow), alternatives.size(), alternatives.data());
}

std::vector<BitGroupRecord> readGroups(hid_t plan) {
    std::vector<BitGroupRecord> groups;
    choiceTable().read(plan, "linears", [&](const std::vector<std::string>& texts, const std::byte* numbers) {
        Choice choice{};
        std::memcpy(&choice, numbers, sizeof choice);
        const auto group = static_cast<std::size_t>(choice.group);
        if (choice.group < 0 || group > groups.size())
            throw Error("plan/linears: group " + std::to_string(choice.group) + " is impossible");
        if (group == groups.size()) groups.emplace_back();
        groups[group].linears.push_back(texts[0]);
        groups[group].sensitivities.push_back({choice.first, choice.rest});
        groups[group].bits = choice.bits;
        groups[group].pinned = choice.pinned != 0;
    });
    for (const AlternativeRow& row : readRows<AlternativeRow>(plan, "alternatives", alternativeColumns())) {
        if (row.group < 0 || static_cast<std::size_t>(row.group) >= groups.size())
            throw Error("plan/alternatives: group " + std::to_string(row.group) + " is impossible");
        groups[static_cast<std::size_t>(row.group)].alternatives.push_back({row.bits, row.bytes, row.error});
    }
    return groups;
}

}  // namespace

void writeBitErrors(hid_t file, int block, const BitErrors& errors) {
    removeObject(file, widthsGroup(block));
    const Id group = createGroup(file, widthsGroup(block));
    writeAttribute(group, "settings", errors.settings);
    writeAttribute(group, "inputs", errors.inputs);
    TextTable linears = widthLinearTable();
    std::vector<WidthRow> rows;
    for (std::size_t i = 0; i < errors.linears.size(); ++i) {
        const LinearWidths& linear = errors.linears[i];
        const Sizes sizes{linear.out, linear.in, linear.sensitivity.first, linear.sensitivity.rest};
        linears.add({linear.name, linear.role, linear.tag}, &sizes);
        for (const WidthError& width : linear.widths)
            for (const LengthError& e : width.errors)
                rows.push_back({static_cast<std::int32_t>(i), width.bits, e.length, e.sequences, e.error, e.energy, e.errorWithoutFirst,
                                e.energyWithoutFirst});
    }
    linears.write(group, "linears");
    writeTable(group, "errors", widthColumns(), sizeof(WidthRow), rows.size(), rows.data());
}

void readBitErrors(hid_t file, int block, BitErrors& errors) {
    if (!exists(openGroup(file, "blocks/" + std::to_string(block)), "bit_errors")) return;
    const Id group = openGroup(file, widthsGroup(block));
    errors.settings = readText(group, "settings");
    errors.inputs = readText(group, "inputs");
    const std::size_t first = errors.linears.size();
    widthLinearTable().read(group, "linears", [&](const std::vector<std::string>& texts, const std::byte* numbers) {
        Sizes sizes{};
        std::memcpy(&sizes, numbers, sizeof sizes);
        errors.linears.push_back({texts[0], texts[1], texts[2], block, sizes.out, sizes.in, {}, {sizes.first, sizes.rest}});
    });
    for (const WidthRow& row : readRows<WidthRow>(group, "errors", widthColumns())) {
        if (row.linear < 0 || first + static_cast<std::size_t>(row.linear) >= errors.linears.size())
            throw Error(widthsGroup(block) + ": linear " + std::to_string(row.linear) + " is impossible");
        std::vector<WidthError>& widths = errors.linears[first + static_cast<std::size_t>(row.linear)].widths;
        if (widths.empty() || widths.back().bits != row.bits) widths.push_back({row.bits, {}});
        widths.back().errors.push_back({row.length, row.sequences, row.error, row.energy, row.errorWithoutFirst, row.energyWithoutFirst});
    }
}

void writeBitPlan(hid_t file, const BitPlanRecord& plan) {
    removeObject(file, "plan");
    const Id group = createGroup(file, "plan");
    for (const auto& [name, member] : kPlanTexts) writeAttribute(group, name, plan.*member);
    for (const auto& [name, member] : kPlanReals) writeAttribute(group, name, plan.*member);
    writeAttribute(group, "ties", std::int64_t{plan.ties ? 1 : 0});
    TextTable pins = pinTable();
    for (const std::string& pin : plan.pins) pins.add({pin});
    pins.write(group, "pins");
    writeGroups(group, plan.groups);
    for (const auto& [name, member] : kPlanCurves)
        writeTable(group, name, pointColumns(), sizeof(BitCurvePoint), (plan.*member).size(), (plan.*member).data());
}

std::optional<BitPlanRecord> readBitPlan(hid_t file) {
    if (!exists(file, "plan")) return std::nullopt;
    const Id group = openGroup(file, "plan");
    BitPlanRecord plan;
    for (const auto& [name, member] : kPlanTexts) plan.*member = readText(group, name);
    for (const auto& [name, member] : kPlanReals) plan.*member = readReal(group, name);
    plan.ties = readInteger(group, "ties") != 0;
    pinTable().read(group, "pins", [&](const std::vector<std::string>& texts, const std::byte*) { plan.pins.push_back(texts[0]); });
    plan.groups = readGroups(group);
    for (const auto& [name, member] : kPlanCurves) plan.*member = readRows<BitCurvePoint>(group, name, pointColumns());
    return plan;
}

}  // namespace qs::hdf5
