// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/hessian_map/hessian_map_model.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "views/number_text.h"
#include "views/run_names.h"

namespace qs {
namespace {

using hessian_map_words::text;

constexpr const char* kTags[] = {"attention-in", "attention-out", "mlp-in", "mlp-down"};

MapStatistic statisticOf(const QString& name) {
    static const std::map<QString, MapStatistic> names{{"condition", MapStatistic::Condition},
                                                       {"effective-rank", MapStatistic::EffectiveRank},
                                                       {"top-share", MapStatistic::TopShare},
                                                       {"drift", MapStatistic::Drift}};
    const auto found = names.find(name);
    return found == names.end() ? MapStatistic::Trace : found->second;
}

double tracePerToken(const BucketRecord& bucket) {
    const double tokens = static_cast<double>(bucket.sequences) * bucket.length;
    return tokens > 0 ? bucket.trace / tokens : std::nan("");
}

double valueOf(const BucketRecord& bucket, const BucketRecord& longest, MapStatistic statistic) {
    const auto known = [](double value) { return value > 0 ? value : std::nan(""); };
    switch (statistic) {
        case MapStatistic::Trace: return tracePerToken(bucket) / tracePerToken(longest);
        case MapStatistic::Condition: return known(bucket.conditionNumber);
        case MapStatistic::EffectiveRank: return known(bucket.effectiveRank);
        case MapStatistic::TopShare: return known(bucket.topShare);
        case MapStatistic::Drift: return bucket.topShare > 0 ? bucket.drift : std::nan("");
    }
    return std::nan("");
}

void fillStrips(HessianMap& data, const RunFile& run) {
    for (const char* name : kTags) {
        HessianMap::Strip strip{name, std::vector<double>(data.lengths.size() * static_cast<std::size_t>(data.blocks), std::nan(""))};
        bool any = false;
        for (const TagRecord& tag : run.tags()) {
            if (tag.tag != name || tag.block < 0 || tag.block >= data.blocks || tag.calibration.empty()) continue;
            data.recorded = std::max(data.recorded, tag.block + 1);
            any = true;
            for (const BucketRecord& bucket : tag.calibration) {
                const auto row = std::find(data.lengths.begin(), data.lengths.end(), bucket.length) - data.lengths.begin();
                if (row >= static_cast<std::ptrdiff_t>(data.lengths.size())) continue;
                strip.values[static_cast<std::size_t>(row) * static_cast<std::size_t>(data.blocks) + static_cast<std::size_t>(tag.block)] =
                    valueOf(bucket, tag.calibration.back(), data.statistic);
            }
        }
        if (any) data.strips.push_back(std::move(strip));
    }
}

/// The spectrum at the selected place of the baseline: its longest length that this run has too.
void addBaseline(HessianMap& data, const ViewInput& input) {
    if (!input.baseline || input.baseline == input.run || data.spectra.empty()) return;
    for (const TagRecord& tag : input.baseline->tags()) {
        if (tag.block != data.selectedBlock || tag.tag != data.selectedTag) continue;
        for (const BucketRecord& bucket : tag.calibration)
            for (const auto& own : data.spectra)
                if (own.length == bucket.length && own.eigenvalues.size() == bucket.eigenvalues.size() &&
                    bucket.length > data.baseline.length)
                    data.baseline = {bucket.length, own.rank, bucket.eigenvalues};
    }
    data.baselineName = runName(*input.baseline);
}

void selectTag(HessianMap& data, const ViewInput& input) {
    data.selectedBlock = input.selection.block;
    for (const LinearRecord& linear : input.run->linears())
        if (linear.name == input.selection.linear) data.selectedTag = linear.tag, data.selectedBlock = linear.block;
    const auto has = [&](const std::string& tag) {
        return std::any_of(data.strips.begin(), data.strips.end(), [&](const auto& strip) { return strip.tag == tag; });
    };
    if (!has(data.selectedTag)) data.selectedTag = data.strips.back().tag;
    for (const TagRecord& tag : input.run->tags()) {
        if (tag.block != data.selectedBlock || tag.tag != data.selectedTag) continue;
        for (const BucketRecord& bucket : tag.calibration) {
            if (bucket.eigenvalues.empty()) continue;
            const auto rank = std::find(data.lengths.begin(), data.lengths.end(), bucket.length) - data.lengths.begin();
            data.spectra.push_back({bucket.length, static_cast<int>(rank), bucket.eigenvalues});
        }
    }
}

}  // namespace

HessianMap hessianMap(const ViewInput& input) {
    HessianMap data;
    data.statistic = statisticOf(input.settings.value("statistic").toString());
    data.cividis = input.settings.value("colours").toString() == "cividis";
    data.missingTitle = text("No Hessian map yet");
    if (!input.run) return data.missing = text("Open a run, or start one, to see how its inputs differ by block and length."), data;
    const RunFile& run = *input.run;
    data.model = modelName(run);
    data.sequences = sequencesText(run);
    for (const TagRecord& tag : run.tags()) data.blocks = std::max(data.blocks, tag.block + 1);
    data.blocks = std::max(data.blocks, run.provenance().blocks);
    data.lengths = lengthsOf(run);
    fillStrips(data, run);
    if (data.strips.empty()) {
        data.missing = run.linears().empty() ? text("Nothing has been recorded yet.")
                                             : text("This run kept nothing of its Hessian bank (it was recorded with --keep none).");
        if (!run.linears().empty()) data.remedy = {{"keep", "diagonal"}};
        return data;
    }
    const bool any = std::any_of(data.strips.begin(), data.strips.end(), [](const HessianMap::Strip& strip) {
        return std::any_of(strip.values.begin(), strip.values.end(), [](double v) { return std::isfinite(v); });
    });
    if (!any) {
        const bool trace = data.statistic == MapStatistic::Trace;
        data.missingTitle = trace ? text("No Hessian map yet") : text("No spectra recorded");
        data.missing = trace
                           ? text("All traces of this bank are zero.")
                           : text("This statistic needs eigenvalues, which this run did not compute. Choose the trace, or record spectra.");
        if (!trace) data.remedy = {{"spectra", "true"}};
        data.strips.clear();
        return data;
    }
    selectTag(data, input);
    addBaseline(data, input);
    for (const LinearRecord& linear : run.linears())
        if (!input.selection.brushed.empty() && input.selection.keeps(linear.name)) data.keptBlocks.push_back(linear.block);
    return data;
}

Selection selectionAt(const ViewInput& input, const HessianMap& data, std::size_t strip, double block) {
    Selection selection = input.selection;
    selection.block = std::clamp(static_cast<int>(std::lround(block)), 0, std::max(0, data.blocks - 1));
    selection.linear.clear();
    std::string role;
    for (const LinearRecord& linear : input.run->linears())
        if (linear.name == input.selection.linear) role = linear.role;
    for (const LinearRecord& linear : input.run->linears()) {
        if (linear.block != selection.block || strip >= data.strips.size() || linear.tag != data.strips[strip].tag) continue;
        if (selection.linear.empty() || linear.role == role) selection.linear = linear.name;
    }
    return selection;
}

Figure hessianMapFigure(const ViewInput& input) {
    const HessianMap data = hessianMap(input);
    return {chartOf(data), tableOf(data)};
}

}  // namespace qs
