// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

#include "app/settings.h"
#include "base/error.h"

namespace qs {
namespace {

QString baseName(const std::string& path) {
    QString name = QString::fromStdString(path);
    while (name.endsWith('/')) name.chop(1);
    return QFileInfo(name).completeBaseName();
}

/// A run file of this name, or with a number behind it, that is not there yet.
QString freeName(QString name, const QStringList& taken) {
    for (QChar& c : name)
        if (!c.isLetterOrNumber() && c != '-' && c != '.' && c != '_') c = '-';
    const QString folder = runsFolder();
    for (int number = 1;; ++number) {
        const QString base = folder + '/' + name + (number == 1 ? QString() : '-' + QString::number(number)), path = base + ".qsrun";
        const bool there = QFileInfo::exists(path) || QFileInfo::exists(path + ".parts") || QFileInfo::exists(base + ".model");
        if (!there && !taken.contains(path)) return path;
    }
}

}  // namespace

QString resourcePath(const QString& name) {
    const QString installed = QCoreApplication::applicationDirPath() + "/../share/quantoscope/" + name;
    const QString built = QStringLiteral(QS_RESOURCE_DIRECTORY "/") + name;
    for (const QString& path : {installed, built})
        if (QFileInfo::exists(path)) return QFileInfo(path).canonicalFilePath();
    throw Error("the bundled " + name.toStdString() + " is missing; it belongs into " + QDir::cleanPath(installed).toStdString());
}

QString runsFolder() {
    const QString chosen = QString::fromStdString(loadSettings().runsFolder);
    const QString folder = chosen.isEmpty() ? QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + "/runs" : chosen;
    if (!QDir().mkpath(folder)) throw Error(folder.toStdString() + ": cannot be created; name a run file to write instead");
    return folder;
}

bool hasParts(const std::string& out) { return QFileInfo::exists(QString::fromStdString(out) + ".parts/head.h5"); }

QString automaticOut(const QuantizeOptions& options, const QStringList& taken) {
    return freeName(QStringLiteral("%1-%2-%3bit-%4")
                        .arg(baseName(options.calibration.model), QLatin1String(nameOfEnum(options.quant.method)))
                        .arg(options.quant.bits)
                        .arg(QString::fromStdString(options.weighting.substr(0, options.weighting.find(':')))),
                    taken);
}

QString automaticOut(const TrainOptions& options, const QStringList& taken) {
    QStringList words{baseName(options.model), options.text.empty() ? QString() : baseName(options.text.front()),
                      QLatin1String(nameOfEnum(options.qat.method))};
    words.removeAll({});
    if (options.qat.method == QatMethod::Fixed || options.qat.method == QatMethod::Lsq)
        words << QStringLiteral("%1bit").arg(options.qat.bits);
    return freeName(words.join('-'), taken);
}

std::vector<std::pair<std::string, std::string>> demoValues() {
    return {{"model", resourcePath("models/demo").toStdString()},
            {"text", resourcePath("text/en.txt").toStdString()},
            {"lengths", "128,256,512,1024"},
            {"tokens", "16384"},
            {"weighting", "maca"},
            {"method", "gptq"},
            {"bits", "3"},
            {"group-size", "0"},
            {"keep", "full"}};  // the length tuner solves layers on it
}

std::vector<std::pair<std::string, std::string>> trainingExample(TrainingExample example) {
    if (example == TrainingExample::DemoModel)
        return {{"task", "language-model"},
                {"model", resourcePath("models/demo").toStdString()},
                {"text", resourcePath("text/en.txt").toStdString()},
                {"steps", "60"},
                {"batch", "8"},
                {"lengths", "128"},
                {"interval", "10"},
                {"lambda", "0.1"},
                {"learning-rate", "0.0005"},
                {"window", "256"},
                {"windows", "40"}};
    return {{"task", "classification"},
            {"scratch", "true"},
            {"text", resourcePath("text/languages.jsonl").toStdString()},
            {"tokenizer", resourcePath("models/demo/tokenizer.json").toStdString()},
            {"hidden", "96"},
            {"blocks", "2"},
            {"intermediate", "256"},
            {"steps", "400"},
            {"baselines", example == TrainingExample::LanguagesCompared ? "true" : "false"},
            {"noise-seeds", example == TrainingExample::LanguagesCompared ? "10" : "3"}};
}

std::string demoOut() { return (runsFolder() + "/demo.qsrun").toStdString(); }

}  // namespace qs
