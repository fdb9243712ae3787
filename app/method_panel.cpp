// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/method_panel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSettings>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

#include "app/option_form.h"
#include "base/error.h"
#include "views/theme.h"

namespace qs {

MethodPanel::MethodPanel(QWidget* parent) : QFrame(parent) {
    setProperty("look", "card");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 4, 10);
    layout->setSpacing(6);
    auto* header = new QHBoxLayout;
    auto* title = new QLabel(tr("Method"), this);
    title->setProperty("look", "title");
    m_all = new QToolButton(this);
    m_all->setText(tr("All options"));
    m_all->setCheckable(true);
    m_all->setAccessibleName(tr("Show all options"));
    header->addWidget(title, 1);
    header->addWidget(m_all);
    header->addSpacing(6);
    layout->addLayout(header);
    const OptionForm::Layout fields{
        {"model", "text", "lengths", "tokens", "weighting", "method", "bits", "group-size", "scheme", "damp", "act-order"},
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
    m_hint = new QLabel(this);
    m_hint->setProperty("look", "hint");
    m_hint->setWordWrap(true);
    layout->addWidget(m_hint);
    m_start = new QPushButton(tr("Start run"), this);
    m_start->setAccessibleName(tr("Start run"));
    auto* bottom = new QHBoxLayout;
    bottom->setContentsMargins(0, 0, 8, 0);
    bottom->addWidget(m_start);
    layout->addLayout(bottom);
    setPrimary(true);
    restore();
    connect(m_all, &QToolButton::toggled, m_form, &OptionForm::showAll);
    connect(m_form, &OptionForm::changed, this, &MethodPanel::update);
    connect(m_start, &QPushButton::clicked, this, &MethodPanel::startWanted);
    update();
}

MethodPanel::~MethodPanel() = default;

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
    if (m_running) hint = tr("A job is running; one at a time.");
    else if (!m_form->valid()) hint = tr("One of the options above is not allowed.");
    else if (c.model.empty() && !text) hint = tr("Needs a model and text.");
    else if (c.model.empty()) hint = tr("Needs a model.");
    else if (!text) hint = tr("Needs text.");
    m_start->setEnabled(hint.isEmpty());
    m_hint->setText(hint);
    m_hint->setVisible(!hint.isEmpty());
}

void MethodPanel::store() const {
    QSettings settings;
    settings.beginGroup("options");
    settings.remove("");
    for (const OptionField& field : m_form->list().fields())
        if (field.name != "out" && field.name != "resume" && field.get() != field.defaultText)
            settings.setValue(QString::fromStdString(field.name), QString::fromStdString(field.get()));
}

void MethodPanel::restore() {
    QSettings settings;
    settings.beginGroup("options");
    for (const OptionField& field : m_form->list().fields()) {
        const QString name = QString::fromStdString(field.name);
        if (!settings.contains(name)) continue;
        try {
            field.set(settings.value(name).toString().toStdString());
        } catch (const Error&) {
            settings.remove(name);  // a value of another version that is not allowed any more: the default stands
        }
    }
    m_form->refresh();
}

}  // namespace qs
