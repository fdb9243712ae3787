// SPDX-License-Identifier: GPL-3.0-or-later
// What the open run is evaluated on: task, data and the options that the task has a use for, checked while they are typed.
#pragma once

#include <QDialog>
#include <QMap>

#include "run/evaluation.h"

class QLabel;
class QPushButton;

namespace qs {

class OptionForm;

class EvaluationDialog : public QDialog {
    Q_OBJECT
  public:
    /// `baseline`: run that tasks with items are compared with, unless a person changes it; may be empty. `options`: values to begin with,
    /// before those of the last evaluation.
    EvaluationDialog(const QString& run, const QString& baseline, const QMap<QString, QString>& options, QWidget* parent = nullptr);
    OptionForm& form() { return *m_form; }
    QPushButton& startButton() { return *m_start; }
    /// Why it cannot start; empty if it can.
    QString refusal() const;
    const EvaluationOptions& options() const { return m_options; }

  signals:
    void wanted(const qs::EvaluationOptions& options);

  private:
    void buildForm();
    void begin(const QMap<QString, QString>& options);
    void taskChanged();
    void update();
    void remember() const;

    EvaluationOptions m_options;
    QString m_baseline;
    std::string m_task;  ///< that the form shows the fields of
    OptionForm* m_form = nullptr;
    QLabel* m_hint = nullptr;
    QPushButton* m_start = nullptr;
};

}  // namespace qs
