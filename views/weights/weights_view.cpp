// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/weights/weights_view.h"

#include <QAbstractButton>
#include <QButtonGroup>
#include <cmath>

#include "views/background.h"
#include "views/chart_view.h"
#include "views/plot/chart_widget.h"
#include "views/weights/weights_model.h"

namespace qs {
namespace {

using weights_words::text;

class WeightsView : public ChartView {
  public:
    explicit WeightsView(QWidget* parent) : ChartView(parent), m_background(this) {
        m_data.missing = text("Reading the weights.");
        m_maps = addChoice("map", text("Second map"), {{text("ΔW"), "delta"}, {text("Codes"), "codes"}, {text("Impact"), "impact"}});
        m_maps->buttons().last()->setToolTip(text("|ΔW| times the root mean square of the input channel"));
        connect(&plot(), &ChartWidget::clicked, this, [this](const PlotPoint& point) {
            if (point.column > (m_data.weights.empty() ? 0U : 1U) || !m_data.missing.isEmpty()) return;
            Selection selection = input().selection;
            selection.channel = static_cast<int>(std::floor(point.x));
            emit selected(selection);
        });
    }

  protected:
    Figure compute(const ViewInput& input) override {
        if (const std::string key = inputKey(input); key != m_key) {
            m_key = key;
            m_background.request([this, input](JobContext&) -> Background::Deliver {
                return [this, data = weightPicture(input)] {
                    m_data = data;
                    refreshAnew();
                };
            });
        }
        return {chartOf(m_data), {}};
    }

    ChartTable numbers() const override { return tableOf(m_data); }

    void shown(const Figure&) override {
        m_maps->buttons()[0]->setEnabled(!m_data.weights.empty());
        m_maps->buttons()[2]->setEnabled(!m_data.weights.empty() && m_data.impactKnown);
    }

    QString readoutAt(double& x) override {
        const double channel = std::floor(x);
        x = channel + 0.5;
        return readout(m_data, static_cast<int>(channel));
    }

  private:
    WeightPicture m_data;  ///< of the last input that was read; reading millions of codes takes longer than a frame
    QButtonGroup* m_maps;
    std::string m_key;
    Background m_background;  ///< last: its end waits for work that uses the rest
};

}  // namespace

View* makeWeightsView(QWidget* parent) { return new WeightsView(parent); }

}  // namespace qs
