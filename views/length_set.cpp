// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/length_set.h"

#include <QStringList>
#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "run/mix.h"
#include "views/run_names.h"

namespace qs {
namespace {

LengthSet::Entry* find(LengthSet& set, int length) {
    for (LengthSet::Entry& entry : set.entries)
        if (entry.length == length) return &entry;
    return nullptr;
}

void scale(LengthSet& set, int except, double total) {
    double sum = 0;
    int others = 0;
    for (const auto& entry : set.entries)
        if (entry.length != except) sum += entry.share, others += entry.share > 0;
    for (auto& entry : set.entries) {
        if (entry.length == except || entry.share <= 0) continue;
        entry.share = sum > 0 ? entry.share / sum * total : total / others;
    }
}

/// Shares of the weighting of the run, equal ones where it cannot be read for this bank.
void shareAsTheRun(LengthSet& set, const RunFile& run) {
    for (const TagRecord& tag : run.tags()) {
        if (tag.calibration.size() != set.entries.size()) continue;
        try {
            const MixShares mix = mixShares(tag.calibration, optionOf(run, "weighting", "token"));
            for (std::size_t i = 0; i < set.entries.size(); ++i) set.entries[i].share = mix.share[i];
            return;
        } catch (const Error&) {
            break;  // the weighting names a length that this bank has not
        }
    }
    for (auto& entry : set.entries) entry.share = 1.0 / static_cast<double>(set.entries.size());
}

}  // namespace

double LengthSet::shareOf(int length) const {
    for (const Entry& entry : entries)
        if (entry.length == length) return entry.share;
    return 0;
}

void LengthSet::setShare(int length, double share) {
    if (!find(*this, length)) add(length);
    const auto others = std::count_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.length != length && e.share > 0; });
    const double value = others == 0 ? 1 : std::clamp(share, 0.0, 1.0 - 0.001 * static_cast<double>(others));
    scale(*this, length, 1 - value);
    find(*this, length)->share = value;
}

void LengthSet::remove(int length) {
    Entry* entry = find(*this, length);
    const auto used = std::count_if(entries.begin(), entries.end(), [](const Entry& e) { return e.share > 0; });
    if (!entry || entry->share <= 0 || used < 2) return;
    entry->share = 0;
    scale(*this, length, 1);
    if (!entry->recorded) std::erase_if(entries, [&](const Entry& e) { return e.length == length; });
}

void LengthSet::add(int length) {
    Entry* entry = find(*this, length);
    if (!entry) {
        const auto place = std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.length > length; });
        entry = &*entries.insert(place, Entry{length, static_cast<int>(entries.size()), 0, false, 0, 0});
    }
    if (entry->share > 0) return;
    const auto used = std::count_if(entries.begin(), entries.end(), [](const Entry& e) { return e.share > 0; });
    const double share = 1.0 / static_cast<double>(used + 1);
    scale(*this, length, 1 - share);
    entry->share = share;
}

int LengthSet::suggestion() const { return entries.empty() ? 512 : std::min(2 * entries.back().length, 1 << 20); }

QJsonObject LengthSet::toJson() const {
    QJsonObject json;
    for (const Entry& entry : entries)
        if (entry.share > 0) json[QString::number(entry.length)] = entry.share;
    return json;
}

std::string LengthSet::weighting(bool recordedOnly) const {
    QStringList parts;
    for (const Entry& entry : entries)
        if (entry.share > 0 && (entry.recorded || !recordedOnly))
            parts << QStringLiteral("%1=%2").arg(entry.length).arg(QString::number(entry.share, 'g', 6));
    return parts.isEmpty() ? std::string() : "mix:" + parts.join(',').toStdString();
}

QString LengthSet::lengths() const {
    QStringList parts;
    for (const Entry& entry : entries)
        if (entry.share > 0) parts << QString::number(entry.length);
    return parts.join(',');
}

LengthSet lengthSetOf(const RunFile& run, const QJsonObject& mix) {
    LengthSet set;
    for (const int length : lengthsOf(run)) set.entries.push_back({length, static_cast<int>(set.entries.size()), 0, true, 0, 0});
    if (set.entries.empty()) return set;
    for (const TagRecord& tag : run.tags()) {
        for (const BucketRecord& bucket : tag.calibration)
            if (LengthSet::Entry* entry = find(set, bucket.length))
                entry->sequences = bucket.sequences, entry->tokens = qint64{bucket.sequences} * bucket.length;
        break;
    }
    if (mix.isEmpty()) return shareAsTheRun(set, run), set;
    double sum = 0;
    for (auto it = mix.begin(); it != mix.end(); ++it) sum += std::max(0.0, it.value().toDouble());
    for (auto it = mix.begin(); it != mix.end() && sum > 0; ++it) {
        const int length = it.key().toInt();
        if (length < 1) continue;
        if (!find(set, length)) set.add(length);
        find(set, length)->share = std::max(0.0, it.value().toDouble()) / sum;
    }
    return set;
}

}  // namespace qs
