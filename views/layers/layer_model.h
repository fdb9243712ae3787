// SPDX-License-Identifier: GPL-3.0-or-later
// Blocks → linears with bits, error and event badges. Blocks that are not finished yet are rows without numbers.
#pragma once

#include <QAbstractItemModel>
#include <QSortFilterProxyModel>
#include <memory>
#include <vector>

#include "run/run_file.h"
#include "views/selection.h"

namespace qs {

class LayerModel : public QAbstractItemModel {
    Q_OBJECT
  public:
    enum Column { NameColumn, BitsColumn, ErrorColumn, BadgeColumn, ColumnCount };
    enum Role { SortRole = Qt::UserRole, BarRole, SeverityRole, FilterRole };

    using QAbstractItemModel::QAbstractItemModel;
    /// A newer state of the same run inserts the rows of the blocks that were finished since; another run resets the model.
    void setRun(std::shared_ptr<const RunFile> run);
    Selection selectionAt(const QModelIndex& index) const;
    QModelIndex indexOf(const Selection& selection) const;
    int finishedLinears() const { return static_cast<int>(m_run ? m_run->linears().size() : 0); }

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    struct Row {
        QString name;
        std::string linear;
        int bits = 0, mostBits = 0;  ///< of a block: the least and the most of its linears
        bool known = false, failed = false;
        double error = -1;  ///< worst length, relative; negative: unknown
        Severity severity = Severity::Info;
        QStringList events;
        std::vector<Row> linears;
    };
    static std::vector<Row> rowsOf(const RunFile& run);
    const Row* rowAt(const QModelIndex& index) const;
    QVariant display(const Row& row, int column) const;

    std::shared_ptr<const RunFile> m_run;
    std::vector<Row> m_blocks;
    double m_smallest = 0, m_largest = 0;  ///< range of the error bars
};

/// Keeps the rows that match every word: a number is a block, anything else a part of the name ("17 down").
class LayerFilter : public QSortFilterProxyModel {
    Q_OBJECT
  public:
    explicit LayerFilter(QObject* parent = nullptr);
    void setWords(const QString& text);
    /// Linears that a brush keeps; empty: all.
    void setBrushed(const std::vector<std::string>& linears);

  protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

  private:
    QStringList m_words;
    std::vector<std::string> m_brushed;
};

}  // namespace qs
