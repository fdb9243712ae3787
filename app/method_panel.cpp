// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/method_panel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "app/forecast_view.h"
#include "app/jobs/stored_jobs.h"
#include "app/label.h"
#include "app/option_form.h"

namespace qs {
namespace {

const QStringList kNotOfTheProject{"out", "resume"};
constexpr int kLeastWidth = 316;

}  // namespace

MethodPanel::MethodPanel(const Engine& engine, QWidget* parent) : QFrame(parent), m_forecaster(new Forecaster(engine, this)) {
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
    m_forecastView = new ForecastView(*m_forecaster, this);
    layout->addWidget(m_forecastView);
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
    connect(m_start, &QPushButton::clicked, this, &MethodPanel::startWanted);
    update();
    fit();
}

MethodPanel::~MethodPanel() = default;

QSize MethodPanel::minimumSizeHint() const {
    const QSize least = QFrame::minimumSizeHint();
    return {std::max(kLeastWidth, least.width()), least.height()};
}

void MethodPanel::setRunning(bool running) {
    m_running = running;
    update();
}

void MethodPanel::setPrimary(bool primary) {
    const QString look = primary ? "primary" : "plain";
    if (m_start->property("look").toString() == look) return;
    m_start->setProperty("look", look);
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
    m_forecastView->setOut(m_options.out);
    if (m_start->isEnabled()) m_forecaster->setOptions(m_options);
    else m_forecaster->setOptions(std::nullopt);
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
