// SPDX-License-Identifier: GPL-3.0-or-later
// A view without anything to show: an icon, what is missing, why, and the one action that fills it.
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace qs {

class EmptyState : public QWidget {
    Q_OBJECT
  public:
    explicit EmptyState(QWidget* parent = nullptr, QString iconName = QStringLiteral("curve"));
    /// An empty `action` hides the button.
    void set(const QString& title, const QString& why, const QString& action);
    QPushButton& button() { return *m_button; }
    QString why() const;

  signals:
    void wanted();

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void drawIcon();
    QString m_iconName;
    QLabel *m_icon, *m_title, *m_why;
    QPushButton* m_button;
};

}  // namespace qs
