// SPDX-License-Identifier: GPL-3.0-or-later
// Failures and questions inside the window: no modal box, so that nothing blocks while a job runs.
#pragma once

#include <QFrame>
#include <functional>
#include <vector>

class QHBoxLayout;
class QLabel;

namespace qs {

class NoticeBar : public QFrame {
    Q_OBJECT
  public:
    struct Button {
        QString text;
        bool primary = false;
        std::function<void()> action;  ///< the bar hides first
    };

    explicit NoticeBar(QWidget* parent = nullptr);
    /// What happened, the cause in full, and what can be done. "Copy details" and the cross are always there.
    void showFailure(const QString& title, const QString& details, std::vector<Button> buttons = {});
    void ask(const QString& title, const QString& details, std::vector<Button> buttons);
    QString details() const { return m_details; }

  signals:
    void visibilityChanged(bool shown);

  private:
    void fill(const QString& look, const QString& title, const QString& details, std::vector<Button> buttons, bool copy);

    QLabel *m_icon, *m_title, *m_text;
    QHBoxLayout* m_buttons;
    QString m_details;
};

}  // namespace qs
