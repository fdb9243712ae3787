// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/jobs/job_panel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QStyle>
#include <QStyledItemDelegate>
#include <QVBoxLayout>
#include <numeric>

#include "app/empty_page.h"
#include "app/jobs/job_models.h"
#include "app/jobs/job_pictures.h"
#include "app/jobs/stage_text.h"
#include "views/number_text.h"
#include "views/theme.h"

namespace qs {
namespace {

constexpr std::size_t kMeanOf = 8;     // blocks
constexpr double kForeseeable = 0.02;  // what is done before the remaining time is more than a guess

QLabel* label(const QString& look, QWidget* parent) {
    auto* result = new QLabel(parent);
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

/// Icon and name at the left, state at the right.
class JobDelegate : public QStyledItemDelegate {
  public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
        QStyledItemDelegate::initStyleOption(option, index);
        const QString name = index.data(JobListModel::IconRole).toString();
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->decorationSize = {14, 14};
        option->icon = icon(name, name == "failure" ? theme().failure : name == "play" ? theme().accent : theme().ink2);
        option->palette.setColor(QPalette::Text, theme().ink);
    }
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        QStyleOptionViewItem left = option;
        const QString state = index.data(JobListModel::StateRole).toString();
        const int wide = option.fontMetrics.horizontalAdvance(state) + 12;
        left.rect.setRight(option.rect.right() - wide);
        QStyledItemDelegate::paint(painter, left, index);
        painter->setPen(theme().ink2);
        painter->drawText(option.rect.adjusted(0, 0, -6, 0), Qt::AlignRight | Qt::AlignVCenter, state);
    }
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {120, 22}; }
};

}  // namespace

JobPanel::JobPanel(JobQueue& queue, QWidget* parent) : QFrame(parent), m_queue(queue) {
    setProperty("look", "card");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 10);
    auto* title = label("title", this);
    title->setText(tr("Job"));
    layout->addWidget(title);
    m_stack = new QStackedWidget(this);
    layout->addWidget(m_stack, 1);
    m_stack->addWidget(new EmptyPage("clock", tr("No job is running"), tr("Progress, remaining time and the log show here.")));
    auto* page = new QWidget(this);
    m_stack->addWidget(page);
    buildPage(page);
    connect(&m_queue, &JobQueue::changed, this, &JobPanel::refresh);
    connect(&m_queue, &JobQueue::progressed, this, &JobPanel::showProgress);
    refresh();
}

void JobPanel::buildPage(QWidget* page) {
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    m_name = label("title", page), m_percent = label("title", page);
    m_stage = label("label", page), m_remaining = label("label", page);
    m_blocks = label("hint", page), m_mean = label("hint", page);
    m_bar = new QProgressBar(page);
    m_bar->setRange(0, 1000);
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Progress of the job"));
    column->addLayout(pair(m_name, m_percent));
    column->addWidget(m_bar);
    column->addLayout(pair(m_stage, m_remaining));
    m_dots = new StageDots(page);
    column->addWidget(m_dots);
    m_blockRow = new QWidget(page);
    auto* blocks = new QVBoxLayout(m_blockRow);
    blocks->setContentsMargins(0, 0, 0, 0);
    blocks->setSpacing(2);
    m_bars = new BlockBars(m_blockRow);
    m_blocks->setText(tr("Seconds per block"));
    blocks->addWidget(m_bars);
    blocks->addLayout(pair(m_blocks, m_mean));
    column->addWidget(m_blockRow);
    buildButtons(page);
    column->addWidget(m_buttons);
    m_list = new QListView(page);
    m_list->setAccessibleName(tr("Jobs"));
    m_list->setModel(new JobListModel(m_queue, this));
    m_list->setItemDelegate(new JobDelegate(m_list));
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    m_list->setMaximumHeight(92);
    connect(m_list, &QListView::customContextMenuRequested, this, &JobPanel::showListMenu);
    connect(m_list, &QListView::activated, this, [this](const QModelIndex& index) {
        if (const Job* job = m_queue.find(index.data(JobListModel::IdRole).toInt())) emit runWanted(runFileOf(job->options));
    });
    column->addWidget(m_list);
    m_goOn = new QPushButton(page);
    connect(m_goOn, &QPushButton::clicked, &m_queue, &JobQueue::goOn);
    column->addWidget(m_goOn);
    m_log = new QListView(page);
    m_log->setAccessibleName(tr("Log of the job"));
    m_log->setModel(new JobLogModel(m_queue, this));
    m_log->setWordWrap(true);
    m_log->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_log->setIconSize({14, 14});
    m_log->setMinimumHeight(44);
    column->addWidget(m_log, 1);
    for (QWidget* later : {m_blockRow, static_cast<QWidget*>(m_list), static_cast<QWidget*>(m_goOn)}) later->hide();
}

void JobPanel::buildButtons(QWidget* page) {
    m_buttons = new QStackedWidget(page);
    m_buttons->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    const auto button = [&](QHBoxLayout* row, const QString& iconName, const QString& text, const QColor& colour = {}) {
        auto* result = iconName.isEmpty() ? new QPushButton(text) : new QPushButton(icon(iconName, colour), text);
        if (!iconName.isEmpty() && !colour.isValid()) result->setProperty("icon-name", iconName);
        result->setAccessibleName(text);
        result->setProperty("look", "tight");
        row->addWidget(result);
        return result;
    };
    const auto line = [&] {
        auto* box = new QWidget(m_buttons);
        auto* row = new QHBoxLayout(box);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(6);
        m_buttons->addWidget(box);
        return row;
    };
    QHBoxLayout* running = line();
    m_pause = button(running, "pause", tr("Pause"));
    m_stopAfter = button(running, "stop-after", tr("Stop after block"));
    m_stop = button(running, "stop", tr("Stop"), theme().failure);
    QHBoxLayout* ended = line();
    m_resume = button(ended, "play", tr("Resume"));
    ended->setStretch(0, 1);
    m_discard = button(ended, {}, tr("Discard"));
    m_discard->setToolTip(tr("Delete what this job finished"));
    connect(m_pause, &QPushButton::clicked, this, &JobPanel::togglePause);
    connect(m_stopAfter, &QPushButton::clicked, &m_queue, &JobQueue::stopAfterBlock);
    connect(m_stop, &QPushButton::clicked, &m_queue, &JobQueue::stopNow);
    connect(m_resume, &QPushButton::clicked, this, [this] {
        if (const Job* job = m_queue.current()) m_queue.restart(job->id, true);
    });
    connect(m_discard, &QPushButton::clicked, this, [this] {
        if (const Job* job = m_queue.current()) emit discardWanted(job->id);
    });
}

void JobPanel::togglePause() {
    const Job* job = m_queue.current();
    if (job && m_queue.running()) m_queue.pause(job->state != JobState::Paused);
}

void JobPanel::refresh() {
    const Job* job = m_queue.current();
    m_stack->setCurrentIndex(job ? 1 : 0);
    if (!job) return;
    const bool paused = job->state == JobState::Paused, stopping = job->state == JobState::Stopping;
    m_name->setToolTip(job->name + '\n' + runFileOf(job->options));
    m_pause->setText(paused ? tr("Resume") : tr("Pause"));
    m_pause->setIcon(icon(paused ? "play" : "pause"));
    m_pause->setProperty("icon-name", paused ? "play" : "pause");
    m_pause->setAccessibleName(m_pause->text());
    m_pause->setEnabled(!stopping);
    const bool evaluation = isEvaluation(job->options) || isExport(job->options), training = isTraining(job->options);
    m_dots->setVisible(!evaluation);
    m_dots->setTraining(training);
    m_stopAfter->setVisible(!evaluation);
    m_stopAfter->setEnabled(!stopping);
    m_stopAfter->setText(training ? tr("Stop after step") : tr("Stop after block"));
    m_stopAfter->setToolTip(training ? tr("Stop after the step or the measurement in work, with a checkpoint to go on from") : QString());
    m_stopAfter->setAccessibleName(m_stopAfter->text());
    m_stop->setToolTip(evaluation ? tr("Stop now; finished items are kept where the task has items")
                       : training ? tr("Stop now, with a checkpoint to go on from to the same result")
                                  : tr("Stop now; finished blocks are kept and the job can be resumed"));
    m_stop->setEnabled(!job->ended());
    const bool unfinished = job->state == JobState::Stopped || job->state == JobState::Failed;
    const bool parts = unfinished && hasFinishedPart(job->options);
    m_buttons->setVisible(job->state != JobState::Done);
    m_buttons->setCurrentIndex(unfinished ? 1 : 0);
    m_resume->setText(parts ? tr("Resume") : tr("Start anew"));
    m_resume->setAccessibleName(m_resume->text());
    m_discard->setVisible(parts);
    m_list->setVisible(m_queue.jobs().size() > 1);
    m_list->setFixedHeight(std::min<int>(92, 22 * static_cast<int>(m_queue.jobs().size()) + 4));
    m_goOn->setVisible(m_queue.held() && !m_queue.running());
    m_goOn->setText(tr("Start the %n waiting jobs", nullptr, m_queue.waiting()));
    m_bar->setProperty("refused", job->state == JobState::Failed);
    m_bar->style()->unpolish(m_bar);
    m_bar->style()->polish(m_bar);
    showProgress();
}

void JobPanel::showProgress() {
    const Job* job = m_queue.current();
    if (!job) return;
    const Progress& progress = job->progress;
    m_bar->setValue(static_cast<int>(1000 * progress.fraction));
    m_percent->setText(job->state == JobState::Paused || job->state == JobState::Stopping ? share(progress.fraction) : stateText(*job));
    const QString stage = QString::fromStdString(progress.stage);
    m_dots->setStage(job->state == JobState::Done ? 4 : isTraining(job->options) ? trainingStageIndex(stage) : stageIndex(stage));
    m_bars->setSeconds(job->blockSeconds);
    // There from the start, so that no button moves away from under the pointer when the first block ends.
    m_blockRow->setVisible(!job->blockSeconds.empty() ||
                           (!job->ended() && !isEvaluation(job->options) && !isExport(job->options) && !isTraining(job->options)));
    const std::size_t of = std::min(kMeanOf, job->blockSeconds.size());
    if (of > 0) {
        const double sum = std::accumulate(job->blockSeconds.end() - static_cast<std::ptrdiff_t>(of), job->blockSeconds.end(), 0.0);
        m_mean->setText(tr("mean of the last %1: %2").arg(of).arg(duration(sum / static_cast<double>(of))));
    } else {
        m_mean->clear();
    }
    QString remaining;
    if (job->state == JobState::Done) remaining = tr("in %1").arg(duration(job->seconds));
    else if (job->ended()) remaining = tr("after %1").arg(duration(job->seconds));
    else if (job->state == JobState::Paused) remaining = tr("paused");
    else if (job->state == JobState::Stopping) remaining = tr("stopping");
    else if (progress.remaining >= 0 && progress.fraction >= kForeseeable) remaining = tr("≈ %1 left").arg(duration(progress.remaining));
    m_remaining->setText(remaining);
    const QString words = job->state == JobState::Done ? tr("finished")
                          : stage.isEmpty()            ? tr("starting")
                          : isTraining(job->options)   ? trainingStageText(stage)
                                                       : stageText(stage);
    const int room = m_bar->width() - m_remaining->sizeHint().width() - 12;
    m_stage->setText(room > 40 ? m_stage->fontMetrics().elidedText(words, Qt::ElideRight, room) : words);
    m_stage->setToolTip(words);
    const int left = m_bar->width() - m_percent->sizeHint().width() - 12;
    m_name->setText(left > 40 ? m_name->fontMetrics().elidedText(job->name, Qt::ElideMiddle, left) : job->name);
}

void JobPanel::resizeEvent(QResizeEvent* event) {
    QFrame::resizeEvent(event);
    showProgress();
}

void JobPanel::showListMenu(const QPoint& at) {
    const QModelIndex index = m_list->indexAt(at);
    const Job* job = m_queue.find(index.data(JobListModel::IdRole).toInt());
    if (!job) return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const int id = job->id;
    if (job->ended()) menu->addAction(tr("Run again"), this, [this, id] { m_queue.restart(id, false); });
    if (job->state == JobState::Stopped || job->state == JobState::Failed)
        menu->addAction(tr("Resume"), this, [this, id] { m_queue.restart(id, true); });
    if (job->ended() || job->state == JobState::Waiting)
        menu->addAction(tr("Remove from the list"), this, [this, id] { m_queue.remove(id); });
    if (!menu->isEmpty()) menu->popup(m_list->viewport()->mapToGlobal(at));
}

}  // namespace qs
