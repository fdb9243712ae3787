// SPDX-License-Identifier: GPL-3.0-or-later
// The options of a quantization and the button that starts it. Remembers what was set last.
#pragma once

#include <QFrame>

#include "run/options.h"

class QLabel;
class QPushButton;
class QToolButton;

namespace qs {

class OptionForm;

class MethodPanel : public QFrame {
    Q_OBJECT
  public:
    explicit MethodPanel(QWidget* parent = nullptr);
    ~MethodPanel() override;
    const QuantizeOptions& options() const { return m_options; }
    OptionForm& form() { return *m_form; }
    QPushButton& startButton() { return *m_start; }
    /// While a job runs nothing can be started, and the button says why.
    void setRunning(bool running);
    /// The start button is the filled one, unless something else is the next step.
    void setPrimary(bool primary);
    void store() const;

  signals:
    void startWanted();

  private:
    void restore();
    void update();

    QuantizeOptions m_options;
    OptionForm* m_form;
    QPushButton* m_start;
    QToolButton* m_all;
    QLabel* m_hint;
    bool m_running = false;
};

}  // namespace qs
