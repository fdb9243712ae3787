// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/method_panel.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

#include "app/demo.h"
#include "app/icon_label.h"
#include "app/jobs/stored_jobs.h"
#include "app/option_form.h"
#include "base/error.h"
#include "base/file.h"
#include "base/resources.h"
#include "views/number_text.h"
#include "views/rich_text.h"

namespace qs {
namespace {

const QStringList kNotOfTheProject{"out", "resume"};

QLabel* label(const QString& look, const QString& text, QWidget* parent) {
    auto* result = new QLabel(text, parent);
    result->setProperty("look", look);
    return result;
}

/// "memory 2.4 GB\n  weights of one block 1.1 GB …" for a tool tip.
QString partsText(const std::vector<std::pair<std::string, double>>& parts, QString (*number)(double)) {
    QStringList lines;
    for (const auto& [name, value] : parts) lines << QStringLiteral("%1  %2").arg(number(value), QString::fromStdString(name));
    return lines.join('\n');
}

}  // namespace

MethodPanel::MethodPanel(const Engine& engine, QWidget* parent) : QFrame(parent), m_forecaster(new Forecaster(engine.estimate, this)) {
    setProperty("look", "card");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 4, 10);
    layout->setSpacing(6);
    auto* header = new QHBoxLayout;
    m_all = new QToolButton(this);
    m_all->setText(tr("All options"));
    m_all->setCheckable(true);
    m_all->setAccessibleName(tr("Show all options"));
    header->addWidget(label("title", tr("Method"), this), 1);
    header->addWidget(m_all);
    header->addSpacing(6);
    layout->addLayout(header);
    const OptionForm::Layout fields{
        {"model", "text", "lengths", "tokens", "weighting", "method", "bits", "group-size", "scheme", "damp", "act-order", "refine"},
        {"resume"},
        {"model", "text", "held-out", "ids", "out"}};
    m_form = new OptionForm(describeOptions(m_options), fields);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    m_form->setContentsMargins(0, 0, 8, 0);
    scroll->setWidget(m_form);
    layout->addWidget(scroll, 1);
    buildForecast(this, layout);
    m_hint = label("hint", {}, this);
    m_hint->setWordWrap(true);
    layout->addWidget(m_hint);
    m_start = new QPushButton(this);
    auto* bottom = new QHBoxLayout;
    bottom->setContentsMargins(0, 0, 8, 0);
    bottom->addWidget(m_start);
    layout->addLayout(bottom);
    setPrimary(true);
    const auto fit = [this, scroll] { scroll->setMinimumWidth(m_form->minimumSizeHint().width() + 12); };  // no field is cut at the right
    connect(m_all, &QToolButton::toggled, this, [this, fit](bool all) {
        m_form->showAll(all);
        fit();
    });
    connect(m_form, &OptionForm::changed, this, &MethodPanel::update);
    connect(m_form, &OptionForm::changed, this, &MethodPanel::askForecast);
    connect(m_forecaster, &Forecaster::changed, this, &MethodPanel::showForecast);
    connect(m_start, &QPushButton::clicked, this, &MethodPanel::startWanted);
    update();
    showForecast();
    fit();
}

MethodPanel::~MethodPanel() = default;

void MethodPanel::buildForecast(QWidget* parent, QVBoxLayout* layout) {
    auto* rule = new QFrame(parent);
    rule->setProperty("look", "rule");
    layout->addWidget(rule);
    auto* grid = new QGridLayout;
    grid->setContentsMargins(0, 2, 8, 2);
    grid->setHorizontalSpacing(6);
    grid->setVerticalSpacing(4);
    grid->addWidget(label("title", tr("Forecast"), parent), 0, 0, 1, 2);
    m_estimate = label("estimate", {}, parent);
    m_estimate->setAlignment(Qt::AlignRight);
    grid->addWidget(m_estimate, 0, 2, 1, 2);
    const auto cell = [&](int row, int column, const QString& iconName, const QString& what) {
        grid->addWidget(new IconLabel(iconName, parent), row, column);
        auto* value = label("label", {}, parent);
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
    m_warning = label("warning-text", {}, parent);
    m_warning->setWordWrap(true);
    layout->addWidget(m_warning);
}

void MethodPanel::setRunning(bool running) {
    m_running = running;
    update();
}

void MethodPanel::setPrimary(bool primary) {
    m_start->setProperty("look", primary ? "primary" : "plain");
    m_start->style()->unpolish(m_start);
    m_start->style()->polish(m_start);
}

void MethodPanel::update() {
    const CalibrationOptions& c = m_options.calibration;
    const bool text = !c.text.empty() || !c.ids.empty();
    QString hint;
    if (!m_form->valid()) hint = tr("One of the options above is not allowed.");
    else if (c.model.empty() && !text) hint = tr("Needs a model and text.");
    else if (c.model.empty()) hint = tr("Needs a model.");
    else if (!text) hint = tr("Needs text.");
    m_start->setEnabled(hint.isEmpty());
    m_start->setText(m_running ? tr("Add to the queue") : tr("Start run"));
    m_start->setAccessibleName(m_start->text());
    m_hint->setText(hint);
    m_hint->setVisible(!hint.isEmpty());
}

void MethodPanel::askForecast() {
    if (m_start->isEnabled()) m_forecaster->setOptions(m_options);
    else m_forecaster->setOptions(std::nullopt);
}

void MethodPanel::showForecast() {
    const auto& now = m_forecaster->current();
    const auto set = [](QLabel* cell, const QString& value) { cell->setText(strong(value) + ' ' + cell->property("what").toString()); };
    const QString none = QStringLiteral("–");
    set(m_time, now ? QStringLiteral("≈ ") + duration(now->total.seconds) : none);
    set(m_memory, now ? QStringLiteral("≈ ") + bytes(now->total.memoryBytes) : none);
    set(m_disk, now ? QStringLiteral("≈ ") + bytes(now->total.diskBytes) : none);
    m_time->setToolTip(now ? partsText(now->timeParts, duration) : QString());
    m_memory->setToolTip(now ? partsText(now->memoryParts, bytes) : QString());
    QString notes;
    for (const std::string& note : now ? now->notes : std::vector<std::string>{}) notes += '\n' + QString::fromStdString(note);
    m_disk->setToolTip(now ? partsText(now->diskParts, bytes) + notes : QString());
    double free = 0;
    try {
        free = static_cast<double>(freeDiskBytes(m_options.out.empty() ? runsFolder().toStdString() : m_options.out));
    } catch (const Error&) {
        free = 0;  // said when the run is started
    }
    set(m_free, now && free > 0 ? bytes(free) : none);
    m_estimate->setText(now ? tr("estimate") : m_forecaster->failure().isEmpty() ? QString() : tr("not possible"));
    QString warning = m_forecaster->failure();
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

void MethodPanel::setValues(const QMap<QString, QString>& values) {
    for (const OptionField& field : m_form->list().fields()) {
        const QString name = QString::fromStdString(field.name);
        if (kNotOfTheProject.contains(name)) continue;
        const std::string wanted = values.contains(name) ? values[name].toStdString() : field.defaultText;
        if (field.get() != wanted) m_form->setValue(field.name, wanted);
    }
}

QMap<QString, QString> MethodPanel::values() const {
    auto values = optionValues(m_options, true);
    for (const QString& name : kNotOfTheProject) values.remove(name);
    return values;
}

}  // namespace qs
