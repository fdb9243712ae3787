// SPDX-License-Identifier: GPL-3.0-or-later
// The options of the next run, what it will cost, and the button that starts it.
#pragma once

#include <QFrame>
#include <QMap>

#include "app/jobs/forecast.h"
#include "run/options.h"

class QLabel;
class QPushButton;
class QToolButton;

namespace qs {

class ForecastView;
class OptionForm;

class MethodPanel : public QFrame {
    Q_OBJECT
  public:
    explicit MethodPanel(const Engine& engine, QWidget* parent = nullptr);
    ~MethodPanel() override;
    const QuantizeOptions& options() const { return m_options; }
    OptionForm& form() { return *m_form; }
    Forecaster& forecast() { return *m_forecaster; }
    QPushButton& startButton() { return *m_start; }
    /// Shows these options, the others at their default. Does not touch where the run goes.
    void setValues(const QMap<QString, QString>& values);
    QMap<QString, QString> values() const;
    /// While a job runs the button adds to the queue.
    void setRunning(bool running);
    /// The start button is the filled one, unless something else is the next step.
    void setPrimary(bool primary);
    /// As wide as the widest row of the form asks for.
    QSize minimumSizeHint() const override;

  signals:
    void startWanted();

  private:
    void update();
    void askForecast();

    QuantizeOptions m_options;
    OptionForm* m_form;
    Forecaster* m_forecaster;
    QPushButton* m_start;
    QToolButton* m_all;
    ForecastView* m_forecastView = nullptr;
    QLabel* m_hint;
    bool m_running = false;
};

}  // namespace qs
