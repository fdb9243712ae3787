// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/layers/layer_model.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "views/number_text.h"
#include "views/run_names.h"

namespace qs {
namespace {

/// The run file, whether its parts are looked at or the finished file.
std::filesystem::path fileOf(const RunFile& run) { return run.path().extension() == ".parts" ? run.path().stem() : run.path().filename(); }

}  // namespace

std::vector<LayerModel::Row> LayerModel::rowsOf(const RunFile& run) {
    int blocks = run.provenance().blocks;
    for (const LinearRecord& linear : run.linears()) blocks = std::max(blocks, linear.block + 1);
    std::vector<Row> rows(static_cast<std::size_t>(std::max(blocks, 0)));
    for (std::size_t b = 0; b < rows.size(); ++b) rows[b].name = tr("Block %1").arg(b);
    for (const LinearRecord& linear : run.linears()) {
        if (linear.block < 0) continue;
        Row row;
        row.name = linearName(linear.name);
        row.linear = linear.name;
        row.bits = linear.bits;
        row.known = true;
        row.failed = linear.failed;
        for (const LengthError& error : linear.calibrationErrors) row.error = std::max(row.error, error.relative());
        if (linear.failed) row.severity = Severity::Failure;
        rows[static_cast<std::size_t>(linear.block)].linears.push_back(row);
    }
    for (const Event& event : run.events()) {
        if (event.severity == Severity::Info) continue;
        for (std::size_t b = 0; b < rows.size(); ++b) {
            if (event.subject == "block " + std::to_string(b))
                rows[b].events << QString::fromStdString(event.message), rows[b].severity = event.severity;
            for (Row& row : rows[b].linears)
                if (row.linear == event.subject) {
                    row.events << QString::fromStdString(event.message);
                    row.severity = std::max(row.severity, event.severity);
                }
        }
    }
    for (Row& block : rows)
        for (const Row& row : block.linears) {
            block.bits = block.known ? std::min(block.bits, row.bits) : row.bits;
            block.mostBits = std::max(block.mostBits, row.bits);
            block.known = true;
            block.failed = block.failed || row.failed;
            block.error = std::max(block.error, row.error);
            block.severity = std::max(block.severity, row.severity);
            for (const QString& event : row.events) block.events << row.name + ": " + event;
        }
    return rows;
}

void LayerModel::setRun(std::shared_ptr<const RunFile> run) {
    if (run && run == m_run) return;
    std::vector<Row> rows = run ? rowsOf(*run) : std::vector<Row>{};
    const bool grown = m_run && run && fileOf(*m_run) == fileOf(*run) && rows.size() == m_blocks.size() &&
                       std::equal(rows.begin(), rows.end(), m_blocks.begin(), [](const Row& now, const Row& before) {
                           return before.linears.empty() || before.linears.size() == now.linears.size();
                       });
    if (!grown) beginResetModel();
    m_run = std::move(run);
    m_smallest = 1e300, m_largest = 0;
    for (const Row& block : rows)
        for (const Row& row : block.linears)
            if (row.error > 0) m_smallest = std::min(m_smallest, row.error), m_largest = std::max(m_largest, row.error);
    if (!grown) {
        m_blocks = std::move(rows);
        return endResetModel();
    }
    for (std::size_t b = 0; b < rows.size(); ++b) {
        const int before = static_cast<int>(m_blocks[b].linears.size()), now = static_cast<int>(rows[b].linears.size());
        const QModelIndex block = index(static_cast<int>(b), 0);
        if (now > before) beginInsertRows(block, before, now - 1);
        m_blocks[b] = std::move(rows[b]);
        if (now > before) endInsertRows();
        else if (now > 0) emit dataChanged(index(0, 0, block), index(now - 1, ColumnCount - 1, block));
    }
    if (!m_blocks.empty()) emit dataChanged(index(0, 0), index(static_cast<int>(m_blocks.size()) - 1, ColumnCount - 1));
}

QModelIndex LayerModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent)) return {};
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : 0);
}

QModelIndex LayerModel::parent(const QModelIndex& child) const {
    if (!child.isValid() || child.internalId() == 0) return {};
    return createIndex(static_cast<int>(child.internalId()) - 1, 0, quintptr{0});
}

int LayerModel::rowCount(const QModelIndex& parent) const {
    if (!parent.isValid()) return static_cast<int>(m_blocks.size());
    if (parent.internalId() != 0 || parent.column() != 0) return 0;
    return static_cast<int>(m_blocks[static_cast<std::size_t>(parent.row())].linears.size());
}

int LayerModel::columnCount(const QModelIndex&) const { return ColumnCount; }

const LayerModel::Row* LayerModel::rowAt(const QModelIndex& index) const {
    if (!index.isValid()) return nullptr;
    if (index.internalId() == 0) return &m_blocks[static_cast<std::size_t>(index.row())];
    return &m_blocks[index.internalId() - 1].linears[static_cast<std::size_t>(index.row())];
}

QVariant LayerModel::display(const Row& row, int column) const {
    switch (column) {
        case NameColumn: return row.name;
        case BitsColumn:
            return !row.known                 ? QStringLiteral("–")
                   : row.mostBits <= row.bits ? QString::number(row.bits)
                                              : QStringLiteral("%1–%2").arg(row.bits).arg(row.mostBits);
        case ErrorColumn: return row.error < 0 ? QStringLiteral("–") : significant(row.error * 100);
        default: return {};
    }
}

QVariant LayerModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Row& row = *rowAt(index);
    switch (role) {
        case Qt::DisplayRole: return display(row, index.column());
        case Qt::TextAlignmentRole: return int((index.column() == NameColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
        case Qt::ToolTipRole: return row.events.isEmpty() ? QVariant() : row.events.join('\n');
        case Qt::AccessibleTextRole: {
            if (index.column() == BadgeColumn)
                return row.events.isEmpty() ? QString() : tr("%n events", nullptr, static_cast<int>(row.events.size()));
            return display(row, index.column());
        }
        case SortRole:
            if (index.column() == BitsColumn) return row.bits;
            if (index.column() == ErrorColumn) return row.error;
            if (index.column() == BadgeColumn) return static_cast<int>(row.severity);
            return index.row();
        case BarRole:  // logarithmic, the smallest error of the run is a short bar
            if (row.error <= 0 || m_largest <= 0) return {};
            return m_largest > m_smallest ? 0.12 + 0.88 * std::log(row.error / m_smallest) / std::log(m_largest / m_smallest) : 1.0;
        case SeverityRole: return static_cast<int>(row.severity);
        case FilterRole: {
            const int block = index.internalId() == 0 ? index.row() : static_cast<int>(index.internalId()) - 1;
            return QStringList{QString::number(block), row.name.toLower(), QString::fromStdString(row.linear).toLower()};
        }
        default: return {};
    }
}

QVariant LayerModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) return {};
    static const char* titles[] = {QT_TR_NOOP("Layer"), QT_TR_NOOP("Bits"), QT_TR_NOOP("Error, %"), ""};
    if (role == Qt::DisplayRole) return section == BadgeColumn ? QString() : tr(titles[section]);
    if (role == Qt::TextAlignmentRole) return int((section == NameColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && section == ErrorColumn) return tr("Relative output error of the worst length");
    return {};
}

Selection LayerModel::selectionAt(const QModelIndex& index) const {
    Selection selection;
    if (!index.isValid()) return selection;
    selection.block = index.internalId() == 0 ? index.row() : static_cast<int>(index.internalId()) - 1;
    selection.linear = rowAt(index)->linear;
    return selection;
}

QModelIndex LayerModel::indexOf(const Selection& selection) const {
    if (selection.block < 0 || selection.block >= rowCount()) return {};
    const QModelIndex block = index(selection.block, 0);
    const auto& linears = m_blocks[static_cast<std::size_t>(selection.block)].linears;
    for (std::size_t i = 0; i < linears.size(); ++i)
        if (linears[i].linear == selection.linear) return index(static_cast<int>(i), 0, block);
    return block;
}

LayerFilter::LayerFilter(QObject* parent) : QSortFilterProxyModel(parent) {
    setRecursiveFilteringEnabled(true);
    setSortRole(LayerModel::SortRole);
}

void LayerFilter::setWords(const QString& text) {
    m_words = text.toLower().split(' ', Qt::SkipEmptyParts);
    invalidateFilter();
}

void LayerFilter::setBrushed(const std::vector<std::string>& linears) {
    if (linears == m_brushed) return;
    m_brushed = linears;
    invalidateFilter();
}

bool LayerFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
    const QModelIndex index = sourceModel()->index(row, 0, parent);
    if (!m_brushed.empty()) {  // a block stays because of its linears (recursive filtering)
        const auto* model = qobject_cast<const LayerModel*>(sourceModel());
        const std::string linear = model ? model->selectionAt(index).linear : std::string();
        if (std::find(m_brushed.begin(), m_brushed.end(), linear) == m_brushed.end()) return false;
    }
    const QStringList texts = index.data(LayerModel::FilterRole).toStringList();
    return std::all_of(m_words.begin(), m_words.end(), [&](const QString& word) {
        bool number = false;
        word.toInt(&number);
        return number ? texts[0] == word : texts[1].contains(word) || texts[2].contains(word);
    });
}

}  // namespace qs
