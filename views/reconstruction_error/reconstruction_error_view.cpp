// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/reconstruction_error/reconstruction_error_view.h"

#include <QAbstractButton>
#include <QButtonGroup>

#include "views/chart_view.h"
#include "views/plot/chart_widget.h"
#include "views/reconstruction_error/reconstruction_error_model.h"

namespace qs {
namespace {

using reconstruction_error_words::text;

class ReconstructionErrorView : public ChartView {
  public:
    explicit ReconstructionErrorView(QWidget* parent) : ChartView(parent) {
        m_text = addChoice("text", text("Measured on"), {{text("Calibration"), "calibration"}, {text("Held-out"), "held-out"}});
        plot().setBrushable(true);
        connect(&plot(), &ChartWidget::brushed, this, [this](double low, double high) { brush(linearsBetween(m_errors, low, high)); });
        connect(&plot(), &ChartWidget::brushCleared, this, [this] { brush({}); });
        connect(&plot(), &ChartWidget::clicked, this, [this](const PlotPoint& point) {
            if (point.panel == 1) choose(nearestPair(m_errors, point.x, point.y));
        });
    }

  protected:
    Figure compute(const ViewInput& input) override {
        m_errors = reconstructionError(input);
        const ReconstructionError& errors = m_errors;
        QAbstractButton* heldOut = m_text->buttons().last();
        heldOut->setEnabled(errors.heldOutKnown);
        heldOut->setToolTip(errors.heldOutKnown ? QString() : text("This run was made without held-out text"));
        return {chartOf(errors, input.selection.linear), tableOf(errors)};
    }

    QString readoutAt(double& x) override { return readout(m_errors, x); }

    void rowActivated(int row) override { choose(row); }

    double step(double x, int steps) const override {
        const auto& bars = figure().chart.panels.front().bars;
        return x + steps * (bars.empty() ? 1 : bars.front().width);
    }

  private:
    void brush(std::vector<std::string> linears) {
        if (!input().run) return;
        Selection selection = input().selection;
        selection.brushed = std::move(linears);
        emit selected(selection);
    }

    void choose(int pair) {
        if (pair < 0 || pair >= static_cast<int>(m_errors.pairs.size())) return;
        Selection selection = input().selection;
        selection.block = m_errors.pairs[static_cast<std::size_t>(pair)].block;
        selection.linear = m_errors.pairs[static_cast<std::size_t>(pair)].linear;
        selection.length = m_errors.pairs[static_cast<std::size_t>(pair)].length;
        emit selected(selection);
    }

    ReconstructionError m_errors;
    QButtonGroup* m_text;
};

}  // namespace

View* makeReconstructionErrorView(QWidget* parent) { return new ReconstructionErrorView(parent); }

}  // namespace qs
