// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/evaluation/evaluation_view.h"

#include "views/chart_view.h"
#include "views/evaluation/evaluation_model.h"

namespace qs {
namespace {

using evaluation_words::text;

class EvaluationView : public ChartView {
  public:
    explicit EvaluationView(QWidget* parent) : ChartView(parent) {
        addChoice("show", text("What is shown"),
                  {{text("Tasks"), "tasks"}, {text("Items"), "items"}, {text("Windows"), "windows"}, {text("Positions"), "positions"}});
    }

  protected:
    Figure compute(const ViewInput& input) override { return evaluationFigure(input); }
};

}  // namespace

View* makeEvaluationView(QWidget* parent) { return new EvaluationView(parent); }

}  // namespace qs
