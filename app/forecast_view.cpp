// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/forecast_view.h"

#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "app/demo.h"
#include "app/icon_label.h"
#include "app/label.h"
#include "base/error.h"
#include "base/file.h"
#include "base/resources.h"
#include "views/number_text.h"
#include "views/rich_text.h"

namespace qs {
namespace {

/// "memory 2.4 GB\n  weights of one block 1.1 GB …" for a tool tip.
QString partsText(const std::vector<std::pair<std::string, double>>& parts, QString (*number)(double)) {
    QStringList lines;
    for (const auto& [name, value] : parts) lines << QStringLiteral("%1  %2").arg(number(value), QString::fromStdString(name));
    return lines.join('\n');
}

}  // namespace

ForecastView::ForecastView(Forecaster& forecaster, QWidget* parent) : QWidget(parent), m_forecaster(forecaster) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    auto* rule = new QFrame(this);
    rule->setProperty("look", "rule");
    layout->addWidget(rule);
    auto* grid = new QGridLayout;
    grid->setContentsMargins(0, 2, 8, 2);
    grid->setHorizontalSpacing(6);
    grid->setVerticalSpacing(4);
    grid->addWidget(label("title", tr("Forecast"), this), 0, 0, 1, 2);
    m_estimate = label("estimate", {}, this);
    m_estimate->setAlignment(Qt::AlignRight);
    grid->addWidget(m_estimate, 0, 2, 1, 2);
    const auto cell = [&](int row, int column, const QString& iconName, const QString& what) {
        grid->addWidget(new IconLabel(iconName, this), row, column);
        auto* value = label("label", {}, this);
        value->setTextFormat(Qt::RichText);
        value->setProperty("what", what);
        grid->addWidget(value, row, column + 1);
        return value;
    };
    m_time = cell(1, 0, "clock", tr("time"));
    m_memory = cell(1, 2, "memory", tr("memory"));
    m_disk = cell(2, 0, "disk", tr("disk"));
    m_free = cell(2, 2, "folder", tr("free"));
    grid->setColumnStretch(1, 1);
    grid->setColumnStretch(3, 1);
    layout->addLayout(grid);
    m_warning = label("warning-text", {}, this);
    m_warning->setWordWrap(true);
    layout->addWidget(m_warning);
    connect(&m_forecaster, &Forecaster::changed, this, &ForecastView::refresh);
    refresh();
}

void ForecastView::setOut(const std::string& out) {
    if (out == m_out) return;
    m_out = out;
    refresh();
}

QString ForecastView::warning() const { return m_warning->text(); }

void ForecastView::refresh() {
    const auto& now = m_forecaster.current();
    const auto set = [](QLabel* cell, const QString& value) { cell->setText(strong(value) + ' ' + cell->property("what").toString()); };
    const QString none = QStringLiteral("–");
    set(m_time, now && now->total.seconds > 0 ? QStringLiteral("≈ ") + duration(now->total.seconds) : none);
    set(m_memory, now ? QStringLiteral("≈ ") + bytes(now->total.memoryBytes) : none);
    set(m_disk, now ? QStringLiteral("≈ ") + bytes(now->total.diskBytes) : none);
    m_time->setToolTip(now ? partsText(now->timeParts, duration) : QString());
    m_memory->setToolTip(now ? partsText(now->memoryParts, bytes) : QString());
    QString notes;
    for (const std::string& note : now ? now->notes : std::vector<std::string>{}) notes += '\n' + QString::fromStdString(note);
    m_disk->setToolTip(now ? partsText(now->diskParts, bytes) + notes : QString());
    double free = 0;
    try {
        free = static_cast<double>(freeDiskBytes(m_out.empty() ? runsFolder().toStdString() : m_out));
    } catch (const Error&) {
        free = 0;  // said when the run is started
    }
    set(m_free, now && free > 0 ? bytes(free) : none);
    m_estimate->setText(now ? tr("estimate") : m_forecaster.failure().isEmpty() ? QString() : tr("not possible"));
    QString warning = m_forecaster.failure();
    if (now) {
        const double available = static_cast<double>(availableMemoryBytes() + residentMemoryBytes());
        if (now->total.memoryBytes > available)
            warning = tr("Needs more memory than the %1 that can be had; use fewer tokens or lengths.").arg(bytes(available));
        else if (free > 0 && 2 * now->total.diskBytes > free)
            warning = tr("The disk has little room: parts and the finished file exist together for a moment.");
    }
    m_warning->setText(warning);
    m_warning->setVisible(!warning.isEmpty());
}

}  // namespace qs
