// SPDX-License-Identifier: GPL-3.0-or-later
#include "hessian/weighting.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/error.h"

namespace qs {
namespace {

constexpr double kLargestPower = 4;
constexpr const char* kForms = "use token, maca, length:512, mix:256=1,512=2, power:-0.5 or fitted";

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
    throw Error("weighting '" + std::string(text) + "': " + why + "; " + kForms, ErrorKind::Usage);
}

template <class Number>
bool readAll(std::string_view text, Number& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size();
}

int parseLength(std::string_view whole, std::string_view part) {
    int length = 0;
    if (!readAll(part, length) || length < 1) refuse(whole, "'" + std::string(part) + "' is not a length in tokens");
    return length;
}

std::map<int, double> parseMix(std::string_view whole, std::string_view list) {
    std::map<int, double> mix;
    while (true) {
        const std::size_t comma = list.find(',');
        const std::string_view item = list.substr(0, comma);
        const std::size_t equals = item.find('=');
        if (equals == std::string_view::npos) refuse(whole, "'" + std::string(item) + "' is not LENGTH=WEIGHT");
        const int length = parseLength(whole, item.substr(0, equals));
        double weight = 0;
        if (!readAll(item.substr(equals + 1), weight) || !std::isfinite(weight) || weight < 0)
            refuse(whole, "'" + std::string(item.substr(equals + 1)) + "' is not a weight of 0 or more");
        if (!mix.emplace(length, weight).second) refuse(whole, "length " + std::to_string(length) + " is named twice");
        if (comma == std::string_view::npos) break;
        list.remove_prefix(comma + 1);
    }
    if (std::all_of(mix.begin(), mix.end(), [](const auto& entry) { return entry.second == 0; })) refuse(whole, "all weights are 0");
    return mix;
}

/// Shortest text that reads back to the same number.
std::string textOf(double x) {
    char buffer[32];
    return std::string(buffer, std::to_chars(buffer, buffer + sizeof buffer, x).ptr);
}

std::string lengthsOf(const std::vector<LengthCount>& buckets) {
    std::string text;
    for (const LengthCount& bucket : buckets) text += (text.empty() ? "" : ", ") + std::to_string(bucket.length);
    return text.empty() ? "none" : text;
}

void requireLength(const std::vector<LengthCount>& buckets, int length) {
    const auto has = [length](const LengthCount& bucket) { return bucket.length == length && bucket.sequences > 0; };
    if (std::any_of(buckets.begin(), buckets.end(), has)) return;
    throw Error("the weighting names sequence length " + std::to_string(length) + ", but the calibration has only: " + lengthsOf(buckets));
}

}  // namespace

Weighting Weighting::parse(std::string_view text) {
    Weighting weighting;
    if (text == "token") return weighting;
    if (text == "maca") {
        weighting.kind = WeightingKind::Maca;
    } else if (text.starts_with("length:")) {
        weighting.kind = WeightingKind::Length;
        weighting.length = parseLength(text, text.substr(7));
    } else if (text.starts_with("mix:")) {
        weighting.kind = WeightingKind::Mix;
        weighting.mix = parseMix(text, text.substr(4));
    } else if (text.starts_with("power:")) {
        weighting.kind = WeightingKind::Power;
        if (!readAll(text.substr(6), weighting.power) || !(std::abs(weighting.power) <= kLargestPower))
            refuse(text, "'" + std::string(text.substr(6)) + "' is not a power from -4 to 4");
    } else if (text == "fitted") {
        weighting.kind = WeightingKind::Fitted;
    } else {
        refuse(text, "unknown kind");
    }
    return weighting;
}

std::string Weighting::text() const {
    switch (kind) {
        case WeightingKind::Token: return "token";
        case WeightingKind::Maca: return "maca";
        case WeightingKind::Length: return "length:" + std::to_string(length);
        case WeightingKind::Power: return "power:" + textOf(power);
        case WeightingKind::Fitted: return "fitted";
        case WeightingKind::Mix: break;
    }
    std::string list;
    for (const auto& [mixLength, weight] : mix) list += (list.empty() ? "" : ",") + std::to_string(mixLength) + "=" + textOf(weight);
    return "mix:" + list;
}

std::vector<double> Weighting::factors(const std::vector<LengthCount>& buckets) const {
    if (kind == WeightingKind::Length) requireLength(buckets, length);
    if (kind == WeightingKind::Mix)
        for (const auto& [mixLength, weight] : mix) requireLength(buckets, mixLength);
    if (kind == WeightingKind::Fitted)
        throw Error("the weighting fitted is chosen for every input while it is quantized, so there is no one weighting; name another one");
    double tokens = 0, sequences = 0, powers = 0;
    for (const LengthCount& bucket : buckets) {
        tokens += static_cast<double>(bucket.sequences) * bucket.length;
        sequences += bucket.sequences;
        powers += bucket.sequences * std::pow(bucket.length, 1 + power);
    }
    std::vector<double> factors;
    factors.reserve(buckets.size());
    for (const LengthCount& bucket : buckets) {
        const double bucketTokens = static_cast<double>(bucket.sequences) * bucket.length;
        double factor = 0;
        if (bucketTokens == 0) {
            factors.push_back(0);
            continue;
        }
        switch (kind) {
            case WeightingKind::Token: factor = 2 / tokens; break;
            case WeightingKind::Maca: factor = 1 / (sequences * bucket.length); break;
            case WeightingKind::Power: factor = std::pow(bucket.length, power) / powers; break;
            case WeightingKind::Fitted: break;
            case WeightingKind::Length: factor = bucket.length == length ? 1 / bucketTokens : 0; break;
            case WeightingKind::Mix: {
                const auto entry = mix.find(bucket.length);
                factor = entry == mix.end() ? 0 : entry->second / bucketTokens;
                break;
            }
        }
        factors.push_back(factor);
    }
    return factors;
}

}  // namespace qs
