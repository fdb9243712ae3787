// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/scale_trajectory/scale_trajectory_view.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QSpinBox>
#include <cmath>

#include "views/chart_view.h"
#include "views/scale_trajectory/scale_trajectory_model.h"

namespace qs {
namespace {

QString text(const char* source) { return QCoreApplication::translate("ScaleTrajectory", source); }

class ScaleTrajectoryView : public ChartView {
  public:
    explicit ScaleTrajectoryView(QWidget* parent) : ChartView(parent) {
        m_row = new QSpinBox(this);
        m_row->setRange(-1, 1 << 20);
        m_row->setValue(-1);
        m_row->setSpecialValueText(text("whole layer"));
        m_row->setPrefix(text("row "));
        m_row->setAccessibleName(text("Output channel whose scales are shown"));
        controls()->addWidget(m_row);
        connect(m_row, &QSpinBox::valueChanged, this, [this](int row) { set("row", row); });
    }

    void restoreSettings(const QJsonObject& settings) override {
        const QSignalBlocker quiet(m_row);
        m_row->setValue(settings.value("row").toInt(-1));
        ChartView::restoreSettings(settings);
    }

  protected:
    Figure compute(const ViewInput& input) override {
        m_data = scaleTrajectory(input);
        return {chartOf(m_data), tableOf(m_data)};
    }

    void shown(const Figure&) override { m_row->setEnabled(m_data.scales > 0); }

    QString readoutAt(double& x) override {
        x = std::clamp(std::round(x), 0.0, std::max(0.0, static_cast<double>(m_data.steps.size()) - 1));
        return readout(m_data, static_cast<int>(x));
    }

  private:
    ScaleTrajectory m_data;
    QSpinBox* m_row;
};

}  // namespace

View* makeScaleTrajectoryView(QWidget* parent) { return new ScaleTrajectoryView(parent); }

}  // namespace qs
