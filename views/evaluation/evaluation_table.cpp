// SPDX-License-Identifier: GPL-3.0-or-later
// The numbers and texts behind the view.
#include <cmath>

#include "views/evaluation/evaluation_model.h"

namespace qs {
namespace {

using evaluation_words::text;

}  // namespace

ChartTable tableOf(const Evaluations& data) {
    ChartTable table;
    if (!data.missing.isEmpty()) return table;
    const auto number = [](double value) { return std::isfinite(value) ? QVariant(value) : QVariant(QString()); };
    if (data.mode == "items") {
        table.header = {text("task"),       text("item"),  text("question"), text("A answered"),
                        text("B answered"), text("right"), text("score A"),  text("score B")};
        for (const auto& item : data.items)
            table.rows.push_back(
                {item.task, item.item + 1, item.question, item.givenA, item.givenB, item.wanted, number(item.scoreA), number(item.scoreB)});
    } else if (data.mode == "positions") {
        table.header = {text("data"),          text("window"), text("quantity"), text("first position"),
                        text("last position"), text("A"),      text("B")};
        for (const auto& curve : data.positions)
            for (std::size_t i = 0; i < curve.b.size(); ++i) {
                const bool same = i < curve.a.size() && curve.a[i].first == curve.b[i].first;
                table.rows.push_back({curve.data, curve.window, curve.divergence ? text("divergence, nats") : text("loss, nats"),
                                      curve.b[i].first, curve.b[i].last, number(same ? curve.a[i].value : Evaluations::kUnknown),
                                      number(curve.b[i].value)});
            }
    } else {
        table.header = {text("task"),           text("data"), text("metric"),     text("A"),
                        text("error of A"),     text("B"),    text("error of B"), text("B − A"),
                        text("error of B − A"), text("p"),    text("items"),      text("right in A only"),
                        text("right in B only")};
        for (const auto& row : data.rows)
            table.rows.push_back(
                {row.task, row.data, row.metric, number(row.a.value), number(row.a.known() ? row.a.error : Evaluations::kUnknown),
                 number(row.b.value), number(row.b.known() ? row.b.error : Evaluations::kUnknown), number(row.difference.value),
                 number(std::isfinite(row.p) ? row.difference.error : Evaluations::kUnknown), number(row.p),
                 row.items > 0 ? QVariant(row.items) : QVariant(QString()), row.items > 0 ? QVariant(row.onlyA) : QVariant(QString()),
                 row.items > 0 ? QVariant(row.onlyB) : QVariant(QString())});
    }
    return table;
}

}  // namespace qs
