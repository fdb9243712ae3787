// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/reconstruction_error/reconstruction_error_view.h"

#include <QAbstractButton>
#include <QButtonGroup>
#include <QCoreApplication>

#include "views/chart_view.h"
#include "views/reconstruction_error/reconstruction_error_model.h"

namespace qs {
namespace {

QString text(const char* source) { return QCoreApplication::translate("ReconstructionError", source); }

class ReconstructionErrorView : public ChartView {
  public:
    explicit ReconstructionErrorView(QWidget* parent) : ChartView(parent) {
        m_text = addChoice("text", text("Measured on"), {{text("Calibration"), "calibration"}, {text("Held-out"), "held-out"}});
    }

  protected:
    Figure compute(const ViewInput& input) override {
        const ReconstructionError errors = reconstructionError(input);
        QAbstractButton* heldOut = m_text->buttons().last();
        heldOut->setEnabled(errors.heldOutKnown);
        heldOut->setToolTip(errors.heldOutKnown ? QString() : text("This run was made without held-out text"));
        return {chartOf(errors, input.selection.linear), tableOf(errors)};
    }

  private:
    QButtonGroup* m_text;
};

}  // namespace

View* makeReconstructionErrorView(QWidget* parent) { return new ReconstructionErrorView(parent); }

}  // namespace qs
