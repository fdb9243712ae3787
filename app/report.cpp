// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/report.h"

#include <QStringList>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

#include "base/error.h"
#include "base/file.h"
#include "evaluate/statistics.h"
#include "views/plot/figure_export.h"
#include "views/run_names.h"
#include "views/training/training_model.h"

namespace qs {
namespace {

namespace fs = std::filesystem;

/// One number of one variant. Files use the C locale.
struct Value {
    std::string variant;
    QString quantity, unit;
    double value = 0, deviation = 0;
    QString deviationIs;  ///< "standard error", "standard deviation over 10 draws"; empty: there is none
    bool estimate = false;
};

/// Five digits; large numbers whole.
QString number(double value) { return std::abs(value) >= 1e5 ? QString::number(value, 'f', 0) : QString::number(value, 'g', 5); }

/// Accuracy under noise, one value a variant and level.
void addNoise(std::vector<Value>& values, const TrainingRecord& record) {
    for (const TrainingVariant& variant : record.variants) {
        std::map<double, std::vector<double>> levels;
        for (const TrainingNoise& noise : record.noise)
            if (noise.variant == variant.name) levels[noise.level].push_back(noise.accuracy);
        for (const auto& [level, accuracies] : levels)
            values.push_back({variant.name,
                              QStringLiteral("accuracy with noise of %1").arg(number(level)),
                              {},
                              meanOf(accuracies).value,
                              deviationOf(accuracies),
                              QStringLiteral("standard deviation over %1 draws").arg(accuracies.size()),
                              false});
    }
}

/// 32 / average bits of every variant; T_FP32 / T of every arithmetic.
void addRatios(std::vector<Value>& values, const TrainingRecord& record) {
    for (const TrainingVariant& variant : record.variants) {
        if (!(variant.averageBits > 0)) continue;
        values.push_back({variant.name, QStringLiteral("average bits"), QStringLiteral("bit"), variant.averageBits, 0, {}, false});
        values.push_back({variant.name, QStringLiteral("32 / average bits"), QStringLiteral("×"), 32 / variant.averageBits, 0, {}, false});
    }
    double full = 0;
    for (const TrainingMeasurement& m : record.measurements)
        if (m.quantity == "latency" && m.variant == "float32") full = m.value;
    for (const TrainingMeasurement& m : record.measurements)
        if (m.quantity == "latency" && full > 0 && m.value > 0)
            values.push_back(
                {m.variant, QStringLiteral("latency of float32 / latency"), QStringLiteral("×"), full / m.value, 0, {}, false});
}

std::vector<Value> valuesOf(const TrainingRecord& record) {
    std::vector<Value> values;
    addRatios(values, record);
    for (const TrainingMetric& m : record.metrics)
        values.push_back(
            {m.variant, QString::fromStdString(m.metric), {}, m.value, m.standardError, QStringLiteral("standard error"), false});
    addNoise(values, record);
    for (const TrainingMeasurement& m : record.measurements)
        values.push_back({m.variant, QString::fromStdString(m.quantity), QString::fromStdString(m.unit), m.value, 0, {}, m.estimate});
    return values;
}

ChartTable csvOf(const std::vector<Value>& values) {
    ChartTable table;
    table.header = {"variant", "quantity", "unit", "value", "deviation", "deviation is", "how"};
    for (const Value& v : values)
        table.rows.push_back({QString::fromStdString(v.variant), v.quantity, v.unit, v.value,
                              v.deviationIs.isEmpty() ? QVariant(QString()) : QVariant(v.deviation), v.deviationIs,
                              v.estimate ? QStringLiteral("estimate") : QStringLiteral("measured")});
    return table;
}

QString cellOf(const Value& value) {
    QString text = (value.estimate ? QStringLiteral("≈ ") : QString()) + number(value.value);
    if (!value.deviationIs.isEmpty()) text += QStringLiteral(" ± ") + QString::number(value.deviation, 'g', 2);
    return text;
}

/// Quantities down, the given columns across; quantities of none of them are left out.
QString markdownTable(const TrainingRecord& record, const std::vector<Value>& values, const std::vector<std::string>& columns) {
    QString head = QStringLiteral("| quantity |"), rule = QStringLiteral("|---|"), body;
    for (const std::string& column : columns) {
        head += QStringLiteral(" %1 |").arg(variantName(record, column));
        rule += QStringLiteral("---:|");
    }
    std::vector<QString> quantities;
    std::map<std::pair<QString, std::string>, QString> cells;
    for (const Value& value : values) {
        if (std::find(columns.begin(), columns.end(), value.variant) == columns.end()) continue;
        QString name = value.quantity;
        if (!value.unit.isEmpty()) name += QStringLiteral(", ") + value.unit;
        if (value.estimate) name += QStringLiteral(" (estimate)");
        if (std::find(quantities.begin(), quantities.end(), name) == quantities.end()) quantities.push_back(name);
        cells[{name, value.variant}] = cellOf(value);
    }
    for (const QString& quantity : quantities) {
        body += QStringLiteral("| %1 |").arg(quantity);
        for (const std::string& column : columns) {
            const auto cell = cells.find({quantity, column});
            body += QStringLiteral(" %1 |").arg(cell == cells.end() ? QStringLiteral("–") : cell->second);
        }
        body += '\n';
    }
    return quantities.empty() ? QString() : head + '\n' + rule + '\n' + body + '\n';
}

/// Models, and behind them the arithmetics that the trained one was timed with.
QString tablesOf(const TrainingRecord& record, const std::vector<Value>& values) {
    std::vector<std::string> models, arithmetics;
    for (const TrainingVariant& variant : record.variants) models.push_back(variant.name);
    for (const Value& value : values)
        for (auto* list : {&models, &arithmetics})
            if (std::find(list->begin(), list->end(), value.variant) != list->end()) break;
            else if (list == &arithmetics) list->push_back(value.variant);
    QString text = QStringLiteral("## Models\n\n") + markdownTable(record, values, models);
    if (!arithmetics.empty())
        text += QStringLiteral("## The trained model, computed in several ways\n\n") + markdownTable(record, values, arithmetics);
    if (std::any_of(values.begin(), values.end(), [](const Value& value) { return value.estimate; }))
        text += QStringLiteral("≈: computed by a formula; everything else was counted or measured on the machine of the training.\n\n");
    return text;
}

QString frontOf(const ViewInput& input, const TrainingRecord& record) {
    QString text = QStringLiteral("# %1: %2\n\n").arg(modelName(*input.run), runName(*input.run));
    text += QStringLiteral("- run: `%1`\n- task: %2, %3\n- steps: %4\n")
                .arg(QString::fromStdString(input.run->path().filename().string()), QString::fromStdString(record.task),
                     QString::fromStdString(record.data))
                .arg(record.steps);
    for (const TrainingVariant& variant : record.variants)
        if (!variant.label.empty())
            text += QStringLiteral("- %1: %2\n").arg(variantName(record, variant.name), QString::fromStdString(variant.label));
    return text;
}

}  // namespace

const std::vector<ReportFigure>& reportFigures() {
    static const std::vector<ReportFigure> figures{
        {"dsa-qat-bits", "bits of every layer over the steps", {{"picture", "widths"}}},
        {"dsa-qat-sensitivity", "sensitivity of the layers, by which the bits were chosen", {{"picture", "sensitivity"}}},
        {"dsa-qat-figure-4", "accuracy, precision, recall, F1, or perplexity and BLEU, against the baselines", {{"picture", "metrics"}}},
        {"dsa-qat-figure-5", "training loss", {{"picture", "loss"}}},
        {"dsa-qat-figure-6", "latency", {{"picture", "speed"}, {"quantity", "latency"}}},
        {"dsa-qat-figure-7", "memory", {{"picture", "speed"}, {"quantity", "resident-memory"}}},
        {"dsa-qat-figure-8", "energy, an estimate", {{"picture", "size"}, {"quantity", "energy"}}},
        {"dsa-qat-figure-9", "accuracy under quantization noise", {{"picture", "noise"}}},
        {"dsa-qat-figure-10", "size on disk", {{"picture", "size"}, {"quantity", "size"}}},
        {"dsa-qat-confusion", "which classes are taken for which", {{"picture", "confusion"}}},
    };
    return figures;
}

void writeReport(const std::string& run, const std::string& folder) {
    ViewInput input;
    input.run = RunFile::open(run);
    const auto record = readTraining(input);
    if (!record) throw Error(run + ": was not trained; --report needs the run of quantoscope-cli train");
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) throw Error(folder + ": cannot be made: " + error.message());
    QString drawn = QStringLiteral("## Figures\n\n"), missing;
    for (const ReportFigure& figure : reportFigures()) {
        input.settings = figure.settings;
        const Chart chart = chartOf(trainingData(input, record));
        const QString shows = QString::fromStdString(figure.shows), name = QString::fromStdString(figure.name);
        if (chart.empty()) {
            missing += QStringLiteral("- %1 (%2): %3\n").arg(name, shows, chart.description);
            continue;
        }
        for (const char* kind : {".pdf", ".png"})
            writeFigure(chart, QString::fromStdString((fs::path(folder) / (figure.name + kind)).string()));
        drawn += QStringLiteral("### %1: %2\n\n![%3](%1.png)\n\n%3\n\n").arg(name, shows, chart.description);
    }
    const auto values = valuesOf(*record);
    QString text = frontOf(input, *record) + '\n' + tablesOf(*record, values);
    text += drawn;
    if (!missing.isEmpty()) text += QStringLiteral("## Not drawn\n\n") + missing;
    writeText((fs::path(folder) / "report.md").string(), text.toStdString());
    writeText((fs::path(folder) / "report.csv").string(), tableText(csvOf(values), ',').toStdString());
}

}  // namespace qs
