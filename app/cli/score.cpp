// SPDX-License-Identifier: GPL-3.0-or-later
// score METRIC --pairs FILE
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/output.h"
#include "run/score_pairs.h"

namespace qs::cli {
namespace {

using nlohmann::json;

struct PairsOption {
    std::string pairs;
    void describe(OptionList& list) {
        list.group("Score");
        list.text("pairs", pairs, "JSON lines with \"prediction\" and \"answers\" (and \"all_classes\"), or \"truth\" and \"prediction\"");
    }
};

json objectOf(const LabelScores& scores) {
    json object{{"precision", scores.precision}, {"recall", scores.recall}, {"f1", scores.f1}};
    if (scores.support >= 0) object["support"] = scores.support;
    return object;
}

json documentOf(const PairScores& scores) {
    if (scores.labels.empty())
        return {{"metric", scores.metric},
                {"metrics", {{scores.metric, {{"value", scores.mean}, {"stderr", scores.standardError}}}}},
                {"score", scores.percent},
                {"items", scores.perItem.size()},
                {"per_item", scores.perItem}};
    json document{{"metric", scores.metric},
                  {"accuracy", scores.mean},
                  {"mcc", scores.mcc},
                  {"labels", scores.labels},
                  {"confusion_rows_truth", scores.confusion},
                  {"metrics",
                   {{"accuracy", {{"value", scores.mean}, {"stderr", scores.standardError}}},
                    {"mcc", {{"value", scores.mcc}, {"stderr", nullptr}}}}}};
    for (const LabelScores& average : scores.averages) document[average.name] = objectOf(average);
    for (const LabelScores& label : scores.perLabel) document["per_class"][label.name] = objectOf(label);
    return document;
}

std::string textOf(const PairScores& scores) {
    if (scores.labels.empty())
        return scores.metric + " " + number(scores.mean, 6) + " ± " + number(scores.standardError, 3) + " over " +
               countText(static_cast<long long>(scores.perItem.size())) + " items; in percent " + number(scores.percent) + "\n";
    std::vector<std::vector<std::string>> rows{{"", "precision", "recall", "F1", "count"}};
    for (const auto* part : {&scores.perLabel, &scores.averages})
        for (const LabelScores& row : *part)
            rows.push_back({row.name, number(row.precision, 5), number(row.recall, 5), number(row.f1, 5),
                            row.support >= 0 ? std::to_string(row.support) : ""});
    return "accuracy " + number(scores.mean, 6) + " ± " + number(scores.standardError, 3) + ", Matthews correlation " +
           number(scores.mcc, 5) + "\n" + tableText(rows, {0});
}

class Score : public Command {
  public:
    void describe(Arguments& arguments) override {
        arguments.positional("METRIC", m_metric, "A metric or a LongBench data set");
        arguments.add(m_pairs);
        arguments.require("pairs");
        arguments.add(m_json);
    }
    Status run(const Arguments&) override {
        const PairScores scores = scorePairs(m_metric, m_pairs.pairs);
        if (m_json.json) printDocument(documentOf(scores));
        else print(textOf(scores));
        return kDone;
    }

  private:
    std::string m_metric;
    PairsOption m_pairs;
    JsonOption m_json;
};

}  // namespace

std::unique_ptr<Command> makeScore() { return std::make_unique<Score>(); }

}  // namespace qs::cli
