// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/hessian_diagonal/length_tuner_view.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "base/error.h"
#include "views/run_names.h"

namespace qs {
namespace {
constexpr int kPatience = 300;  // milliseconds before a word about solving
constexpr int kLeadRoom = 320;  // pixels that the words about the error want beside what is tried
}  // namespace

LengthTunerView::LengthTunerView(QWidget* parent) : HessianDiagonalView(parent), m_background(this) {
    buildTries();
    m_patience.setSingleShot(true);
    m_patience.setInterval(kPatience);
    connect(&m_patience, &QTimer::timeout, this, [this] {
        m_slow = m_background.busy();
        if (m_slow) refreshAnew();
    });
    connect(&m_background, &Background::failed, this, [this](const QString& message) {
        m_failure = message;
        m_slow = false;
        refreshAnew();
    });
}

QComboBox* LengthTunerView::addTry(const QString& option, const QString& name, const std::vector<std::pair<QString, QString>>& values) {
    auto* list = new QComboBox;
    list->setAccessibleName(name);
    for (const auto& [words, value] : values) list->addItem(words, value);
    connect(list, &QComboBox::activated, this, [this, option, list](int index) { tryOption(option, list->itemData(index).toString()); });
    m_tries->layout()->addWidget(list);
    return list;
}

void LengthTunerView::buildTries() {
    m_tries = new QWidget;
    auto* row = new QHBoxLayout(m_tries);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    auto* words = new QLabel(tr("What if"));
    words->setProperty("look", "label");
    row->addWidget(words);
    std::vector<std::pair<QString, QString>> bits, groups{{tr("per channel"), "0"}};
    for (const int b : {2, 3, 4, 5, 6, 8}) bits.emplace_back(tr("%1 bit").arg(b), QString::number(b));
    for (const int g : {16, 32, 64, 128, 256}) groups.emplace_back(tr("group %1").arg(g), QString::number(g));
    m_bits = addTry("bits", tr("Bits to try"), bits);
    m_group = addTry("group-size", tr("Group size to try"), groups);
    m_method = addTry("method", tr("Method to try"), {{"GPTQ", "gptq"}, {"RTN", "rtn"}});
    m_damping = new QDoubleSpinBox;
    m_damping->setRange(0, 100);
    m_damping->setDecimals(2);
    m_damping->setSingleStep(0.5);
    m_damping->setPrefix(tr("damping "));
    m_damping->setSuffix(QStringLiteral(" %"));
    m_damping->setKeyboardTracking(false);
    m_damping->setAccessibleName(tr("Damping to try, percent of the mean"));
    m_damping->findChild<QLineEdit*>()->setAccessibleName(m_damping->accessibleName());
    connect(m_damping, &QDoubleSpinBox::valueChanged, this,
            [this](double value) { tryOption("damp", QString::number(value / 100, 'g', 6)); });
    row->addWidget(m_damping);
    row->addSpacing(6);
    row->addStretch(1);
    extra()->addWidget(m_tries);
    m_reset = new QPushButton(tr("As the run"));
    m_reset->setToolTip(tr("Back to the lengths and settings of the run"));
    m_apply = new QPushButton(tr("Use in next run"));
    m_apply->setToolTip(tr("Give these lengths and settings to the next run"));
    controls()->addWidget(m_reset);
    controls()->addWidget(m_apply);
    connect(m_apply, &QPushButton::clicked, this, &LengthTunerView::apply);
    connect(m_reset, &QPushButton::clicked, this, [this] {
        QJsonObject after = settings();
        after.remove("mix"), after.remove("try");
        edit(tr("what-if"), after);
    });
}

/// The error stands beside what is tried where it has room for two lines, below it where it has not.
void LengthTunerView::placeLead() {
    auto* row = static_cast<QHBoxLayout*>(m_tries->layout());
    int taken = 0;
    for (const QWidget* each : m_tries->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly))
        if (each != lead()) taken += each->sizeHint().width() + row->spacing();
    const bool beside = width() - taken >= kLeadRoom, isBeside = row->indexOf(lead()) >= 0;
    if (beside == isBeside && (isBeside || extra()->indexOf(lead()) >= 0)) return;
    if (beside) row->insertWidget(row->count() - 1, lead(), 1000);
    else extra()->addWidget(lead());
}

void LengthTunerView::resizeEvent(QResizeEvent* event) {
    HessianDiagonalView::resizeEvent(event);
    placeLead();
}

void LengthTunerView::tryOption(const QString& option, const QString& value) {
    QJsonObject after = settings(), wanted = after.value("try").toObject();
    wanted[option] = value;
    after["try"] = wanted;
    edit(option, after);
}

void LengthTunerView::restoreSettings(const QJsonObject& settings) {
    HessianDiagonalView::restoreSettings(settings);
    followTries();
}

/// The lists show what is tried, or what the run was made with.
void LengthTunerView::followTries() {
    if (!input().run) return;
    const QJsonObject wanted = settings().value("try").toObject();
    const auto valueOf = [&](const char* option, const char* otherwise) {
        return wanted.contains(option) ? wanted.value(option).toString()
                                       : QString::fromStdString(optionOf(*input().run, option, otherwise));
    };
    for (const auto& [list, option, otherwise] :
         {std::tuple{m_bits, "bits", "4"}, {m_group, "group-size", "128"}, {m_method, "method", "gptq"}})
        if (const int index = list->findData(valueOf(option, otherwise)); index >= 0) list->setCurrentIndex(index);
    const QSignalBlocker quiet(m_damping);
    m_damping->setValue(100 * valueOf("damp", "0.01").toDouble());
}

Figure LengthTunerView::compute(const ViewInput& input) {
    HessianDiagonalView::compute(input);
    m_tuner = lengthTuner(input);
    const bool asked = input.settings.contains("mix") || input.settings.contains("try");
    const bool tried = m_trial.has_value();
    if (m_trialRun != input.run || m_trialLinear != input.selection.linear || !asked) m_trial.reset(), m_asked.clear(), m_failure.clear();
    if (tried && !asked) emit madeStale(-1, {});
    if (asked && input.run && m_tuner.obstacle.isEmpty()) solve(input);
    m_tuner.trial = m_trial;
    m_tuner.pending = m_slow;
    if (!m_failure.isEmpty()) m_tuner.obstacle = m_failure;
    return {chartOf(m_tuner), {}};
}

ChartTable LengthTunerView::numbers() const { return tableOf(m_tuner); }

void LengthTunerView::solve(const ViewInput& input) {
    const std::string key =
        m_tuner.linear + QJsonDocument(QJsonObject{{"m", input.settings.value("mix")}, {"t", input.settings.value("try")}})
                             .toJson(QJsonDocument::Compact)
                             .toStdString();
    if (key == m_asked) return;
    m_asked = key;
    m_failure.clear();
    const bool other = m_trialRun != input.run || m_trialLinear != input.selection.linear;
    if (other) m_background.clear(), m_layer = std::make_shared<std::shared_ptr<TrialLayer>>();
    m_trialRun = input.run, m_trialLinear = input.selection.linear;
    m_patience.start();
    m_background.request([this, layer = m_layer, run = input.run, linear = m_tuner.linear, wanted = trialOf(input),
                          block = m_tuner.diagonal.block](JobContext& context) -> Background::Deliver {
        if (!*layer) *layer = TrialLayer::load(*run, linear, {}, context);
        const TrialResult result = (*layer)->solve(wanted, context);
        return [this, result, block] {
            m_trial = result;
            m_slow = false;
            refreshAnew();
            emit solved(result);
            emit madeStale(block, tr("block %1 was solved again on trial after this was recorded").arg(block));
        };
    });
}

void LengthTunerView::shown(const Figure& figure) {
    HessianDiagonalView::shown(figure);
    m_tries->setVisible(!figure.chart.empty());
    const bool asked = settings().contains("mix") || settings().contains("try");
    m_apply->setEnabled(asked);
    m_reset->setEnabled(asked);
    followTries();
}

QMap<QString, QString> LengthTunerView::triedOptions() const {
    ViewInput now = input();
    now.settings = settings();
    QMap<QString, QString> options;
    for (const auto& [name, value] : optionsOf(now)) options[name] = value;
    return options;
}

void LengthTunerView::apply() {
    emit optionsWanted(triedOptions());
    emit notice(tr("The next run gets these lengths and settings"));
}

View* makeLengthTunerView(QWidget* parent) { return new LengthTunerView(parent); }

}  // namespace qs
