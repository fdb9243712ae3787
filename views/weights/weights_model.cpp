// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/weights/weights_model.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "run/mix.h"
#include "views/missing_linears.h"
#include "views/number_text.h"
#include "views/run_names.h"

namespace qs {
namespace {

using weights_words::text;

constexpr std::size_t kRows = 128, kColumns = 192;

/// E[x²] of every channel by the mix of the run; empty if no diagonals were kept.
std::vector<double> meanSquares(const RunFile& run, const LinearRecord& linear) {
    for (const TagRecord& tag : run.tags()) {
        if (tag.block != linear.block || tag.tag != linear.tag || tag.calibration.empty()) continue;
        std::vector<double> mix(static_cast<std::size_t>(tag.dim), 0.0);
        try {
            const MixShares shares = mixShares(tag.calibration, optionOf(run, "weighting", "token"));
            for (std::size_t b = 0; b < tag.calibration.size(); ++b) {
                const BucketRecord& bucket = tag.calibration[b];
                const double tokens = static_cast<double>(bucket.sequences) * bucket.length;
                for (std::size_t c = 0; c < std::min(mix.size(), bucket.diagonal.size()); ++c)
                    mix[c] += shares.share[b] * bucket.diagonal[c] / tokens;
            }
        } catch (const Error&) {
            return {};  // a weighting that names a length which this bank has not: the view says that the impact is not known
        }
        return mix;
    }
    return {};
}

/// What AWQ multiplied the columns of W by; empty for other methods.
std::vector<float> inputScalesOf(const RunFile& run, const LinearRecord& linear) {
    for (const TagRecord& tag : run.tags())
        if (tag.block == linear.block && tag.tag == linear.tag) return tag.inputScales;
    return {};
}

/// ŵ is that of the original model: scales as they were solved, columns divided by what AWQ multiplied them by.
void fillMaps(WeightPicture& data, const LinearRecord& linear, const std::vector<double>& squares, const std::vector<float>& inputScales) {
    const Matrix<float>& scales = linear.solvedScales.empty() ? linear.scales : linear.solvedScales;
    data.rows = std::min<std::size_t>(kRows, linear.codes.rows());
    data.columns = std::min<std::size_t>(kColumns, linear.codes.cols());
    const bool sampled =
        linear.weightSample.rows() >= data.rows && linear.weightSample.cols() >= data.columns && !linear.weightSample.empty();
    if (!sampled) data.shown = WeightMap::Codes;
    data.impactKnown = squares.size() >= data.columns;
    if (data.shown == WeightMap::Impact && !data.impactKnown) data.shown = WeightMap::Delta;
    for (std::size_t r = 0; r < data.rows; ++r)
        for (std::size_t c = 0; c < data.columns; ++c) {
            const auto g = static_cast<std::size_t>(!linear.groupIndex.empty() ? linear.groupIndex[c]
                                                    : linear.groupSize > 0     ? static_cast<int>(c) / linear.groupSize
                                                                               : 0);
            const double code = linear.codes(r, c), column = c < inputScales.size() ? inputScales[c] : 1;
            const double quantized = scales(r, g) * (code - linear.zeros(r, g)) / column;
            if (sampled) data.weights.push_back(linear.weightSample(r, c));
            const double change = sampled ? quantized - linear.weightSample(r, c) : 0;
            data.second.push_back(data.shown == WeightMap::Codes   ? code
                                  : data.shown == WeightMap::Delta ? change
                                                                   : std::abs(change) * std::sqrt(squares[c]));
        }
}

/// How often each code occurs; empty without codes.
std::vector<double> codeShares(const LinearRecord& linear) {
    if (linear.codes.empty()) return {};
    std::vector<double> counts(std::size_t{1} << linear.bits, 0.0);
    for (const std::uint8_t code : linear.codes.values())
        if (code < counts.size()) ++counts[code];
    for (double& n : counts) n /= static_cast<double>(linear.codes.size());
    return counts;
}

void addBaseline(WeightPicture& data, const ViewInput& input) {
    if (!input.baseline || input.baseline == input.run) return;
    for (const LinearRecord& other : input.baseline->linears()) {
        if (other.name != data.linear || other.bits != data.bits || other.out != data.out || other.in != data.in) continue;
        try {
            data.baselineShare = codeShares(input.baseline->linear(other.name));
            data.baselineName = runName(*input.baseline);
        } catch (const Error&) {  // a damaged baseline is said where it is opened; this run is shown all the same
        }
    }
}

const LinearRecord* shownLinear(const ViewInput& input) {
    const LinearRecord* first = nullptr;
    for (const LinearRecord& linear : input.run->linears()) {
        if (linear.name == input.selection.linear) return &linear;
        if (!first || (first->block != input.selection.block && linear.block == input.selection.block)) first = &linear;
    }
    return first;
}

}  // namespace

double magnitudeAt(const std::vector<double>& values, double q) {
    std::vector<double> sizes;
    for (const double value : values)
        if (std::isfinite(value)) sizes.push_back(std::abs(value));
    if (sizes.empty()) return 0;
    const auto at = sizes.begin() + static_cast<std::ptrdiff_t>(q * static_cast<double>(sizes.size() - 1));
    std::nth_element(sizes.begin(), at, sizes.end());
    return *at;
}

WeightPicture weightPicture(const ViewInput& input) {
    WeightPicture data;
    const QString map = input.settings.value("map").toString();
    data.shown = map == "codes" ? WeightMap::Codes : map == "impact" ? WeightMap::Impact : WeightMap::Delta;
    if (!input.run) return data.missing = text("Open a run, or start one, to see what it does to the weights."), data;
    const LinearRecord* chosen = shownLinear(input);
    if (!chosen) return data.missing = noLinearYet(*input.run), data;
    LinearRecord linear;
    try {
        linear = input.run->linear(chosen->name);
    } catch (const Error& error) {
        return data.missing = QString::fromStdString(error.what()), data;
    }
    if (linear.codes.empty()) return data.missing = text("This run holds no codes for %1.").arg(linearName(chosen->name)), data;
    data.block = linear.block, data.linear = linear.name;
    data.out = linear.out, data.in = linear.in, data.bits = linear.bits, data.groupSize = linear.groupSize;
    data.model = modelName(*input.run), data.runName = runName(*input.run);
    data.channel = input.selection.channel;
    fillMaps(data, linear, meanSquares(*input.run, linear), inputScalesOf(*input.run, linear));
    data.codeShare = codeShares(linear);
    for (const double part : data.codeShare) data.codesUsed += part > 0;
    addBaseline(data, input);
    return data;
}

Figure weightsFigure(const ViewInput& input) {
    const WeightPicture data = weightPicture(input);
    return {chartOf(data), tableOf(data)};
}

}  // namespace qs
