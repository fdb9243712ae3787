// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/training_dialog.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSettings>
#include <QStyle>
#include <QVBoxLayout>

#include "app/forecast_view.h"
#include "app/jobs/stored_jobs.h"
#include "app/label.h"
#include "app/option_form.h"
#include "app/primary_button.h"
#include "base/error.h"
#include "run/idle_options.h"

namespace qs {
namespace {

const QStringList kNotKeptOfTraining{"out", "resume"};  // of one run
const QString kTrainingSettings = QStringLiteral("training/");

/// What a person sees first, as far as it has a use.
const QStringList kEssential{"task", "scratch", "model", "text",  "tokenizer", "hidden",        "blocks",   "method",
                             "bits", "lambda",  "steps", "batch", "lengths",   "learning-rate", "baselines"};

QString pathIn(const std::string& path) { return QString::fromStdString(path); }

}  // namespace

TrainingDialog::TrainingDialog(Forecaster& forecaster, const QString& model, QWidget* parent) : QDialog(parent), m_forecaster(&forecaster) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Train"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 14, 20, 14);
    column->setSpacing(8);
    buildExamples(*column);
    buildForm();
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    m_form->setContentsMargins(0, 0, 10, 0);
    scroll->setWidget(m_form);
    column->addWidget(scroll, 1);
    m_all = new QCheckBox(tr("All options"), this);
    column->addWidget(m_all);
    m_forecastView = new ForecastView(forecaster, this);
    column->addWidget(m_forecastView);
    m_hint = wrappedLabel("refusal", {}, this);
    column->addWidget(m_hint);
    auto* buttons = new QDialogButtonBox(this);
    m_start = addPrimaryButton(*buttons, tr("Start training"));
    buttons->addButton(tr("Close"), QDialogButtonBox::RejectRole);
    column->addWidget(buttons);
    connect(m_all, &QCheckBox::toggled, m_form, &OptionForm::showAll);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        if (!refusal().isEmpty()) return;
        remember();
        emit wanted(options());
        close();
    });
    connect(m_form, &OptionForm::changed, this, &TrainingDialog::update);
    begin(model);
    resize(600, 640);
}

TrainingDialog::~TrainingDialog() {
    if (m_forecaster) m_forecaster->setOptions(std::nullopt);
}

void TrainingDialog::buildExamples(QVBoxLayout& column) {
    auto* row = new QHBoxLayout;
    row->setSpacing(6);
    row->addWidget(wrappedLabel("label", tr("Examples"), this));
    const auto add = [&](TrainingExample example, const QString& text, const QString& tip) {
        auto* button = new QPushButton(text, this);
        button->setProperty("look", "tight");
        button->setAutoDefault(false);
        button->setToolTip(tip);
        button->setAccessibleName(tr("Example: %1").arg(text));
        button->setAccessibleDescription(tip);
        connect(button, &QPushButton::clicked, this, [this, example] { fillIn(example); });
        row->addWidget(button);
    };
    add(TrainingExample::Languages, tr("Languages"),
        tr("A small new model learns to tell twelve languages apart: half a minute on two cores"));
    add(TrainingExample::LanguagesCompared, tr("Languages, compared"),
        tr("The same beside full precision, 4 and 8 bits, learned steps and rounding afterwards: two minutes on two cores"));
    add(TrainingExample::DemoModel, tr("Demo model"), tr("The demo model is trained further on English text: a minute on two cores"));
    row->addStretch(1);
    column.addLayout(row);
}

void TrainingDialog::buildForm() {
    OptionForm::Layout layout;
    layout.essential = kEssential;
    layout.hidden = QStringList{"resume"};
    layout.files = QStringList{"model", "text", "tokenizer", "out"};
    layout.folders = QStringList{"text", "tokenizer"};
    layout.titles = {{"text", tr("Data")}, {"scratch", tr("From scratch")}};
    m_form = new OptionForm(describeOptions(m_options), layout, this);
}

void TrainingDialog::begin(const QString& model) {
    const QSettings stored;
    QMap<QString, QString> values;
    for (const QString& name : stored.value(kTrainingSettings + "names").toStringList())
        values[name] = stored.value(kTrainingSettings + "option-" + name).toString();
    if (values.isEmpty() && model.isEmpty()) return fillIn(TrainingExample::Languages);
    if (values.isEmpty()) values = {{"task", "language-model"}};
    if (!model.isEmpty() && values.value("scratch") != "true") values["model"] = model;
    setValues(values);
}

void TrainingDialog::fillIn(TrainingExample example) {
    try {
        QMap<QString, QString> values;
        for (const auto& [name, value] : trainingExample(example)) values[QString::fromStdString(name)] = QString::fromStdString(value);
        setValues(values);
    } catch (const Error& error) {
        m_hint->setText(QString::fromStdString(error.what()));
        m_hint->show();
    }
}

/// The others get their defaults.
void TrainingDialog::setValues(const QMap<QString, QString>& values) {
    m_filling = true;
    for (const OptionField& field : m_form->list().fields()) {
        const QString name = QString::fromStdString(field.name);
        if (!kNotKeptOfTraining.contains(name))
            m_form->setValue(field.name, values.value(name, QString::fromStdString(field.defaultText)).toStdString());
    }
    m_filling = false;
    update();
}

TrainOptions TrainingDialog::options() const {
    TrainOptions options = m_options;
    if (options.scratch) options.model.clear();
    else options.tokenizer.clear();
    TrainOptions untouched;
    const OptionList list = describeOptions(options), defaults = describeOptions(untouched);
    for (const std::string& name : namesWithoutUse(options)) list.set(name, defaults.find(name)->get());
    return options;
}

QString TrainingDialog::refusal() const {
    if (!m_form->valid()) return tr("A value is refused, see above.");
    const TrainOptions wanted = options();
    if (!wanted.scratch) {
        const QString model = pathIn(wanted.model);
        if (model.isEmpty()) return tr("Choose the directory of a model, or begin from scratch.");
        if (QFileInfo(model).isFile()) return tr("%1 is a file; choose a Hugging Face directory, or begin from scratch.").arg(model);
        if (!QFileInfo::exists(model + "/config.json"))
            return tr("%1 has no config.json; choose the directory of a model, or begin from scratch.").arg(model);
    }
    if (wanted.text.empty())
        return wanted.task == TrainTaskKind::Classification ? tr("Choose a file of texts with labels, or take an example.")
                                                            : tr("Choose text to train on, or take an example.");
    for (const std::string& path : wanted.text)
        if (!QFileInfo::exists(pathIn(path))) return tr("%1 is not there; choose other data.").arg(pathIn(path));
    if (!wanted.tokenizer.empty() && !QFileInfo::exists(pathIn(wanted.tokenizer)))
        return tr("%1 is not there; choose another tokenizer, or none: then a token is a byte.").arg(pathIn(wanted.tokenizer));
    if (!wanted.out.empty() && QFileInfo::exists(pathIn(wanted.out)))
        return tr("%1 is there already; choose another name for the run, or none for a free one.").arg(pathIn(wanted.out));
    try {
        wanted.check();
    } catch (const Error& error) {
        return QString::fromStdString(error.what()).remove("--");
    }
    return {};
}

void TrainingDialog::update() {
    if (m_filling) return;
    QStringList idle{m_options.scratch ? "model" : "tokenizer"};
    for (const std::string& name : namesWithoutUse(m_options)) idle << QString::fromStdString(name);
    m_form->setIdle(idle);
    const QString why = refusal();
    const bool missing = m_form->valid() && (m_options.text.empty() || (!m_options.scratch && m_options.model.empty()));
    m_hint->setText(why);
    m_hint->setProperty("look", missing ? "hint" : "refusal");
    m_hint->style()->unpolish(m_hint);
    m_hint->style()->polish(m_hint);
    m_hint->setVisible(!why.isEmpty());
    m_start->setEnabled(why.isEmpty());
    m_forecastView->setOut(m_options.out);
    if (!m_forecaster) return;
    if (why.isEmpty()) m_forecaster->setOptions(options());
    else m_forecaster->setOptions(std::nullopt);
}

void TrainingDialog::remember() const {
    QSettings stored;
    QMap<QString, QString> values = optionValues(m_options, true);
    for (const QString& name : kNotKeptOfTraining) values.remove(name);
    stored.setValue(kTrainingSettings + "names", QStringList(values.keys()));
    for (auto it = values.begin(); it != values.end(); ++it) stored.setValue(kTrainingSettings + "option-" + it.key(), it.value());
}

}  // namespace qs
