// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/study_analysis.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "run/study_numbers.h"

namespace qs {
namespace {

/// Two cells that differ in one axis alone.
struct Pair {
    std::size_t baseline, cell;
};

using Labels = std::vector<std::pair<std::string, std::string>>;

Labels without(const std::string& axis, const StudyCell& cell) {
    Labels rest;
    for (const auto& entry : cell.labels)
        if (entry.first != axis) rest.push_back(entry);
    return rest;
}

std::vector<Pair> pairsOf(const StudyOutcome& outcome, const StudyRatio& ratio) {
    std::vector<Pair> pairs;
    const auto& cells = outcome.study.cells;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (cells[i].labelOf(ratio.axis).empty() || cells[i].labelOf(ratio.axis) == ratio.baseline || !outcome.results[i]) continue;
        for (std::size_t b = 0; b < cells.size(); ++b)
            if (outcome.results[b] && cells[b].labelOf(ratio.axis) == ratio.baseline &&
                cells[b].options.calibration.seed == cells[i].options.calibration.seed &&
                without(ratio.axis, cells[b]) == without(ratio.axis, cells[i]))
                pairs.push_back({b, i});
    }
    return pairs;
}

const StudyErrors& errorsOf(const StudyResult& result, bool heldOut) { return heldOut ? result.heldOut : result.calibration; }

const std::vector<std::vector<double>>& tableOf(const StudyErrors& errors, bool first) {
    return first ? errors.relative : errors.withoutFirst;
}

/// visit(linear, length, ratio) for everything that both have.
void visitRatios(const StudyResult& baseline, const StudyResult& cell, bool heldOut, bool first,
                 const std::function<void(std::size_t, int, double)>& visit) {
    const StudyErrors &a = errorsOf(baseline, heldOut), &b = errorsOf(cell, heldOut);
    for (std::size_t k = 0; k < b.lengths.size(); ++k) {
        const auto at = std::find(a.lengths.begin(), a.lengths.end(), b.lengths[k]);
        if (at == a.lengths.end()) continue;
        const auto j = static_cast<std::size_t>(at - a.lengths.begin());
        for (std::size_t l = 0; l < b.relative.size() && l < a.relative.size(); ++l) {
            const double error = tableOf(b, first)[l][k];
            if (error > 0) visit(l, b.lengths[k], tableOf(a, first)[l][j] / error);
        }
    }
}

/// Share of ratios above 1 by length; key 0 is the overall share.
std::map<int, double> sharesAboveOne(const StudyResult& baseline, const StudyResult& cell, bool heldOut, bool first) {
    std::map<int, std::pair<int, int>> counts;
    visitRatios(baseline, cell, heldOut, first, [&](std::size_t, int length, double ratio) {
        for (const int key : {0, length}) {
            counts[key].first += ratio > 1;
            ++counts[key].second;
        }
    });
    std::map<int, double> shares;
    for (const auto& [key, count] : counts) shares[key] = static_cast<double>(count.first) / count.second;
    return shares;
}

std::string ratioTable(const StudyOutcome& outcome, const StudyRatio& ratio, bool heldOut, bool first) {
    std::map<Labels, std::map<int, std::vector<double>>> byRow;  // labels -> length -> share of every seed
    std::vector<Labels> order;
    std::set<int> lengths;
    for (const Pair& pair : pairsOf(outcome, ratio)) {
        const Labels& labels = outcome.study.cells[pair.cell].labels;
        if (byRow.count(labels) == 0) order.push_back(labels);
        for (const auto& [length, share] : sharesAboveOne(*outcome.results[pair.baseline], *outcome.results[pair.cell], heldOut, first)) {
            byRow[labels][length].push_back(share);
            if (length > 0) lengths.insert(length);
        }
    }
    if (lengths.empty()) return "";
    std::vector<std::vector<std::string>> rows{outcome.study.axes};
    for (const int length : lengths) rows[0].push_back(std::to_string(length) + ", %");
    rows[0].push_back("overall, %");
    for (const Labels& labels : order) {
        std::vector<std::string> row;
        for (const std::string& axis : outcome.study.axes) {
            const auto label = std::find_if(labels.begin(), labels.end(), [&](const auto& l) { return l.first == axis; });
            row.push_back(label == labels.end() ? "" : label->second);
        }
        for (const int length : lengths) row.push_back(byRow[labels].count(length) ? percentPlusMinus(byRow[labels][length]) : "");
        row.push_back(byRow[labels].count(0) ? percentPlusMinus(byRow[labels][0]) : "");
        rows.push_back(std::move(row));
    }
    return std::string(heldOut ? "Held-out text" : "Calibration text") + (first ? "" : ", without the first token of every sequence") +
           ":\n\n" + markdownTable(rows, outcome.study.axes.size()) + "\n";
}

/// Cells that differ in `axis` alone, with the errors that all of them have.
struct Contest {
    Labels rest;
    std::int64_t seed = 0;
    std::vector<std::size_t> cells;
};

std::vector<Contest> contestsOf(const StudyOutcome& outcome, const std::string& axis) {
    std::vector<Contest> contests;
    for (std::size_t i = 0; i < outcome.study.cells.size(); ++i) {
        const StudyCell& cell = outcome.study.cells[i];
        if (cell.labelOf(axis).empty() || !outcome.results[i] || outcome.results[i]->heldOut.lengths.empty()) continue;
        const auto same = std::find_if(contests.begin(), contests.end(), [&](const Contest& c) {
            return c.seed == cell.options.calibration.seed && c.rest == without(axis, cell);
        });
        if (same == contests.end()) contests.push_back({without(axis, cell), cell.options.calibration.seed, {i}});
        else same->cells.push_back(i);
    }
    return contests;
}

/// Winner of every linear at length k, by label.
std::vector<std::string> winners(const StudyOutcome& outcome, const Contest& contest, const std::string& axis, std::size_t k) {
    std::vector<std::string> labels;
    const std::size_t linears = outcome.results[contest.cells.front()]->heldOut.relative.size();
    for (std::size_t l = 0; l < linears; ++l) {
        const auto best = std::min_element(contest.cells.begin(), contest.cells.end(), [&](std::size_t a, std::size_t b) {
            return outcome.results[a]->heldOut.relative[l][k] < outcome.results[b]->heldOut.relative[l][k];
        });
        labels.push_back(outcome.study.cells[*best].labelOf(axis));
    }
    return labels;
}

std::string restText(const Labels& rest) {
    std::string text;
    for (const auto& [axis, label] : rest) text += (text.empty() ? "" : ", ") + label;
    return text;
}

/// Of all contests that differ in the seed alone.
std::string optimaOf(const StudyOutcome& outcome, const std::string& axis, const std::vector<Contest>& seeds) {
    const StudyResult& first = *outcome.results[seeds.front().cells.front()];
    std::vector<std::string> labels;
    for (const std::size_t i : seeds.front().cells) labels.push_back(outcome.study.cells[i].labelOf(axis));
    std::vector<std::vector<std::string>> rows{{"length", "least mean error", "gain over the next"}};
    for (const std::string& label : labels) rows[0].push_back("wins of " + label + ", %");
    rows[0].insert(rows[0].end(), {"seeds agree, %", "by chance, %"});
    std::map<std::string, std::map<std::string, int>> byRole;
    for (std::size_t k = 0; k < first.heldOut.lengths.size(); ++k) {
        std::map<std::string, double> mean;
        std::map<std::string, double> wins;
        std::vector<std::vector<std::string>> bySeed;
        for (const Contest& contest : seeds) {
            bySeed.push_back(winners(outcome, contest, axis, k));
            for (const std::size_t i : contest.cells)
                mean[outcome.study.cells[i].labelOf(axis)] += outcome.results[i]->heldOut.mean(k, true) / static_cast<double>(seeds.size());
            for (std::size_t l = 0; l < bySeed.back().size(); ++l) {
                wins[bySeed.back()[l]] += 1.0 / static_cast<double>(bySeed.back().size() * seeds.size());
                ++byRole[first.roles[l]][bySeed.back()[l]];
            }
        }
        std::vector<std::pair<double, std::string>> ranking;
        for (const auto& [label, value] : mean) ranking.emplace_back(value, label);
        std::sort(ranking.begin(), ranking.end());
        std::vector<std::string> row{std::to_string(first.heldOut.lengths[k]), ranking[0].second,
                                     ranking.size() > 1 ? percentPlusMinus({1 - ranking[0].first / ranking[1].first}) + " %" : ""};
        double chance = 0, agree = 0;
        for (const std::string& label : labels) {
            row.push_back(percentPlusMinus({wins[label]}));
            chance += std::pow(wins[label], static_cast<double>(seeds.size()));
        }
        for (std::size_t l = 0; l < bySeed[0].size(); ++l)
            agree += std::all_of(bySeed.begin(), bySeed.end(), [&](const auto& w) { return w[l] == bySeed[0][l]; });
        row.push_back(seeds.size() > 1 ? percentPlusMinus({agree / static_cast<double>(bySeed[0].size())}) : "");
        row.push_back(seeds.size() > 1 ? percentPlusMinus({chance}) : "");
        rows.push_back(std::move(row));
    }
    std::string text = markdownTable(rows, 2);
    std::vector<std::vector<std::string>> roles{{"kind of linear"}};
    for (const std::string& label : labels) roles[0].push_back("wins of " + label + ", %");
    for (const auto& [role, counts] : byRole) {
        double sum = 0;
        for (const auto& [label, count] : counts) sum += count;
        std::vector<std::string> row{role};
        for (const std::string& label : labels) row.push_back(percentPlusMinus({counts.count(label) ? counts.at(label) / sum : 0.0}));
        roles.push_back(std::move(row));
    }
    return text + "\n" + markdownTable(roles, 1) + "\n";
}

}  // namespace

std::string ratioMarkdown(const StudyOutcome& outcome) {
    std::string text;
    for (const StudyRatio& ratio : outcome.study.ratios) {
        std::string tables;
        for (const bool heldOut : {true, false})
            for (const bool first : {true, false}) tables += ratioTable(outcome, ratio, heldOut, first);
        if (tables.empty()) continue;
        text += "## Errors beside " + ratio.baseline + "\n\nShare of linears whose relative error is below that of “" + ratio.baseline +
                "” with everything else equal (ratio above 1), by length. 50 % is no difference. Every ratio stands in ratios.csv.\n\n" +
                tables;
    }
    return text;
}

std::string ratiosCsv(const StudyOutcome& outcome) {
    std::string text = "axis,baseline,cell";
    for (const std::string& axis : outcome.study.axes) text += "," + csvField(axis);
    text += ",seed,text,linear,role,length,ratio,ratio_without_first\n";
    for (const StudyRatio& ratio : outcome.study.ratios)
        for (const Pair& pair : pairsOf(outcome, ratio)) {
            const StudyCell& cell = outcome.study.cells[pair.cell];
            const StudyResult &baseline = *outcome.results[pair.baseline], &result = *outcome.results[pair.cell];
            std::string head = csvField(ratio.axis) + "," + csvField(ratio.baseline) + "," + cell.id;
            for (const std::string& axis : outcome.study.axes) head += "," + csvField(cell.labelOf(axis));
            head += "," + std::to_string(cell.options.calibration.seed);
            for (const bool heldOut : {true, false}) {
                std::map<std::pair<std::size_t, int>, double> without;
                visitRatios(baseline, result, heldOut, false, [&](std::size_t l, int length, double r) { without[{l, length}] = r; });
                visitRatios(baseline, result, heldOut, true, [&](std::size_t l, int length, double r) {
                    const auto other = without.find({l, length});
                    text += head + (heldOut ? ",held-out," : ",calibration,") + csvField(result.linears[l]) + "," + result.roles[l] + "," +
                            std::to_string(length) + "," + exactText(r) + "," + (other == without.end() ? "" : exactText(other->second)) +
                            "\n";
                });
            }
        }
    return text;
}

std::string optimaMarkdown(const StudyOutcome& outcome) {
    std::string text;
    for (const std::string& axis : outcome.study.optima) {
        std::map<Labels, std::vector<Contest>> byRest;
        for (const Contest& contest : contestsOf(outcome, axis))
            if (contest.cells.size() > 1) byRest[contest.rest].push_back(contest);
        for (const auto& [rest, seeds] : byRest) {
            const bool comparable =
                std::all_of(seeds.begin(), seeds.end(), [&](const Contest& c) { return c.cells.size() == seeds.front().cells.size(); });
            if (!comparable) continue;
            text += "## Best " + axis + " by length" + (rest.empty() ? "" : ": " + restText(rest)) +
                    "\n\nHeld-out text, first token included. A win is the least error of a linear at a length; where the choice were "
                    "noise, all seeds "
                    "would agree as often as by chance.\n\n" +
                    optimaOf(outcome, axis, seeds);
        }
    }
    return text;
}

}  // namespace qs
