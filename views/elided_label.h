// SPDX-License-Identifier: GPL-3.0-or-later
// A line of plain text that ends in "…" where it has no room, and is left out where it has nearly none; the tool tip has it in full.
#pragma once

#include <QLabel>

namespace qs {

class ElidedLabel : public QLabel {
    Q_OBJECT
  public:
    /// `least`: pixels that it keeps.
    explicit ElidedLabel(int least, QWidget* parent = nullptr);
    /// What is drawn.
    QString drawn() const;
    QSize minimumSizeHint() const override { return {m_least, QLabel::minimumSizeHint().height()}; }

  protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

  private:
    int m_least;
};

}  // namespace qs
