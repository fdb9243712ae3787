// SPDX-License-Identifier: GPL-3.0-or-later
// The card that every plot sits in: header with subject and actions, controls, legend, plot or table, footnote, and the empty state.
#pragma once

#include "views/view.h"

class QButtonGroup;
class QHBoxLayout;
class QLabel;
class QStackedWidget;
class QTableView;
class QToolButton;

namespace qs {

class ChartTableModel;
class ChartWidget;
class Legend;

class ChartView : public View {
    Q_OBJECT
  public:
    explicit ChartView(QWidget* parent = nullptr);

    void show(const ViewInput& input) override;
    QJsonObject settings() const override { return m_settings; }
    const Figure& figure() const { return m_figure; }
    ChartWidget& plot() { return *m_plot; }

  protected:
    /// Computes what to draw from m_input; called only while visible.
    virtual Figure compute(const ViewInput& input) = 0;
    /// Card text at x, and the exact x; empty: no crosshair.
    virtual QString readoutAt(double& x);
    virtual double step(double x, int steps) const { return x + steps; }
    /// A segmented choice in the header that sets one of the view's settings.
    QButtonGroup* addChoice(const QString& setting, const QString& accessibleName, const std::vector<std::pair<QString, QVariant>>& values);
    void set(const QString& setting, const QVariant& value);
    void refresh();
    const ViewInput& input() const { return m_input; }
    QHBoxLayout* controls() { return m_controls; }

    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    QToolButton* addAction(const QString& iconName, const QString& text, const QString& shortcut);
    void buildHeader();
    void moveCrosshair(double x);
    void copyTable();

    ViewInput m_input;
    QJsonObject m_settings;
    Figure m_figure;
    bool m_stale = true;
    QLabel *m_title, *m_subject, *m_footnote, *m_empty;
    Legend* m_legend;
    QStackedWidget* m_stack;
    ChartWidget* m_plot;
    QTableView* m_tableView;
    ChartTableModel* m_tableModel;
    QHBoxLayout *m_header, *m_controls;
    QToolButton *m_tableButton, *m_copyButton, *m_exportButton;
};

}  // namespace qs
