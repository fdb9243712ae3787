// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/scale_trajectory/scale_trajectory_view.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QSpinBox>
#include <cmath>

#include "views/background.h"
#include "views/chart_view.h"
#include "views/scale_trajectory/scale_trajectory_model.h"

namespace qs {
namespace {

using scale_trajectory_words::text;

class ScaleTrajectoryView : public ChartView {
  public:
    explicit ScaleTrajectoryView(QWidget* parent) : ChartView(parent), m_background(this) {
        m_data.missing = text("Reading the scales.");
        m_row = new QSpinBox(this);
        m_row->setRange(-1, 1 << 20);
        m_row->setValue(-1);
        m_row->setSpecialValueText(text("whole layer"));
        m_row->setPrefix(text("row "));
        m_row->setAccessibleName(text("Output channel whose scales are shown"));
        m_row->findChild<QLineEdit*>()->setAccessibleName(m_row->accessibleName());
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
        if (const std::string key = inputKey(input); key != m_key) {
            m_key = key;
            m_background.request([this, input](JobContext&) -> Background::Deliver {
                return [this, data = scaleTrajectory(input)] {
                    m_data = data;
                    refreshAnew();
                };
            });
        }
        return {chartOf(m_data), tableOf(m_data)};
    }

    void shown(const Figure&) override { m_row->setEnabled(m_data.scales > 0); }

    QString readoutAt(double& x) override {
        x = std::clamp(std::round(x), 0.0, std::max(0.0, static_cast<double>(m_data.steps.size()) - 1));
        return readout(m_data, static_cast<int>(x));
    }

  private:
    ScaleTrajectory m_data;  ///< of the last input that was read; all scales of all steps take longer than a frame
    QSpinBox* m_row;
    std::string m_key;
    Background m_background;  ///< last: its end waits for work that uses the rest
};

}  // namespace

View* makeScaleTrajectoryView(QWidget* parent) { return new ScaleTrajectoryView(parent); }

}  // namespace qs
