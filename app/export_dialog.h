// SPDX-License-Identifier: GPL-3.0-or-later
// Where the quantized weights of a run go, and in which format.
#pragma once

#include <QDialog>

#include "run/export_choice.h"

class QLabel;
class QPushButton;

namespace qs {

class OptionForm;

class ExportDialog : public QDialog {
    Q_OBJECT
  public:
    explicit ExportDialog(const QString& run, QWidget* parent = nullptr);
    OptionForm& form() { return *m_form; }
    QPushButton& startButton() { return *m_start; }
    /// Why it cannot start; empty if it can. What a loader will not take is found by the job, before it writes.
    QString refusal() const;
    const ExportChoice& choice() const { return m_choice; }

  signals:
    void wanted(const qs::ExportOptions& options);

  private:
    void update();

    QString m_run;
    ExportChoice m_choice;
    bool m_named = false;  ///< a person has named the folder; else it follows the format
    OptionForm* m_form = nullptr;
    QLabel* m_hint = nullptr;
    QPushButton* m_start = nullptr;
};

}  // namespace qs
