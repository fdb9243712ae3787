// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/jobs/job_pictures.h"

#include <QPainter>
#include <algorithm>

#include "views/number_text.h"
#include "views/theme.h"

namespace qs {
namespace {
constexpr int kMostBars = 48;
}  // namespace

int stageIndex(const QString& stage) {
    static const std::pair<const char*, int> words[] = {{" · solve ", 2},     {" · factor ", 2}, {" · Hessians", 1}, {" · untouched", 1},
                                                        {" · cross term", 1}, {" · again", 1},   {"writing ", 3},    {"done", 3},
                                                        {"embedding", 0},     {"reading ", 0},   {"tokenising", 0},  {"opening ", 0},
                                                        {"checking the", 0},  {"starting", 0}};
    for (const auto& [word, index] : words)
        if (stage.contains(QString::fromUtf8(word))) return index;
    return stage.startsWith("block ") ? 1 : -1;
}

int trainingStageIndex(const QString& stage) {
    if (stage.contains(QStringLiteral(" · step "))) return 1;
    if (stage.contains(QStringLiteral(" · measuring"))) return 2;
    if (stage.startsWith(QLatin1String("writing ")) || stage == QLatin1String("done")) return 3;
    return stage.startsWith(QLatin1String("opening ")) ? 0 : -1;
}

StageDots::StageDots(QWidget* parent) : QWidget(parent), m_names{tr("Prepare"), tr("Record"), tr("Solve"), tr("Write")} {
    setAccessibleName(tr("Stage of the job"));
    setFixedHeight(36);
}

void StageDots::setStage(int stage) {
    if (stage == m_stage) return;
    m_stage = stage;
    setAccessibleDescription(stage >= 0 && stage < m_names.size() ? m_names[stage] : QString());
    update();
}

void StageDots::setTraining(bool training) {
    if (training == m_training) return;
    m_training = training;
    m_names = training ? QStringList{tr("Prepare"), tr("Train"), tr("Measure"), tr("Write")}
                       : QStringList{tr("Prepare"), tr("Record"), tr("Solve"), tr("Write")};
    update();
}

void StageDots::paintEvent(QPaintEvent*) {
    const Theme& t = theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto count = static_cast<int>(m_names.size());
    const double step = (width() - 60.0) / (count - 1), y = 9;
    for (int i = 0; i < count; ++i) {
        const double x = 22 + i * step;
        const bool behind = i < m_stage, here = i == m_stage;
        if (i + 1 < count) {
            painter.setPen(QPen(behind ? t.accent : t.strongLine, 1.5));
            painter.drawLine(QPointF(x + 6, y), QPointF(x + step - 6, y));
        }
        painter.setPen(QPen(behind || here ? t.accent : t.strongLine, 1.5));
        painter.setBrush(behind ? t.accent : t.surface);
        painter.drawEllipse(QPointF(x, y), 4.5, 4.5);
        if (here) {
            painter.setBrush(t.accent);
            painter.drawEllipse(QPointF(x, y), 1.8, 1.8);
        }
        painter.setFont(uiFont(11, here));
        painter.setPen(here ? t.ink : t.ink2);
        const double wide = painter.fontMetrics().horizontalAdvance(m_names[i]) + 2.0;  // never cut at an edge
        const QRectF box(std::clamp(x - wide / 2, 0.0, std::max(0.0, width() - wide)), 18, wide, 16);
        painter.drawText(box, Qt::AlignCenter, m_names[i]);
    }
}

BlockBars::BlockBars(QWidget* parent) : QWidget(parent) {
    setAccessibleName(tr("Seconds per block"));
    setFixedHeight(26);
}

void BlockBars::setSeconds(const std::vector<double>& seconds) {
    m_seconds = seconds;
    if (m_seconds.size() > kMostBars) m_seconds.erase(m_seconds.begin(), m_seconds.end() - kMostBars);
    QStringList texts;
    for (const double value : m_seconds) texts << duration(value);
    setAccessibleDescription(texts.join("; "));
    setToolTip(texts.isEmpty() ? QString() : tr("Newest block: %1").arg(texts.back()));
    update();
}

void BlockBars::paintEvent(QPaintEvent*) {
    if (m_seconds.empty()) return;
    const Theme& t = theme();
    QPainter painter(this);
    const double most = *std::max_element(m_seconds.begin(), m_seconds.end());
    const double pitch = std::min(14.0, double(width()) / static_cast<double>(m_seconds.size()));
    for (std::size_t i = 0; i < m_seconds.size(); ++i) {
        const double tall = most > 0 ? std::max(2.0, 24 * m_seconds[i] / most) : 2;
        painter.fillRect(QRectF(static_cast<double>(i) * pitch, 25 - tall, std::max(1.0, pitch - 2), tall),
                         i + 1 == m_seconds.size() ? t.accent : t.ink3);
    }
}

}  // namespace qs
