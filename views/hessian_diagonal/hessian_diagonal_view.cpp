// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/hessian_diagonal/hessian_diagonal_view.h"

#include <QVBoxLayout>
#include <cmath>

#include "views/length_chips.h"
#include "views/plot/chart_widget.h"

namespace qs {

HessianDiagonalView::HessianDiagonalView(QWidget* parent) : ChartView(parent) {
    addChoice("first-token", tr("First token"), {{tr("All tokens"), true}, {tr("Without first"), false}});
    addChoice("order", tr("Order of channels"), {{tr("Rank"), "rank"}, {tr("Channel"), "channel"}});
    addPin();
    m_chips = new LengthChips;
    extra()->addWidget(m_chips);
    connect(m_chips, &LengthChips::changed, this, [this](const LengthSet& set) {
        QJsonObject after = settings();
        after["mix"] = set.toJson();
        edit(tr("length weights"), after);
    });
    connect(&plot(), &ChartWidget::clicked, this, [this](const PlotPoint& point) {
        if (!m_data.missing.isEmpty() || point.column != 0) return;
        const int position = nearestPosition(m_data, point.x);
        Selection selection = input().selection;
        selection.channel = m_data.channelOrder == ChannelOrder::Rank ? m_data.order[static_cast<std::size_t>(position - 1)] : position;
        emit selected(selection);
    });
}

Figure HessianDiagonalView::compute(const ViewInput& input) {
    m_data = hessianDiagonal(input);
    return {chartOf(m_data), {}};
}

ChartTable HessianDiagonalView::numbers() const { return tableOf(m_data); }

QString HessianDiagonalView::readoutAt(double& x) {
    if (!m_data.missing.isEmpty()) return {};
    const int position = nearestPosition(m_data, x);
    x = position;
    return readout(m_data, position);
}

/// What is drawn now, described so that it can be drawn again.
QJsonObject HessianDiagonalView::pinOfNow() const {
    return {{"mix", lengthSetOf(*input().run, settings().value("mix").toObject()).toJson()},
            {"block", m_data.block},
            {"input", QString::fromStdString(m_data.tag)},
            {"name", tr("block %1, %2").arg(m_data.block).arg(m_data.weighting)}};
}

void HessianDiagonalView::shown(const Figure& figure) {
    m_chips->setVisible(!figure.chart.empty());
    if (input().run && !figure.chart.empty()) m_chips->setSet(lengthSetOf(*input().run, settings().value("mix").toObject()));
}

/// The chips name the lengths.
std::vector<LegendEntry> HessianDiagonalView::legendOf(const Chart& chart) const {
    std::vector<LegendEntry> others = chart.legend;
    std::erase_if(others, [](const LegendEntry& entry) { return entry.rank >= 0; });
    return others;
}

View* makeHessianDiagonalView(QWidget* parent) { return new HessianDiagonalView(parent); }

}  // namespace qs
