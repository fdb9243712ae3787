// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/job_panel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QStyle>
#include <QVBoxLayout>

#include "views/number_text.h"
#include "views/theme.h"

namespace qs {
namespace {

constexpr int kMostLogRows = 1000;

QLabel* label(const QString& look, const QString& text, QWidget* parent) {
    auto* result = new QLabel(text, parent);
    result->setProperty("look", look);
    return result;
}

/// Two labels on one line: the left one takes what is left and is cut, never the right one.
QHBoxLayout* pair(QLabel* left, QLabel* right) {
    auto* row = new QHBoxLayout;
    left->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    row->addWidget(left, 1);
    row->addWidget(right);
    return row;
}

}  // namespace

JobPanel::JobPanel(JobRunner& runner, QWidget* parent) : QFrame(parent), m_runner(runner) {
    setProperty("look", "card");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 10);
    layout->addWidget(label("title", tr("Job"), this));
    m_stack = new QStackedWidget(this);
    layout->addWidget(m_stack, 1);
    QLabel* empty = label("label", tr("No job is running.\nProgress and the log show here."), this);
    empty->setAlignment(Qt::AlignCenter);
    empty->setWordWrap(true);
    m_stack->addWidget(empty);
    auto* page = new QWidget(this);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    m_name = label("title", {}, page);
    m_percent = label("title", {}, page);
    m_stage = label("label", {}, page);
    m_remaining = label("label", {}, page);
    m_bar = new QProgressBar(page);
    m_bar->setRange(0, 1000);
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Progress of the job"));
    column->addLayout(pair(m_name, m_percent));
    column->addWidget(m_bar);
    column->addLayout(pair(m_stage, m_remaining));
    m_pause = new QPushButton(icon("pause"), tr("Pause"), page);
    m_stopAfter = new QPushButton(icon("stop-after"), tr("Stop after block"), page);
    m_stop = new QPushButton(icon("stop", theme().failure), tr("Stop"), page);
    m_stop->setToolTip(tr("Stop now; finished blocks are kept and the job can be resumed"));
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(6);
    for (QPushButton* button : {m_pause, m_stopAfter, m_stop}) {
        button->setAccessibleName(button->text());
        button->setStyleSheet("padding-left: 6px; padding-right: 6px");
        buttons->addWidget(button);
    }
    column->addLayout(buttons);
    m_log = new QListWidget(page);
    m_log->setAccessibleName(tr("Log of the job"));
    m_log->setWordWrap(true);
    m_log->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_log->setIconSize({14, 14});
    column->addWidget(m_log, 1);
    m_stack->addWidget(page);
    connect(m_pause, &QPushButton::clicked, this, &JobPanel::togglePause);
    connect(m_stopAfter, &QPushButton::clicked, this, [this] {
        m_runner.stopAfterPart();
        m_remaining->setText(tr("stops after this block"));
        m_stopAfter->setEnabled(false);
    });
    connect(m_stop, &QPushButton::clicked, this, [this] { m_runner.stopNow(); });
    connect(&m_runner, &JobRunner::progressed, this, &JobPanel::progressed);
    connect(&m_runner, &JobRunner::ended, this, &JobPanel::ended);
    connect(&m_runner, &JobRunner::partFinished, this,
            [this](int block, const QString&) { addLog("done", tr("block %1 finished").arg(block)); });
    connect(&m_runner, &JobRunner::happened, this, [this](const Event& event) {
        const QString subject = QString::fromStdString(event.subject);
        addLog(event.severity == Severity::Info      ? "information"
               : event.severity == Severity::Warning ? "warning"
                                                     : "failure",
               (subject.isEmpty() ? QString() : subject + ": ") + QString::fromStdString(event.message));
    });
}

void JobPanel::begin(const QString& name) {
    m_stack->setCurrentIndex(1);
    m_name->setText(name);
    m_log->clear();
    m_clock.start();
    m_fraction = 0;
    m_bar->setProperty("refused", false);
    m_bar->style()->unpolish(m_bar);
    m_bar->style()->polish(m_bar);
    m_stage->setText(tr("starting"));
    m_remaining->clear();
    progressed({});
    setButtons(true);
}

void JobPanel::progressed(const Progress& progress) {
    m_fraction = progress.fraction;
    m_bar->setValue(static_cast<int>(1000 * progress.fraction));
    m_percent->setText(share(progress.fraction));
    if (!progress.stage.empty()) m_stage->setText(QString::fromStdString(progress.stage));
    m_stage->setToolTip(m_stage->text());
    if (m_runner.paused() || (m_runner.running() && !m_stopAfter->isEnabled() && progress.fraction > 0)) return;
    m_remaining->setText(progress.remaining < 0 ? QString() : tr("≈ %1 left").arg(duration(progress.remaining)));
}

void JobPanel::togglePause() {
    if (!m_runner.running()) return;
    m_runner.pause(!m_runner.paused());
    m_pause->setText(m_runner.paused() ? tr("Resume") : tr("Pause"));
    m_pause->setIcon(icon(m_runner.paused() ? "play" : "pause"));
    m_pause->setAccessibleName(m_pause->text());
    m_remaining->setText(m_runner.paused() ? tr("paused") : QString());
}

void JobPanel::addLog(const QString& iconName, const QString& text) {
    const Theme& t = theme();
    const QColor colour = iconName == "failure" ? t.failure : iconName == "warning" ? t.warning : t.ink2;
    const qint64 seconds = m_clock.isValid() ? m_clock.elapsed() / 1000 : 0;
    auto* item = new QListWidgetItem(icon(iconName, colour),
                                     QStringLiteral("%1:%2  %3").arg(seconds / 60).arg(seconds % 60, 2, 10, QChar('0')).arg(text));
    item->setToolTip(text);
    m_log->insertItem(0, item);
    if (m_log->count() > kMostLogRows) delete m_log->takeItem(m_log->count() - 1);
}

void JobPanel::ended(const JobOutcome& outcome) {
    const QString after = duration(static_cast<double>(m_clock.elapsed()) / 1000);
    setButtons(false);
    if (outcome.done) {
        m_bar->setValue(1000);
        m_percent->setText(tr("done"));
        m_stage->setText(tr("finished"));
        m_remaining->setText(tr("in %1").arg(after));
        return addLog("done", tr("finished in %1").arg(after));
    }
    const bool stopped = outcome.kind == ErrorKind::Stopped;
    m_percent->setText(stopped ? tr("stopped") : tr("failed"));
    m_remaining->setText(tr("after %1").arg(after));
    m_bar->setProperty("refused", !stopped);
    m_bar->style()->unpolish(m_bar);
    m_bar->style()->polish(m_bar);
    addLog(stopped ? "information" : "failure", outcome.message);
}

void JobPanel::setButtons(bool running) {
    for (QPushButton* button : {m_pause, m_stopAfter, m_stop}) button->setEnabled(running);
    m_pause->setText(tr("Pause"));
    m_pause->setIcon(icon("pause"));
}

}  // namespace qs
