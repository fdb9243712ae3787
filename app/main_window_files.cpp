// SPDX-License-Identifier: GPL-3.0-or-later
// Projects, models, texts, runs and figures: choosing, opening, dropping.
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QMimeData>
#include <QStatusBar>

#include "app/figure.h"
#include "app/file_dialog.h"
#include "app/main_window.h"
#include "app/notice_bar.h"
#include "base/error.h"
#include "base/options.h"

namespace qs {

void MainWindow::openRun(const QString& path) {
    const QString file = runFileOf(path);
    if (!m_store.run(file) || m_session.project().run == file || !m_store.entry(file).failure.isEmpty()) m_store.open(file);
    m_session.note([&](Project& project) { project.addRun(file); });
    m_session.change(tr("Look at a run"), [&](Project& project) { project.run = file; });
    ProjectSession::remember(file);
}

void MainWindow::openBaseline(const QString& path) {
    const QString file = path.isEmpty() ? QString() : runFileOf(path);
    if (!file.isEmpty()) m_session.note([&](Project& project) { project.addRun(file); });
    m_session.change(file.isEmpty() ? tr("Remove the baseline") : tr("Set the baseline"),
                     [&](Project& project) { project.baseline = file; });
    if (!file.isEmpty() && !m_store.run(file)) m_store.open(file);
}

void MainWindow::openProject(const QString& path) {
    try {
        m_session.open(path);
    } catch (const Error& error) {
        m_notice->showFailure(tr("The project could not be opened"), QString::fromStdString(error.what()));
    }
}

void MainWindow::useModel(const QString& path) {
    m_session.note([&](Project& project) { project.addModel(path); });
    m_session.change(tr("Choose a model"), [&](Project& project) { project.options["model"] = path; });
    ProjectSession::remember(path);
}

void MainWindow::useText(const QString& path) {
    m_session.note([&](Project& project) { project.addText(path); });
    const std::string one[] = {path.toStdString()};
    m_session.change(tr("Choose text"), [&](Project& project) { project.options["text"] = QString::fromStdString(joinTexts(one)); });
    ProjectSession::remember(path);
}

void MainWindow::openPath(const QString& path) {
    const QFileInfo info(path);
    const QString suffix = info.suffix().toLower();
    if (!info.exists() && !QFileInfo::exists(path + ".parts"))
        return m_notice->showFailure(tr("Not found"), tr("%1 is not there any more; it may have been moved or deleted.").arg(path));
    if (suffix == "qsrun" || suffix == "parts") return openRun(path);
    if (suffix == "qsproject") return openProject(path);
    if (suffix == "gguf" || QFileInfo::exists(path + "/config.json")) return useModel(info.absoluteFilePath());
    if (info.isDir())
        return m_notice->showFailure(tr("Not a model"),
                                     tr("%1 has no config.json; drop the directory that holds it, or a GGUF file.").arg(path));
    useText(info.absoluteFilePath());
}

void MainWindow::exportFigure(std::size_t view) {
    if (!m_run || view >= m_views.size()) return;
    chooseFile(
        this, FileChoice::Save, tr("Export figure"), tr("Figures (*.pdf *.svg *.png *.csv *.json)"),
        [this, view](const QStringList& files) { writeFigure(view, files.first()); },
        QFileInfo(m_session.project().run).completeBaseName() + '-' + viewCatalogue()[view].name + QStringLiteral(".pdf"));
}

void MainWindow::writeFigure(std::size_t view, const QString& path) {
    m_figures.write(viewCatalogue()[view], {m_run, m_baseline, m_selection.current(), m_views[view]->settings()}, path);
}

void MainWindow::chooseModel() {
    chooseFile(this, FileChoice::Folder, tr("Choose a model directory"), {}, [this](const QStringList& files) { useModel(files.first()); });
}

void MainWindow::chooseText() {
    chooseFile(this, FileChoice::OpenMany, tr("Choose calibration text"), tr("Text (*.txt *.jsonl);;All files (*)"),
               [this](const QStringList& files) {
                   std::vector<std::string> texts;
                   for (const QString& file : files) texts.push_back(file.toStdString());
                   m_session.note([&](Project& project) {
                       for (const QString& file : files) project.addText(file);
                   });
                   m_session.change(tr("Choose text"),
                                    [&](Project& project) { project.options["text"] = QString::fromStdString(joinTexts(texts)); });
               });
}

void MainWindow::chooseRun(bool baseline) {
    chooseFile(this, FileChoice::Open, baseline ? tr("Open a baseline run") : tr("Open a run"), tr("Runs (*.qsrun)"),
               [this, baseline](const QStringList& files) { baseline ? openBaseline(files.first()) : openRun(files.first()); });
}

void MainWindow::chooseProject() {
    chooseFile(this, FileChoice::Open, tr("Open a project"), tr("Projects (*.qsproject)"),
               [this](const QStringList& files) { openProject(files.first()); });
}

/// Without a name, or with `elsewhere`, asks for one; returns whether it is on disk now.
bool MainWindow::saveProject(bool elsewhere) {
    if (!elsewhere && !m_session.file().isEmpty()) {
        m_session.saveNow();
        return true;
    }
    chooseFile(this, FileChoice::Save, tr("Save the project"), tr("Projects (*.qsproject)"), [this](const QStringList& files) {
        QString file = files.first();
        if (!file.endsWith(".qsproject")) file += ".qsproject";
        try {
            m_session.saveAs(file);
        } catch (const Error& error) {
            m_notice->showFailure(tr("The project could not be saved"), QString::fromStdString(error.what()));
        }
    });
    return false;
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    for (const QUrl& url : event->mimeData()->urls())
        if (url.isLocalFile()) openPath(url.toLocalFile());
    event->acceptProposedAction();
}

}  // namespace qs
