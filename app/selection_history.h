// SPDX-License-Identifier: GPL-3.0-or-later
// Back and forward through what was selected.
#pragma once

#include <QObject>
#include <vector>

#include "views/selection.h"

namespace qs {

class SelectionHistory : public QObject {
    Q_OBJECT
  public:
    explicit SelectionHistory(SelectionModel& selection, QObject* parent = nullptr);
    bool canGoBack() const { return m_now > 0; }
    bool canGoForward() const { return m_now + 1 < m_visited.size(); }
    void back();
    void forward();

  signals:
    void changed();

  private:
    void go(std::size_t to);

    SelectionModel& m_selection;
    std::vector<Selection> m_visited;
    std::size_t m_now = 0;
    bool m_moving = false;
};

}  // namespace qs
