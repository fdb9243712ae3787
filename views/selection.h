// SPDX-License-Identifier: GPL-3.0-or-later
// What all views look at together.
#pragma once

#include <QObject>
#include <algorithm>
#include <string>
#include <vector>

namespace qs {

struct Selection {
    int block = -1;                         ///< −1: none
    std::string linear;                     ///< checkpoint name without ".weight"; empty: none
    int length = 0;                         ///< 0: all
    int channel = -1;                       ///< −1: none
    std::vector<std::string> brushed = {};  ///< linears that a brush in some view keeps; empty: all
    bool keeps(const std::string& name) const {
        return brushed.empty() || std::find(brushed.begin(), brushed.end(), name) != brushed.end();
    }
    bool operator==(const Selection&) const = default;
};

/// The one selection of a window. Views listen to changed() and ask for another through select().
class SelectionModel : public QObject {
    Q_OBJECT
  public:
    using QObject::QObject;
    const Selection& current() const { return m_current; }
    void select(const Selection& selection);

  signals:
    void changed(const qs::Selection& selection);

  private:
    Selection m_current;
};

}  // namespace qs
