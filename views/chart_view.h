// SPDX-License-Identifier: GPL-3.0-or-later
// The card that every plot sits in: header with subject and actions, controls, legend, plot or table, footnote, the stale bar and the empty
// state.
#pragma once

#include "views/view.h"

class QButtonGroup;
class QComboBox;
class QFrame;
class QHBoxLayout;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;
class QToolButton;
class QVBoxLayout;

namespace qs {

class ChartTableModel;
class ChartWidget;
class EmptyState;
class Legend;

class ChartView : public View {
    Q_OBJECT
  public:
    explicit ChartView(QWidget* parent = nullptr);

    void show(const ViewInput& input) override;
    QJsonObject settings() const override { return m_settings; }
    void restoreSettings(const QJsonObject& settings) override;
    /// Brought up to date first.
    const Figure& figure();
    /// As it was drawn last.
    const Figure& figure() const { return m_figure; }
    ChartWidget& plot() { return *m_plot; }
    EmptyState& emptyState() { return *m_empty; }

  protected:
    /// Computes what to draw from m_input; called only while visible.
    virtual Figure compute(const ViewInput& input) = 0;
    /// The numbers of what was computed last. A view that draws many of them while something is dragged leaves them out of its figures and
    /// makes them here, when they are asked for.
    virtual ChartTable numbers() const { return m_figure.table; }
    /// Card text at x, and the exact x; empty: no crosshair.
    virtual QString readoutAt(double& x);
    virtual double step(double x, int steps) const { return x + steps; }
    /// The setting "pinned" that keeps what is shown now as a ghost; empty: this view pins nothing.
    virtual QJsonObject pinOfNow() const { return {}; }
    /// A row of the table was double-clicked or Return pressed on it.
    virtual void rowActivated(int /*row*/) {}
    /// What the card explains; figures explain everything.
    virtual std::vector<LegendEntry> legendOf(const Chart& chart) const { return chart.legend; }
    /// Called after the plot was drawn: for controls that follow the data.
    virtual void shown(const Figure&) {}

    /// A segmented choice in the header that sets one of the view's settings.
    QButtonGroup* addChoice(const QString& setting, const QString& accessibleName, const std::vector<std::pair<QString, QVariant>>& values);
    /// The same as a list.
    QComboBox* addList(const QString& setting, const QString& accessibleName, const std::vector<std::pair<QString, QVariant>>& values);
    void addPin();
    void set(const QString& setting, const QVariant& value);
    /// Several settings as one undoable step.
    void edit(const QString& what, const QJsonObject& after);
    /// Draws what is not up to date.
    void refresh();
    /// Draws again although nothing was set: a result of the background arrived.
    void refreshAnew();
    const ViewInput& input() const { return m_input; }
    QHBoxLayout* controls() { return m_controls; }
    /// The line of words above the plot, for views that put it elsewhere.
    QLabel* lead() { return m_lead; }
    /// Rows between header and plot.
    QVBoxLayout* extra() { return m_extra; }

    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    QToolButton* addAction(const QString& iconName, const QString& text);
    void buildHeader(QVBoxLayout* layout);
    void buildStaleBar(QVBoxLayout* layout);
    void refreshSoon();
    bool grows(const ViewInput& input) const;
    void followSettings();
    void moveCrosshair(double x);
    void placeControls();
    void placeFootnote();
    void placeLegend();
    void orderTabs();
    void copyTable();

    struct Control {
        QString setting;
        QButtonGroup* group = nullptr;
        QComboBox* list = nullptr;
        std::vector<QVariant> values;
    };
    /// What was drawn last, without keeping its run open.
    struct Drawn {
        std::filesystem::path path;
        bool unfinished = false;
        const RunFile* baseline = nullptr;
        Selection selection;
        QJsonObject settings;
    };
    ViewInput m_input;
    Drawn m_drawn;
    QJsonObject m_settings;
    Figure m_figure;
    bool m_stale = true, m_soon = false, m_failed = false;
    bool m_hasLegend = false;
    qsizetype m_tabStops = 0;
    std::vector<Control> m_choices;
    QLabel *m_title, *m_subject, *m_footnote, *m_lead, *m_staleText;
    QFrame* m_staleBar = nullptr;
    EmptyState* m_empty;
    Legend* m_legend;
    QStackedWidget* m_stack;
    ChartWidget* m_plot;
    QTableView* m_tableView;
    ChartTableModel* m_tableModel;
    QHBoxLayout *m_header, *m_secondRow, *m_controls;
    QWidget* m_controlBox;
    QVBoxLayout *m_extra, *m_column;
    QHBoxLayout* m_leadRow;
    QPushButton* m_record;
    QToolButton *m_pinButton = nullptr, *m_tableButton, *m_copyButton, *m_exportButton;
};

}  // namespace qs
