// SPDX-License-Identifier: GPL-3.0-or-later
// The workbench window: project and layers at the left, views from the catalogue in the middle, method and job at the right, all in docks.
// Owns the selection, the session (project, undo), the open runs and the queue of jobs.
//   main_window.cpp          how the parts talk to each other, what is looked at
//   main_window_layout.cpp   what stands where
//   main_window_actions.cpp  menus, tool bar, palette
//   main_window_files.cpp    projects, models, texts, runs, figures: choosing, opening, dropping
//   main_window_jobs.cpp     starting, ending, resuming, closing while one runs
#pragma once

#include <QMainWindow>
#include <QSet>
#include <QTimer>
#include <functional>
#include <memory>
#include <optional>

#include "app/demo.h"
#include "app/figure_writer.h"
#include "app/jobs/forecast.h"
#include "app/jobs/job_queue.h"
#include "app/jobs/stored_jobs.h"
#include "app/jobs/watchdog.h"
#include "app/project/run_store.h"
#include "app/project/session.h"
#include "app/selection_history.h"
#include "app/settings.h"
#include "views/view.h"

class QLabel;
class QMenu;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QToolButton;

namespace qs {

class CommandPalette;
class EventPanel;
class JobPanel;
class LayerPanel;
class MethodPanel;
class NoticeBar;
class ProjectModel;
class ProjectPanel;
class WelcomePage;

class MainWindow : public QMainWindow {
    Q_OBJECT
  public:
    explicit MainWindow(const Engine& engine);
    ~MainWindow() override;

    /// Adds the run to the project and looks at it.
    void openRun(const QString& path);
    void openBaseline(const QString& path);
    void openProject(const QString& path);
    /// By what it is: project, run, figure recipe, model directory, GGUF file, text.
    void openPath(const QString& path);
    /// What was open when the program ended, and the offer to resume what was interrupted; as the settings say.
    void restoreSession();
    /// Fills the form with the demo and starts it; goes on where an interrupted demo stopped.
    void startDemo();
    /// Starts what the form says, or adds it to the queue.
    void startJob();
    /// Asks what the open run is to be evaluated on, beginning with `options`, and adds a job.
    void evaluateRun(const QMap<QString, QString>& options = {});
    /// Asks where the weights of the open run are to be exported to, and adds a job.
    void exportRun();
    /// Asks what is to be trained on what, beginning with an example or with what was trained last, and adds a job.
    void trainModel(std::optional<TrainingExample> example = {});
    /// Ends the program without questions: stops a job now (finished blocks are kept), stores settings, then quits.
    void shutDown();
    /// The figure of a view as it is looked at, into a file of the kind that its name says; in the background, with a word at the end.
    void writeFigure(std::size_t view, const QString& path);
    void applySettings(const Settings& settings);
    void resetLayout();
    void openPalette();

    JobQueue& queue() { return m_queue; }
    JobRunner& runner() { return m_queue.runner(); }
    ProjectSession& session() { return m_session; }
    RunStore& store() { return m_store; }
    MethodPanel& method() { return *m_method; }
    LayerPanel& layers() { return *m_layers; }
    JobPanel& job() { return *m_job; }
    EventPanel& events() { return *m_events; }
    ProjectPanel& projectPanel() { return *m_projectPanel; }
    ProjectModel& projectModel() { return *m_projectModel; }
    NoticeBar& notice() { return *m_notice; }
    WelcomePage& welcome() { return *m_welcome; }
    CommandPalette& palette() { return *m_palette; }
    SelectionHistory& history() { return m_history; }
    Forecaster& trainingForecast() { return m_trainingForecast; }
    Watchdog& watchdog() { return m_watchdog; }
    QMainWindow& centre() { return *m_centre; }
    const std::vector<View*>& views() const { return m_views; }
    const std::shared_ptr<const RunFile>& run() const { return m_run; }
    const std::shared_ptr<const RunFile>& baseline() const { return m_baseline; }
    SelectionModel& selection() { return m_selection; }
    bool loading() const { return m_store.loading(); }

  protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

  private:
    // layout
    void buildLayout();
    void buildViews();
    void addGap(Qt::ToolBarArea area);
    QDockWidget* addPanel(QMainWindow& home, const QString& name, const QString& title, QWidget* panel, Qt::DockWidgetArea area);
    void setArranging(bool on);
    void maximiseView(bool on);
    void sizeDocks();
    void tidyTabs();
    void storeWindow() const;
    void restoreWindow();
    // actions
    QAction* addAction(QMenu* menu, const QString& text, const QKeySequence& keys, std::function<void()> action);
    void buildFileMenu();
    void buildEditMenu();
    void buildViewMenu();
    void buildRunMenu();
    void buildFigureAndHelpMenus();
    void buildToolBar();
    void buildStatusBar();
    void fillRecent();
    // state
    void connectParts();
    void connectPanels();
    void blockWritten(const Job& job, const QString& file);
    void recordWritten(const Job& job);
    void projectChanged();
    void runRead(const QString& file, const std::shared_ptr<const RunFile>& run);
    void runFailed(const QString& file, const QString& message);
    void showRun(const std::shared_ptr<const RunFile>& run);
    void showInViews();
    void recordAgain();
    void updateWords();
    void updateCrumbs();
    void optionEdited(const QString& name);
    void pinLayer();
    // files
    void chooseModel();
    void chooseText();
    void chooseRun(bool baseline);
    void chooseProject();
    bool saveProject(bool elsewhere);
    void exportFigure(std::size_t view);
    void useModel(const QString& path);
    void useText(const QString& path);
    // jobs
    /// Gives a job that makes a run a file of its own, and the project what it works on; false and a notice if it cannot be started.
    template <class Options>
    bool makeReady(Options& options, const std::string& model, const std::vector<std::string>& texts, const QString& failure);
    void launch(QuantizeOptions options, const QString& name = {});
    void launch(EvaluationOptions options);
    void launch(ExportOptions options);
    void launch(TrainOptions options);
    void start(const JobOptions& options);
    QStringList filesInWork() const;
    void jobEnded(int id);
    void jobFailed(const Job& job);
    void discardJob(int id);
    void resumeRun(const QString& file);
    void offerUnfinished();
    void showUnfinished(const std::vector<Unfinished>& found);
    void storeWaiting();

    Engine m_engine;
    Settings m_settings;
    SelectionModel m_selection;
    SelectionHistory m_history;
    ProjectSession m_session;
    RunStore m_store;
    JobQueue m_queue;
    Forecaster m_trainingForecast;  ///< outlives the dialog that asks: nobody waits for it there
    Watchdog m_watchdog;
    JobRunner m_search;  ///< for unfinished runs
    FigureWriter m_figures;
    TextKeeper m_waiting;        ///< jobs that wait, for the next start
    QByteArray m_waitingStored;  ///< what it was given last; null: not known
    std::shared_ptr<const RunFile> m_run, m_baseline;
    std::map<int, bool> m_demoJobs;
    QSet<QString> m_newer;  ///< runs of newer programs that the person was told of
    QString m_firstPass;    ///< run file of a pass that a job makes before its own run, and removes
    QTimer m_memoryTimer;
    bool m_closing = false, m_syncing = false, m_storedWaiting = true, m_restored = false;
    QByteArray m_beforeMaximise;

    QMainWindow* m_centre = nullptr;
    QStackedWidget* m_pages = nullptr;
    WelcomePage* m_welcome = nullptr;
    NoticeBar* m_notice = nullptr;
    ProjectModel* m_projectModel = nullptr;
    ProjectPanel* m_projectPanel = nullptr;
    LayerPanel* m_layers = nullptr;
    MethodPanel* m_method = nullptr;
    JobPanel* m_job = nullptr;
    EventPanel* m_events = nullptr;
    CommandPalette* m_palette = nullptr;
    std::vector<View*> m_views;
    std::vector<QJsonObject> m_viewDefaults;  ///< settings as the views begin, in the order of m_views
    /// A what-if of a view solved a block of a run anew: what was recorded of the blocks behind it does not belong to it.
    struct Stale {
        const View* by = nullptr;
        std::shared_ptr<const RunFile> run;
        int block = -1;  ///< none
        QString reason;
    } m_stale;
    std::vector<QDockWidget*> m_panels, m_viewDocks;
    QLabel *m_crumbs = nullptr, *m_state = nullptr, *m_memory = nullptr, *m_machine = nullptr, *m_saved = nullptr;
    QProgressBar* m_memoryBar = nullptr;
    QToolButton* m_eventButton = nullptr;
    QPushButton* m_baselinePill = nullptr;
    QAction *m_baselineAction = nullptr, *m_back = nullptr, *m_forward = nullptr, *m_undo = nullptr, *m_redo = nullptr;
    QAction *m_maximise = nullptr, *m_arrange = nullptr, *m_exportAction = nullptr;
    QMenu* m_recent = nullptr;
};

}  // namespace qs
