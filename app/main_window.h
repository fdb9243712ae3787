// SPDX-License-Identifier: GPL-3.0-or-later
// The workbench window: layers at the left, views from the catalogue in the middle, method and job at the right.
// Owns the selection, the open run and its baseline, and the job.
#pragma once

#include <QMainWindow>
#include <QTimer>
#include <functional>
#include <memory>

#include "app/job_runner.h"
#include "app/run_loader.h"
#include "run/options.h"
#include "views/theme.h"
#include "views/view.h"

class QLabel;
class QPushButton;
class QSplitter;
class QStackedWidget;

namespace qs {

class JobPanel;
class LayerPanel;
class MethodPanel;
class NoticeBar;
class WelcomePage;

class MainWindow : public QMainWindow {
    Q_OBJECT
  public:
    using Quantize = std::function<void(const QuantizeOptions&, JobContext&)>;

    /// `quantize` is what a run does: runQuantize, or a stand-in in tests.
    explicit MainWindow(Quantize quantize);
    ~MainWindow() override;

    void openRun(const QString& path);
    void openBaseline(const QString& path);
    /// Fills the form with the demo and starts it; goes on where an interrupted demo stopped.
    void startDemo();
    /// Starts what the form says. With `resume` the last job goes on.
    void startJob(bool resume = false);
    /// Ends the program without questions: stops a job now (finished blocks are kept), stores settings, then quits.
    void shutDown();
    void setTheme(ThemeKind kind);
    void resetLayout();

    JobRunner& runner() { return m_runner; }
    MethodPanel& method() { return *m_method; }
    LayerPanel& layers() { return *m_layers; }
    JobPanel& job() { return *m_job; }
    NoticeBar& notice() { return *m_notice; }
    WelcomePage& welcome() { return *m_welcome; }
    const std::vector<View*>& views() const { return m_views; }
    const std::shared_ptr<const RunFile>& run() const { return m_run; }
    SelectionModel& selection() { return m_selection; }
    bool loading() const { return m_runLoader.busy() || m_baselineLoader.busy(); }

  protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

  private:
    void buildLayout();
    void buildMenus();
    void buildToolBar();
    void connectParts();
    void launch(QuantizeOptions options);
    void runOpened(std::shared_ptr<const RunFile> run);
    void baselineOpened(std::shared_ptr<const RunFile> run);
    void jobEnded(const JobOutcome& outcome);
    void showInViews();
    void updateWords();
    void followGrowingRun();
    void exportFigure(std::size_t view);
    void openPath(const QString& path);
    void chooseModel();
    void chooseText();
    void chooseRun(bool baseline);
    void storeSettings() const;
    void restoreSettings();

    Quantize m_quantize;
    SelectionModel m_selection;
    JobRunner m_runner;
    RunLoader m_runLoader, m_baselineLoader;
    std::shared_ptr<const RunFile> m_run, m_baseline;
    QuantizeOptions m_lastJob;
    QString m_runPath;
    QTimer m_follow, m_memoryTimer;
    int m_followedParts = -1;
    bool m_closing = false, m_demo = false;  ///< m_demo: the job is the demo

    QSplitter *m_columns = nullptr, *m_viewRows = nullptr, *m_sideRows = nullptr;
    QStackedWidget* m_centre = nullptr;
    WelcomePage* m_welcome = nullptr;
    NoticeBar* m_notice = nullptr;
    LayerPanel* m_layers = nullptr;
    MethodPanel* m_method = nullptr;
    JobPanel* m_job = nullptr;
    std::vector<View*> m_views;
    QLabel *m_crumbs = nullptr, *m_memory = nullptr;
    QPushButton* m_baselinePill = nullptr;
    QAction* m_baselineAction = nullptr;  ///< its place in the tool bar
};

}  // namespace qs
