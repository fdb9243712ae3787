// SPDX-License-Identifier: GPL-3.0-or-later
// The diagonal per length with the chips that define the mix; order and first token are choices in its header.
#pragma once

#include "views/chart_view.h"
#include "views/hessian_diagonal/hessian_diagonal_model.h"

namespace qs {

class LengthChips;

class HessianDiagonalView : public ChartView {
    Q_OBJECT
  public:
    explicit HessianDiagonalView(QWidget* parent);
    LengthChips& chips() { return *m_chips; }

  protected:
    Figure compute(const ViewInput& input) override;
    ChartTable numbers() const override;
    QString readoutAt(double& x) override;
    QJsonObject pinOfNow() const override;
    void shown(const Figure& figure) override;
    std::vector<LegendEntry> legendOf(const Chart& chart) const override;
    const HessianDiagonal& data() const { return m_data; }

  private:
    HessianDiagonal m_data;
    LengthChips* m_chips;
};

View* makeHessianDiagonalView(QWidget* parent);

}  // namespace qs
