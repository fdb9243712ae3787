// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/hessian_map/hessian_map_view.h"

#include <cmath>

#include "views/chart_view.h"
#include "views/hessian_map/hessian_map_model.h"
#include "views/plot/chart_widget.h"

namespace qs {
namespace {

using hessian_map_words::text;

class HessianMapView : public ChartView {
  public:
    explicit HessianMapView(QWidget* parent) : ChartView(parent) {
        addList("statistic", text("Statistic"),
                {{text("Trace per token"), "trace"},
                 {text("Condition number"), "condition"},
                 {text("Effective rank"), "effective-rank"},
                 {text("Largest share"), "top-share"},
                 {text("Drift"), "drift"}});
        addList("colours", text("Colours"), {{text("Viridis"), "viridis"}, {text("Cividis"), "cividis"}});
        connect(&plot(), &ChartWidget::clicked, this, [this](const PlotPoint& point) {
            if (point.column == 0 && input().run) emit selected(selectionAt(input(), m_data, point.panel, point.x));
        });
        connect(&plot(), &ChartWidget::activated, this, [this] {
            if (!std::isfinite(plot().crosshair()) || !input().run) return;
            std::size_t strip = 0;
            for (std::size_t i = 0; i < m_data.strips.size(); ++i)
                if (m_data.strips[i].tag == m_data.selectedTag) strip = i;
            emit selected(selectionAt(input(), m_data, strip, plot().crosshair()));
        });
    }

  protected:
    Figure compute(const ViewInput& input) override {
        m_data = hessianMap(input);
        return {chartOf(m_data), tableOf(m_data)};
    }

    QString readoutAt(double& x) override {
        x = std::round(x);
        return readout(m_data, static_cast<int>(x));
    }

  private:
    HessianMap m_data;
};

}  // namespace

View* makeHessianMapView(QWidget* parent) { return new HessianMapView(parent); }

}  // namespace qs
