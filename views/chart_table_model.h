// SPDX-License-Identifier: GPL-3.0-or-later
// The numbers behind a plot as a table: what a screen reader reads instead of the picture.
#pragma once

#include <QAbstractTableModel>

#include "views/plot/chart.h"

namespace qs {

class ChartTableModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Role { SortRole = Qt::UserRole };  ///< the number itself
    using QAbstractTableModel::QAbstractTableModel;
    void setTable(ChartTable table);
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    ChartTable m_table;
};

}  // namespace qs
