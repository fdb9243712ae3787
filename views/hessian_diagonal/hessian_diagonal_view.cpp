// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/hessian_diagonal/hessian_diagonal_view.h"

#include <QCoreApplication>

#include "views/chart_view.h"
#include "views/hessian_diagonal/hessian_diagonal_model.h"

namespace qs {
namespace {

QString text(const char* source) { return QCoreApplication::translate("HessianDiagonal", source); }

class HessianDiagonalView : public ChartView {
  public:
    explicit HessianDiagonalView(QWidget* parent) : ChartView(parent) {
        addChoice("first-token", text("First token"), {{text("All tokens"), true}, {text("Without first"), false}});
        addChoice("order", text("Order of channels"), {{text("Rank"), "rank"}, {text("Channel"), "channel"}});
    }

  protected:
    Figure compute(const ViewInput& input) override {
        m_data = hessianDiagonal(input);
        return {chartOf(m_data), tableOf(m_data)};
    }

    QString readoutAt(double& x) override {
        if (!m_data.missing.isEmpty()) return {};
        const int position = nearestPosition(m_data, x);
        x = position;
        return readout(m_data, position);
    }

  private:
    HessianDiagonal m_data;
};

}  // namespace

View* makeHessianDiagonalView(QWidget* parent) { return new HessianDiagonalView(parent); }

}  // namespace qs
