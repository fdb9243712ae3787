// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/chart_table_model.h"

#include "views/number_text.h"

namespace qs {

void ChartTableModel::setTable(ChartTable table) {
    beginResetModel();
    m_table = std::move(table);
    endResetModel();
}

int ChartTableModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_table.rows.size()); }

int ChartTableModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_table.header.size()); }

QVariant ChartTableModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const QVariant& cell = m_table.rows[static_cast<std::size_t>(index.row())][static_cast<std::size_t>(index.column())];
    const bool words = cell.typeId() == QMetaType::QString;
    if (role == Qt::TextAlignmentRole) return int((words ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role == SortRole) return cell;
    if (role != Qt::DisplayRole) return {};
    if (cell.typeId() == QMetaType::Double) return significant(cell.toDouble());
    return words ? cell.toString() : count(cell.toLongLong());
}

QVariant ChartTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
    return m_table.header[static_cast<std::size_t>(section)];
}

}  // namespace qs
