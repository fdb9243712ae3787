// SPDX-License-Identifier: GPL-3.0-or-later
// Failures and questions inside the window: no modal box, so that nothing blocks while a job runs. A newer notice lies on top of an
// older one; none is lost.
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
    /// Takes all notices away.
    void clear();
    QString details() const { return m_notices.empty() ? QString() : m_notices.back().title + '\n' + m_notices.back().details; }
    int count() const { return static_cast<int>(m_notices.size()); }

  signals:
    void visibilityChanged(bool shown);

  private:
    struct Notice {
        QString look, title, details;
        std::vector<Button> buttons;
    };
    void add(Notice notice);
    void dismiss();
    void refresh();
    void addButton(const Button& spec);

    QLabel *m_icon, *m_title, *m_text, *m_more;
    QHBoxLayout* m_buttons;
    std::vector<Notice> m_notices;  ///< the newest is shown; those below come back when it is dismissed
};

}  // namespace qs
