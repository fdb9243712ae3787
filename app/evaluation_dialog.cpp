// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/evaluation_dialog.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFileInfo>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSettings>
#include <QStyle>
#include <QVBoxLayout>
#include <algorithm>

#include "app/jobs/stored_jobs.h"
#include "app/label.h"
#include "app/option_form.h"
#include "app/primary_button.h"
#include "base/error.h"

namespace qs {
namespace {

const QStringList kNotKept{"task", "text", "items", "resume", "baseline", "reference", "model"};  // of one run, or kept a task
const QString kSettings = QStringLiteral("evaluation/");

/// Settings keys have no colon and no slash of their own.
QString dataKey(const std::string& task) { return kSettings + "data/" + QString::fromStdString(task).replace(':', '-'); }

/// What a person sees first, of what the task has a use for.
QStringList essentialsOf(const std::string& task) {
    QStringList names{"task", "text"};
    if (task == "perplexity" || task == "divergence") names << "window";
    if (task == "divergence") names << "reference";
    if (task.starts_with("longbench:")) names << "prompts";
    if (hasItems(task))
        names << "limit"
              << "baseline";
    return names;
}

}  // namespace

EvaluationDialog::EvaluationDialog(const QString& run, const QString& baseline, const QMap<QString, QString>& options, QWidget* parent)
    : QDialog(parent), m_baseline(baseline) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Evaluate"));
    m_options.measure.subject = run.toStdString();
    begin(options);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 16, 20, 14);
    auto* name = wrappedLabel("title", QFileInfo(run).completeBaseName(), this);
    name->setToolTip(run);
    column->addWidget(name);
    buildForm();
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(m_form);
    column->addWidget(scroll, 1);
    m_hint = wrappedLabel("refusal", {}, this);
    column->addWidget(m_hint);
    auto* buttons = new QDialogButtonBox(this);
    auto* all = new QCheckBox(tr("All options"), this);
    m_start = addPrimaryButton(*buttons, tr("Evaluate"));
    buttons->addButton(tr("Close"), QDialogButtonBox::RejectRole);
    column->addWidget(all);
    column->addWidget(buttons);
    connect(all, &QCheckBox::toggled, m_form, &OptionForm::showAll);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        if (!refusal().isEmpty()) return;
        remember();
        emit wanted(m_options);
        close();
    });
    connect(m_form, &OptionForm::changed, this, &EvaluationDialog::update);
    taskChanged();
    update();
    resize(520, 420);
}

/// What was asked for, else what was measured last.
void EvaluationDialog::begin(const QMap<QString, QString>& options) {
    const QSettings stored;
    QMap<QString, QString> values;
    for (const QString& name : stored.value(kSettings + "names").toStringList())
        values[name] = stored.value(kSettings + "option-" + name).toString();
    setOptions(m_options, values);
    m_options.task = stored.value(kSettings + "task", "perplexity").toString().toStdString();
    setOptions(m_options, options);
    const std::vector<std::string> tasks = evaluationTasks();
    if (std::find(tasks.begin(), tasks.end(), m_options.task) == tasks.end()) m_options.task = tasks.front();
}

void EvaluationDialog::buildForm() {
    QStringList tasks;
    for (const std::string& task : evaluationTasks()) tasks << QString::fromStdString(task);
    OptionForm::Layout layout;
    layout.essential = essentialsOf(m_options.task);
    layout.hidden = QStringList{"items", "resume"};
    layout.files = QStringList{"text", "model", "reference", "baseline", "prompts"};
    layout.folders = QStringList{"text", "reference", "baseline"};
    layout.choices = {{"task", tasks}};
    layout.titles = {{"text", tr("Data")}};
    m_form = new OptionForm(describeOptions(m_options), layout, this);
}

/// Fields that the new task has no use for go back to their defaults; its data is what it was measured on last.
void EvaluationDialog::taskChanged() {
    const bool given = m_task.empty() && !m_options.measure.text.empty();
    m_task = m_options.task;
    m_form->setEssential(essentialsOf(m_task));
    if (!given) m_form->setValue("text", QSettings().value(dataKey(m_task)).toString().toStdString());
    m_form->setValue("baseline", hasItems(m_task) ? m_baseline.toStdString() : std::string());
    if (!hasItems(m_task)) m_form->setValue("limit", "0");
    if (m_task != "divergence") m_form->setValue("reference", "");
    if (m_task != "perplexity") m_form->setValue("stride", "0"), m_form->setValue("rolling", "false");
}

QString EvaluationDialog::refusal() const {
    if (!m_form->valid()) return tr("A value is refused, see above.");
    if (m_options.measure.text.empty()) return tr("Choose the data to evaluate on.");
    for (const std::string& path : m_options.measure.text)
        if (!QFileInfo::exists(QString::fromStdString(path))) return tr("%1 is not there.").arg(QString::fromStdString(path));
    for (const std::string& path : {m_options.baseline, m_options.reference, m_options.prompts})
        if (!path.empty() && !QFileInfo::exists(QString::fromStdString(path)))
            return tr("%1 is not there.").arg(QString::fromStdString(path));
    try {
        requireUsable(m_options);
    } catch (const Error& error) {
        return QString::fromStdString(error.what()).remove("--");
    }
    return {};
}

void EvaluationDialog::update() {
    if (m_options.task != m_task) return taskChanged();  // comes back here with every field that it sets
    const QString why = refusal();
    m_hint->setText(why);
    m_hint->setProperty("look", m_options.measure.text.empty() ? "hint" : "refusal");
    m_hint->style()->unpolish(m_hint);
    m_hint->style()->polish(m_hint);
    m_hint->setVisible(!why.isEmpty());
    m_start->setEnabled(why.isEmpty());
}

void EvaluationDialog::remember() const {
    QSettings stored;
    stored.setValue(kSettings + "task", QString::fromStdString(m_options.task));
    QMap<QString, QString> values = optionValues(m_options, true);
    stored.setValue(dataKey(m_options.task), values.value("text"));
    for (const QString& name : kNotKept) values.remove(name);
    stored.setValue(kSettings + "names", QStringList(values.keys()));
    for (auto it = values.begin(); it != values.end(); ++it) stored.setValue(kSettings + "option-" + it.key(), it.value());
}

}  // namespace qs
