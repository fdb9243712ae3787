// SPDX-License-Identifier: GPL-3.0-or-later
// What is to be trained on what: a new model or one that is there, text, method, the options that these have a use for, checked while they
// are typed, and what it will cost.
#pragma once

#include <QDialog>
#include <QMap>
#include <QPointer>

#include "app/demo.h"
#include "app/jobs/forecast.h"

class QCheckBox;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace qs {

class ForecastView;
class OptionForm;

class TrainingDialog : public QDialog {
    Q_OBJECT
  public:
    /// Begins with what was trained last, at the first time with the model, or without one with an example. `forecaster` may end before
    /// the dialog does.
    TrainingDialog(Forecaster& forecaster, const QString& model, QWidget* parent = nullptr);
    ~TrainingDialog() override;

    /// The values of an example, and defaults.
    void fillIn(TrainingExample example);
    OptionForm& form() { return *m_form; }
    QPushButton& startButton() { return *m_start; }
    QCheckBox& allOptions() { return *m_all; }
    /// Why it cannot start; empty if it can.
    QString refusal() const;
    /// As they would be started: without what a new or a given model has no use for.
    TrainOptions options() const;

  signals:
    void wanted(const qs::TrainOptions& options);

  private:
    void buildExamples(QVBoxLayout& column);
    void buildForm();
    void begin(const QString& model);
    void setValues(const QMap<QString, QString>& values);
    void update();
    void remember() const;

    QPointer<Forecaster> m_forecaster;
    TrainOptions m_options;
    bool m_filling = false;
    OptionForm* m_form = nullptr;
    ForecastView* m_forecastView = nullptr;
    QCheckBox* m_all = nullptr;
    QLabel* m_hint = nullptr;
    QPushButton* m_start = nullptr;
};

}  // namespace qs
