// SPDX-License-Identifier: GPL-3.0-or-later
// What the demo shows first, in small: the Hessian diagonal of the layer whose lengths differ most, one curve a length. The numbers are
// those of a run of the demo (resources/pictures/demo_diagonal.csv, which the target `pictures` makes anew).
#pragma once

#include <QString>
#include <QWidget>
#include <vector>

namespace qs {

/// E[x²] of every channel, in the order of the mix, and the running medians of them.
struct DemoCurves {
    std::vector<int> ranks;                    ///< at which there are medians
    std::vector<std::vector<double>> values;   ///< [lengths][channels]
    std::vector<std::vector<double>> medians;  ///< [lengths][ranks]
};

/// From a table as the view "hessian-diagonal" exports it: rank, channel, a column a length, mix … Nothing where it is not one.
DemoCurves readDemoCurves(const QString& csv);

class DemoPicture : public QWidget {
    Q_OBJECT
  public:
    explicit DemoPicture(QWidget* parent = nullptr);
    QSize sizeHint() const override { return {250, 130}; }
    const DemoCurves& curves() const { return m_curves; }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    DemoCurves m_curves;
};

}  // namespace qs
