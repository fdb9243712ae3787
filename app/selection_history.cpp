// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/selection_history.h"

namespace qs {
namespace {
constexpr std::size_t kMostVisited = 100;
}  // namespace

SelectionHistory::SelectionHistory(SelectionModel& selection, QObject* parent) : QObject(parent), m_selection(selection) {
    connect(&m_selection, &SelectionModel::changed, this, [this](const Selection& now) {
        if (m_moving) return;
        if (!m_visited.empty()) m_visited.resize(m_now + 1);
        if (m_visited.size() >= kMostVisited) m_visited.erase(m_visited.begin());
        m_visited.push_back(now);
        m_now = m_visited.size() - 1;
        emit changed();
    });
}

void SelectionHistory::go(std::size_t to) {
    m_moving = true;
    m_now = to;
    m_selection.select(m_visited[to]);
    m_moving = false;
    emit changed();
}

void SelectionHistory::back() {
    if (canGoBack()) go(m_now - 1);
}

void SelectionHistory::forward() {
    if (canGoForward()) go(m_now + 1);
}

}  // namespace qs
