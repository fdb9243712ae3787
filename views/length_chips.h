// SPDX-License-Identifier: GPL-3.0-or-later
// One chip a length: the colour bar is its weight. Drag it or use the arrow keys; Delete takes the length out; a dashed chip puts one in.
#pragma once

#include <QWidget>
#include <functional>
#include <vector>

#include "views/length_set.h"

class QHBoxLayout;
class QLabel;

namespace qs {

class LengthChip : public QWidget {
    Q_OBJECT
  public:
    explicit LengthChip(QWidget* parent = nullptr);
    void setEntry(const LengthSet::Entry& entry);
    const LengthSet::Entry& entry() const { return m_entry; }
    QSize sizeHint() const override { return {112, 38}; }
    QSize minimumSizeHint() const override { return {78, 38}; }

  signals:
    void weightWanted(int length, double share);
    void addWanted(int length);
    void removeWanted(int length);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

  private:
    bool used() const { return m_entry.share > 0; }
    LengthSet::Entry m_entry;
    double m_shareAtPress = 0;
    int m_pressedAt = -1;
};

/// Tokens per length of the bank as one bar.
class TokenBar : public QWidget {
    Q_OBJECT
  public:
    using QWidget::QWidget;
    void setSet(const LengthSet& set);
    QSize sizeHint() const override { return {200, 38}; }
    QSize minimumSizeHint() const override { return {0, 38}; }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    LengthSet m_set;
};

/// The row of chips with the token bar.
class LengthChips : public QWidget {
    Q_OBJECT
  public:
    explicit LengthChips(QWidget* parent = nullptr);
    void setSet(const LengthSet& set);
    const LengthSet& set() const { return m_set; }
    const std::vector<LengthChip*>& chips() const { return m_chips; }

  signals:
    void changed(const qs::LengthSet& set);

  private:
    void edit(const std::function<void(LengthSet&)>& change);
    LengthChip* makeChip();

    LengthSet m_set;
    std::vector<LengthChip*> m_chips;
    TokenBar* m_bar;
    QHBoxLayout* m_layout;
};

}  // namespace qs
