// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/selection.h"

namespace qs {

void SelectionModel::select(const Selection& selection) {
    if (selection == m_current) return;
    m_current = selection;
    emit changed(m_current);
}

}  // namespace qs
