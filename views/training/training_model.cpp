// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/training/training_model.h"

#include <algorithm>
#include <cctype>
#include <map>

#include "views/number_text.h"
#include "views/run_names.h"
#include "views/training/training_charts.h"

namespace qs {
namespace {

constexpr double kGroupGap = 0.35;  // of the height of a row

/// Model order within a group; groups are blocks or kinds of layers, in the order in which they first come.
std::vector<TrainingRow> rowsOf(const TrainingRecord& record, bool byKind) {
    std::map<std::string, int> groups;
    std::vector<TrainingRow> rows;
    for (std::size_t l = 0; l < record.layers.size(); ++l) {
        const std::string& name = record.layers[l];
        const std::string key = byKind ? linearName(name).toStdString() : std::to_string(blockOf(name));
        rows.push_back({l, 0, groups.emplace(key, static_cast<int>(groups.size())).first->second});
    }
    std::stable_sort(rows.begin(), rows.end(), [](const TrainingRow& a, const TrainingRow& b) { return a.group < b.group; });
    for (std::size_t r = 0; r < rows.size(); ++r) rows[r].y = -static_cast<double>(r) - kGroupGap * rows[r].group;
    return rows;
}

TrainingPicture pictureOf(const QString& name) {
    for (const TrainingPictureName& each : trainingPictures())
        if (name == QLatin1String(each.name)) return each.picture;
    return TrainingPicture::Widths;
}

/// "step 340 of 500", while it runs.
QString progressOf(const TrainingData& data) {
    if (data.finished) return {};
    return TrainingWords::tr("step %1 of %2").arg(count(data.stepsDone()), count(data.record->steps));
}

/// Without the folder that the file was in: "text/languages.jsonl: 5 060 texts" -> "languages.jsonl: 5 060 texts".
QString dataName(const QString& data) {
    const qsizetype colon = data.indexOf(':');
    return data.mid(colon < 0 ? 0 : data.lastIndexOf('/', colon) + 1);
}

QString titleOf(TrainingPicture picture) {
    for (const TrainingPictureName& each : trainingPictures())
        if (each.picture == picture) return QCoreApplication::translate("TrainingWords", each.title);
    return {};
}

}  // namespace

const std::vector<TrainingPictureName>& trainingPictures() {
    static const std::vector<TrainingPictureName> pictures{
        {TrainingPicture::Widths, "widths", QT_TRANSLATE_NOOP("TrainingWords", "Bits per layer over steps")},
        {TrainingPicture::Loss, "loss", QT_TRANSLATE_NOOP("TrainingWords", "Training loss")},
        {TrainingPicture::Optimizer, "optimizer", QT_TRANSLATE_NOOP("TrainingWords", "Learning rate and gradient")},
        {TrainingPicture::Sensitivity, "sensitivity", QT_TRANSLATE_NOOP("TrainingWords", "Sensitivity of layers")},
        {TrainingPicture::Metrics, "metrics", QT_TRANSLATE_NOOP("TrainingWords", "Metrics against baselines")},
        {TrainingPicture::Confusion, "confusion", QT_TRANSLATE_NOOP("TrainingWords", "Confusion of classes")},
        {TrainingPicture::Noise, "noise", QT_TRANSLATE_NOOP("TrainingWords", "Accuracy under quantization noise")},
        {TrainingPicture::Speed, "speed", QT_TRANSLATE_NOOP("TrainingWords", "Time and memory")},
        {TrainingPicture::Size, "size", QT_TRANSLATE_NOOP("TrainingWords", "Size and energy")},
    };
    return pictures;
}

int blockOf(const std::string& layer) {
    for (const QString& part : QString::fromStdString(layer).split('.')) {
        bool number = false;
        const int block = part.toInt(&number);
        if (number) return block;
    }
    return -1;
}

QString layerName(const std::string& layer) {
    const int block = blockOf(layer);
    return block < 0 ? linearName(layer) : placeName(block, linearName(layer));
}

QString variantName(const TrainingRecord& record, const std::string& variant) {
    static const std::map<std::string, const char*> names{
        {"full", QT_TRANSLATE_NOOP("TrainingWords", "Full precision")},
        {"original", QT_TRANSLATE_NOOP("TrainingWords", "Before training")},
        {"float32", QT_TRANSLATE_NOOP("TrainingWords", "Float, 32 bit")},
        {"int8", QT_TRANSLATE_NOOP("TrainingWords", "Integers, 8 bit")},
        {"int4-weights", QT_TRANSLATE_NOOP("TrainingWords", "Weights of 4 bit")},
    };
    if (const auto found = names.find(variant); found != names.end()) return QCoreApplication::translate("TrainingWords", found->second);
    QString name = QString::fromStdString(variant).toUpper();
    if (variant == "ptq") name = TrainingWords::tr("PTQ");
    if (variant == "ptq-original") name = TrainingWords::tr("PTQ before training");
    const QString kind = name.section('-', 0, 0), bits = name.section('-', 1);
    if (kind == "FIXED" && !bits.isEmpty()) return TrainingWords::tr("Fixed, %1 bit").arg(bits);
    if (kind == "LSQ" && !bits.isEmpty()) return TrainingWords::tr("LSQ, %1 bit").arg(bits);
    for (const TrainingVariant& each : record.variants) {
        if (each.name != variant || !(each.averageBits > 0)) continue;
        const bool whole = std::abs(each.averageBits - std::round(each.averageBits)) < 0.005;
        return TrainingWords::tr("%1, %2 bit").arg(name, fixedDecimals(each.averageBits, whole ? 0 : 2));
    }
    return name;
}

QString quantityName(const std::string& quantity) {
    static const std::map<std::string, const char*> names{
        {"accuracy", QT_TRANSLATE_NOOP("TrainingWords", "Accuracy")},
        {"precision", QT_TRANSLATE_NOOP("TrainingWords", "Precision")},
        {"recall", QT_TRANSLATE_NOOP("TrainingWords", "Recall")},
        {"f1", QT_TRANSLATE_NOOP("TrainingWords", "F1")},
        {"perplexity", QT_TRANSLATE_NOOP("TrainingWords", "Perplexity")},
        {"bleu", QT_TRANSLATE_NOOP("TrainingWords", "BLEU")},
        {"latency", QT_TRANSLATE_NOOP("TrainingWords", "Latency")},
        {"cpu-time", QT_TRANSLATE_NOOP("TrainingWords", "Processor time")},
        {"linear-time", QT_TRANSLATE_NOOP("TrainingWords", "Time in linears")},
        {"throughput", QT_TRANSLATE_NOOP("TrainingWords", "Throughput")},
        {"resident-memory", QT_TRANSLATE_NOOP("TrainingWords", "Resident memory")},
        {"size", QT_TRANSLATE_NOOP("TrainingWords", "Size on disk")},
        {"energy", QT_TRANSLATE_NOOP("TrainingWords", "Energy")},
    };
    const auto found = names.find(quantity);
    if (found != names.end()) return QCoreApplication::translate("TrainingWords", found->second);
    QString name = QString::fromStdString(quantity).replace('-', ' ');
    return name.left(1).toUpper() + name.mid(1);
}

int TrainingData::rankOf(const std::string& name) const {
    for (std::size_t i = 0; i < record->variants.size(); ++i)
        if (record->variants[i].name == name) return static_cast<int>(i) - 1;
    return name == "int8" ? -1 : name == "float32" ? 0 : 1;
}

std::int64_t TrainingData::stepsDone() const {
    const TrainingCurve* own = record->variants.empty() ? nullptr : record->curveOf(record->variants.front().name);
    if (own && !own->steps.empty()) return own->steps.back().step;
    return record->updates.empty() ? 0 : record->updates.back().step;
}

std::shared_ptr<const TrainingRecord> readTraining(const ViewInput& input) {
    if (!input.run) return nullptr;
    auto record = input.run->training();
    return record ? std::make_shared<const TrainingRecord>(std::move(*record)) : nullptr;
}

TrainingData trainingData(const ViewInput& input, std::shared_ptr<const TrainingRecord> record) {
    TrainingData data;
    data.missingTitle = TrainingWords::tr("No training");
    data.picture = pictureOf(input.settings.value("picture").toString());
    if (!input.run) {
        data.missing =
            TrainingWords::tr("Start a training in the menu Run, or open the run of one: finished, or running in another process.");
        return data;
    }
    if (!record) {
        data.missing = TrainingWords::tr("This run was quantized without training. Train… in the menu Run makes runs that were trained.");
        data.canTrain = true;
        return data;
    }
    data.record = std::move(record);
    data.model = modelName(*input.run);
    data.runName = data.record->variants.empty() ? runName(*input.run) : variantName(*data.record, data.record->variants.front().name);
    data.finished = input.run->finished();
    data.noiseTexts = QString::fromStdString(optionOf(*input.run, "noise-texts")).toInt();
    data.byKind = input.settings.value("rows").toString() == "kind";
    data.rows = rowsOf(*data.record, data.byKind);
    data.term = input.settings.value("term").toString("sensitivity");
    data.quantity = input.settings.value("quantity").toString();
    data.compact = input.settings.value("compact").toBool();
    data.selection = input.selection;
    data.variant = input.settings.value("variant").toString().toStdString();
    const auto& confusion = data.record->confusion;
    const bool known = std::any_of(confusion.begin(), confusion.end(), [&](const auto& each) { return each.variant == data.variant; });
    if (!known && !confusion.empty()) data.variant = confusion.front().variant;
    return data;
}

Chart chartOf(const TrainingData& data) {
    Chart chart;
    chart.heading = TrainingWords::tr("Training");
    chart.title = titleOf(data.picture);
    if (!data.missing.isEmpty()) {
        chart.emptyTitle = data.missingTitle;
        if (data.canTrain) chart.emptyAction = TrainingWords::tr("Train…");
        chart.description = data.missing;
        return chart;
    }
    const QString progress = progressOf(data);
    chart.subject = progress.isEmpty() ? data.runName : progress;
    QStringList words{data.model, data.runName};
    if (!progress.isEmpty()) words << progress;
    if (!data.record->data.empty()) words << dataName(QString::fromStdString(data.record->data));
    chart.subtitle = words.join(QStringLiteral(" · "));
    chart.emptyTitle = TrainingWords::tr("Nothing to draw yet");
    using Draw = void (*)(Chart&, const TrainingData&);
    static const std::map<TrainingPicture, Draw> pictures{{TrainingPicture::Widths, training::drawWidths},
                                                          {TrainingPicture::Loss, training::drawLoss},
                                                          {TrainingPicture::Optimizer, training::drawOptimizer},
                                                          {TrainingPicture::Sensitivity, training::drawSensitivity},
                                                          {TrainingPicture::Metrics, training::drawMetrics},
                                                          {TrainingPicture::Confusion, training::drawConfusion},
                                                          {TrainingPicture::Noise, training::drawNoise},
                                                          {TrainingPicture::Speed, training::drawSpeed},
                                                          {TrainingPicture::Size, training::drawSize}};
    pictures.at(data.picture)(chart, data);
    return chart;
}

Figure trainingFigure(const ViewInput& input) {
    const TrainingData data = trainingData(input, readTraining(input));
    return {chartOf(data), tableOf(data)};
}

Selection selectionAt(const TrainingData& data, double y) {
    Selection selection = data.selection;
    if (!data.record) return selection;
    for (const TrainingRow& row : data.rows)
        if (std::abs(row.y - y) <= 0.5) {
            selection.linear = data.record->layers[row.layer];
            selection.block = blockOf(selection.linear);
        }
    return selection;
}

}  // namespace qs
