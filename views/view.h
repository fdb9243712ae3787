// SPDX-License-Identifier: GPL-3.0-or-later
// A view shows one picture of a run. Adding one: a folder with x_model.* and x_view.*, and one line in catalogue.cpp.
#pragma once

#include <QJsonObject>
#include <QMap>
#include <QWidget>
#include <memory>
#include <vector>

#include "run/run_file.h"
#include "views/plot/chart.h"
#include "views/selection.h"

namespace qs {

/// What a view model needs: the run, perhaps a run to compare with, what is selected, and the settings of the view.
struct ViewInput {
    std::shared_ptr<const RunFile> run, baseline;
    Selection selection;
    QJsonObject settings;
    QString stale = {};  ///< why what is recorded does not hold any more; empty: it does
};

struct Figure {
    Chart chart;  ///< empty panels: nothing to show; the description says why
    ChartTable table;
};

class View : public QWidget {
    Q_OBJECT
  public:
    using QWidget::QWidget;
    virtual void show(const ViewInput& input) = 0;  ///< `settings` of the input are ignored: a view keeps its own
    virtual QJsonObject settings() const = 0;
    virtual void restoreSettings(const QJsonObject&) {}  ///< as settings() gave them: from a project file or an undo stack
    /// Options of a run that would do what this view tried; none if it tries nothing.
    virtual QMap<QString, QString> triedOptions() const { return {}; }
    using QWidget::show;

  signals:
    void selected(const qs::Selection& selection);
    void exportWanted();
    /// Options for the next run, by name, as text ("lengths" -> "256,512"): the window puts them into its form as one undoable step.
    void optionsWanted(const QMap<QString, QString>& options);
    void notice(const QString& message);
    /// What is shown is stale, and a person wants it recorded anew.
    void recordWanted();
    /// A person changed a setting (length set, bit plan, order …); `what` names it for an undo stack, restoreSettings(before) takes it
    /// back.
    void settingsEdited(const QString& what, const QJsonObject& before, const QJsonObject& after);
    /// A what-if solved `block` anew: what is recorded of the blocks behind it was seen behind other weights. −1: no what-if any more.
    void madeStale(int block, const QString& reason);
};

/// One row of THE list of views (catalogue.cpp).
struct ViewEntry {
    const char* name;  ///< kebab-case, as on the command line
    const char* title;
    const char* brief;  ///< one word, for tabs
    View* (*make)(QWidget* parent);
    Figure (*figure)(const ViewInput& input);  ///< without a widget
};
const std::vector<ViewEntry>& viewCatalogue();
/// nullptr if there is no such view.
const ViewEntry* findView(const std::string& name);

/// The linear that a person wants to see first: where the lengths differ most, then the one with the largest relative error. Empty if there
/// is none yet.
Selection firstSelection(const RunFile& run);

}  // namespace qs
