// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/compare/compare_view.h"

#include <cmath>

#include "views/chart_view.h"
#include "views/compare/compare_model.h"
#include "views/plot/chart_widget.h"

namespace qs {
namespace {

using compare_words::text;

class CompareView : public ChartView {
  public:
    explicit CompareView(QWidget* parent) : ChartView(parent) {
        addChoice("options", text("Options"), {{text("Differences"), "differences"}, {text("All"), "all"}});
        connect(&plot(), &ChartWidget::clicked, this, [this](const PlotPoint& point) {
            if (point.column != 1 || !input().run) return;
            const int block = static_cast<int>(std::lround(point.x));
            for (const LinearRecord& linear : input().run->linears())
                if (linear.block == block && QString::fromStdString(linear.role) == m_data.role) {
                    Selection selection = input().selection;
                    selection.block = block, selection.linear = linear.name;
                    return emit selected(selection);
                }
        });
    }

  protected:
    Figure compute(const ViewInput& input) override {
        m_data = comparison(input);
        return {chartOf(m_data), tableOf(m_data)};
    }

  private:
    Comparison m_data;
};

}  // namespace

View* makeCompareView(QWidget* parent) { return new CompareView(parent); }

}  // namespace qs
