// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/hessian_diagonal/hessian_diagonal_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "run/mix.h"
#include "views/length_set.h"
#include "views/number_text.h"
#include "views/run_names.h"

namespace qs {
namespace {

using hessian_diagonal_words::text;

/// Adds to `sum` a share of diag S_L with the first token at `weight`, per token.
void addPerToken(std::vector<double>& sum, const BucketRecord& bucket, double weight, double share) {
    const std::size_t channels = std::min(sum.size(), bucket.diagonal.size());
    const double scale = 1 / (static_cast<double>(bucket.sequences) * bucket.length);
    const bool first = weight != 1 && bucket.firstTokenDiagonal.size() == bucket.diagonal.size();
    for (std::size_t c = 0; c < channels; ++c) {
        const double whole = bucket.diagonal[c] + (first ? (weight - 1) * bucket.firstTokenDiagonal[c] : 0);
        sum[c] += share * std::max(0.0, whole * scale);
    }
}

std::vector<double> perToken(const BucketRecord& bucket, double weight) {
    std::vector<double> value(bucket.diagonal.size(), 0.0);
    addPerToken(value, bucket, weight, 1);
    return value;
}

const TagRecord* findTag(const RunFile& run, int block, const std::string& tag) {
    for (const TagRecord& record : run.tags())
        if (record.block == block && (tag.empty() || record.tag == tag) && !record.calibration.empty()) return &record;
    return nullptr;
}

const LinearRecord* findLinear(const RunFile& run, const std::string& name) {
    for (const LinearRecord& linear : run.linears())
        if (linear.name == name) return &linear;
    return nullptr;
}

double firstTokenWeight(const RunFile& run, bool shown) {
    if (!shown) return 0;
    const QString value = QString::fromStdString(optionOf(run, "first-token-weight", "1"));
    return value.toDouble();
}

/// The mix of a run, or nothing if its weighting names a length that this bank has not.
std::optional<std::pair<std::vector<double>, MixShares>> mixOf(const RunFile& run, const TagRecord& tag, const std::string& weighting,
                                                               bool firstToken) {
    try {
        const MixShares shares = mixShares(tag.calibration, weighting);
        std::vector<double> mix(static_cast<std::size_t>(tag.dim), 0.0);
        for (std::size_t b = 0; b < tag.calibration.size(); ++b) {
            if (shares.share[b] != 0) addPerToken(mix, tag.calibration[b], firstTokenWeight(run, firstToken), shares.share[b]);
        }
        return std::pair{mix, shares};
    } catch (const Error&) {
        return std::nullopt;  // the caller says that the mix is missing
    }
}

std::vector<double> noiseByRank(const TagRecord& tag, const std::vector<int>& order) {
    std::vector<double> squares(order.size(), 0.0);  // by channel
    int lengths = 0;
    for (const BucketRecord& bucket : tag.calibration) {
        const double n1 = bucket.halfSequences[0], n2 = bucket.halfSequences[1];
        if (n1 < 1 || n2 < 1 || bucket.halfDiagonal[0].size() != order.size() || bucket.halfDiagonal[1].size() != order.size()) continue;
        ++lengths;
        const double scale = bucket.sequences * std::sqrt(n1 * n2) / (n1 + n2), first = scale / n1, second = scale / n2;
        for (std::size_t c = 0; c < order.size(); ++c) {
            const double whole = bucket.diagonal[c];
            const double error = whole > 0 ? (bucket.halfDiagonal[0][c] * first - bucket.halfDiagonal[1][c] * second) / whole : 0;
            squares[c] += error * error;
        }
    }
    if (lengths == 0) return {};
    std::vector<double> sums(order.size() + 1, 0.0), noise(order.size());
    for (std::size_t r = 0; r < order.size(); ++r) sums[r + 1] = sums[r] + squares[static_cast<std::size_t>(order[r])] / lengths;
    for (std::size_t r = 0; r < order.size(); ++r) {
        const RankWindow w = windowAt(static_cast<int>(r) + 1, order.size());
        noise[r] = std::sqrt((sums[w.last + 1] - sums[w.first]) / static_cast<double>(w.last + 1 - w.first));
    }
    return noise;
}

/// The chips' mix if there is one, else the weighting of the run.
std::string weightingOf(const RunFile& run, const QJsonObject& settings) {
    const QJsonObject mix = settings.value("mix").toObject();
    if (mix.isEmpty()) return optionOf(run, "weighting", "token");
    return lengthSetOf(run, mix).weighting(true);
}

void addGhosts(HessianDiagonal& data, const ViewInput& input, const TagRecord& tag) {
    if (input.settings.contains("pinned")) {
        const QJsonObject pinned = input.settings.value("pinned").toObject();
        const TagRecord* other =
            findTag(*input.run, pinned.value("block").toInt(tag.block), pinned.value("input").toString().toStdString());
        if (other && other->dim == tag.dim)
            if (const auto ghost = mixOf(*input.run, *other, weightingOf(*input.run, pinned), data.firstToken)) {
                data.pinnedMix = ghost->first;
                data.pinnedName = pinned.value("name").toString();
            }
    }
    if (!input.baseline) return;
    const TagRecord* other = findTag(*input.baseline, tag.block, tag.tag);
    if (!other || other->dim != tag.dim) return;
    if (const auto ghost = mixOf(*input.baseline, *other, optionOf(*input.baseline, "weighting", "token"), data.firstToken)) {
        data.baselineMix = ghost->first;
        data.baselineWeighting = runName(*input.baseline);
    }
}

void addMixes(HessianDiagonal& data, const ViewInput& input, const TagRecord& tag, const LinearRecord* linear) {
    const std::string weighting = weightingOf(*input.run, input.settings);
    const auto mix = mixOf(*input.run, tag, weighting, data.firstToken);
    if (!mix) {
        data.missing =
            text("The weighting “%1” of this run names a length that is not in its bank.").arg(QString::fromStdString(weighting));
        return;
    }
    data.mix = mix->first;
    data.ownMix = !input.settings.value("mix").toObject().isEmpty();
    data.weighting = data.ownMix ? text("the chips") : weightingName(weighting);
    // What the solver added to the diagonal; with other chips as large a part of the mean as there.
    if (linear && linear->damping > 0) {
        const auto own = data.ownMix ? mixOf(*input.run, tag, optionOf(*input.run, "weighting", "token"), data.firstToken) : mix;
        const auto meanOf = [](const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); };
        if (own && meanOf(own->first) > 0) data.damping = linear->damping / own->second.total * meanOf(data.mix) / meanOf(own->first);
    }
    data.dead = static_cast<int>(std::count(data.mix.begin(), data.mix.end(), 0.0));
    data.order.resize(data.mix.size());
    std::iota(data.order.begin(), data.order.end(), 0);
    std::stable_sort(data.order.begin(), data.order.end(),
                     [&](int a, int b) { return data.mix[static_cast<std::size_t>(a)] > data.mix[static_cast<std::size_t>(b)]; });
    data.noise = noiseByRank(tag, data.order);
    addGhosts(data, input, tag);
}

HessianDiagonal keptNothing(HessianDiagonal data) {
    data.missing = text("This run kept no diagonals (it was recorded with --keep none).");
    data.remedy = {{"keep", "diagonal"}};
    return data;
}

}  // namespace

HessianDiagonal hessianDiagonal(const ViewInput& input) {
    HessianDiagonal data;
    data.channelOrder = input.settings.value("order").toString() == "channel" ? ChannelOrder::Channel : ChannelOrder::Rank;
    data.firstToken = input.settings.value("first-token").toBool(true);
    if (!input.run) return data.missing = text("Open a run, or start one, to see the Hessian diagonal."), data;
    const LinearRecord* linear = findLinear(*input.run, input.selection.linear);
    const int block = linear ? linear->block : input.selection.block;
    const TagRecord* tag = findTag(*input.run, block, linear ? linear->tag : std::string());
    if (!tag && optionOf(*input.run, "keep") == "none") return keptNothing(data);
    if (!tag) return data.missing = text("Nothing has been recorded for this layer yet."), data;
    data.block = tag->block;
    data.tag = tag->tag;
    data.input = linear ? text("%1 input").arg(linearName(linear->name)) : inputTitle(tag->tag);
    data.place = placeName(tag->block, linear ? linearName(linear->name) : data.input);
    data.channels = tag->dim;
    data.model = modelName(*input.run);
    const auto lengths = lengthsOf(*input.run);
    for (const BucketRecord& bucket : tag->calibration) {
        if (static_cast<int>(bucket.diagonal.size()) != tag->dim || bucket.sequences < 1) continue;
        const auto rank = std::find(lengths.begin(), lengths.end(), bucket.length) - lengths.begin();
        data.curves.push_back({bucket.length, bucket.sequences, static_cast<int>(rank), perToken(bucket, data.firstToken ? 1 : 0)});
    }
    if (data.curves.empty()) return keptNothing(data);
    addMixes(data, input, *tag, linear);
    return data;
}

Figure hessianDiagonalFigure(const ViewInput& input) {
    const HessianDiagonal data = hessianDiagonal(input);
    return {chartOf(data), tableOf(data)};
}

}  // namespace qs
