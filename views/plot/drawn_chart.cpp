// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/plot/drawn_chart.h"

#include <QCoreApplication>
#include <algorithm>

namespace qs {

std::size_t columnsFor(int width) { return static_cast<std::size_t>(std::clamp(width / 230, 1, 8)); }

std::vector<std::size_t> keptPanels(const Chart& chart, int height) {
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < chart.panels.size(); ++i)
        if (height >= chart.panels[i].spareBelow) kept.push_back(i);
    return kept;
}

Chart drawnChart(const Chart& chart, int width, int height) {
    Chart drawn = chart;
    if (drawn.beside.size() + 1 > columnsFor(width)) {
        drawn.beside.resize(columnsFor(width) - 1);
        Axis& last = (drawn.beside.empty() ? drawn : drawn.beside.back()).x;
        if (last.brief.isEmpty()) last.brief = last.title;
        last.title += QStringLiteral(" · ") + QCoreApplication::translate("Views", "more in a wider view");
    }
    std::erase_if(drawn.panels, [height](const Panel& panel) { return height < panel.spareBelow; });
    if (drawn.panels.size() < chart.panels.size() && !chart.spared.isEmpty()) drawn.x.title += QStringLiteral(" · ") + chart.spared;
    return drawn;
}

}  // namespace qs
