// SPDX-License-Identifier: GPL-3.0-or-later
// What the centre shows while no run is open: the demo in one click, and the ways to open something of one's own.
#pragma once

#include <QWidget>

class QPushButton;

namespace qs {

class WelcomePage : public QWidget {
    Q_OBJECT
  public:
    explicit WelcomePage(QWidget* parent = nullptr);
    QPushButton& demoButton() { return *m_demo; }
    QPushButton& trainingButton() { return *m_training; }

  signals:
    void demoWanted();
    void trainingWanted();  ///< that of the example
    void modelWanted();
    void textWanted();
    void runWanted();

  private:
    QPushButton *m_demo, *m_training;
};

}  // namespace qs
