// SPDX-License-Identifier: GPL-3.0-or-later
// What a run was calibrated on: how long the documents of the text are, what each length of the set is made of, and its sequences.
#pragma once

#include <QAbstractTableModel>
#include <QCoreApplication>
#include <string>
#include <vector>

#include "views/view.h"

namespace qs::lengths_text_words {
inline QString text(const char* source) { return QCoreApplication::translate("LengthsText", source); }
}  // namespace qs::lengths_text_words

namespace qs {

struct LengthsPicture {
    struct Bucket {
        int length = 0, rank = 0, sequences = 0, heldOut = 0, documents = 0;
        qint64 tokens = 0;  ///< of the calibration sequences
    };
    QString missing, model, runName;
    std::vector<std::int64_t> documents;  ///< by bin, see documentBin
    std::vector<Bucket> buckets;
    int length = 0;    ///< selected, 0: all
    bool low = false;  ///< the two histograms stand beside each other
    qint64 tokens = 0;
    int sequences = 0;
};

LengthsPicture lengthsPicture(const ViewInput& input);
Chart chartOf(const LengthsPicture& data);
ChartTable tableOf(const LengthsPicture& data);
/// Whether a panel of a column is the histogram of the lengths of the set.
bool isOfBuckets(const LengthsPicture& data, std::size_t column, std::size_t panel);
/// Settings: "low" true where there is no height for two panels.
Figure lengthsFigure(const ViewInput& input);

/// The sequences of a run: length, document, offset, text they belong to.
class SequenceModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    enum Column { LengthColumn, DocumentColumn, OffsetColumn, UseColumn, ColumnCount };
    using QAbstractTableModel::QAbstractTableModel;
    /// All sequences of a run, or those of one length.
    void setRun(std::shared_ptr<const RunFile> run, int length);
    /// Index into RunFile::sequences().
    std::size_t sequenceAt(int row) const { return m_rows[static_cast<std::size_t>(row)]; }
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    std::shared_ptr<const RunFile> m_run;
    std::vector<std::size_t> m_rows;
};

}  // namespace qs
