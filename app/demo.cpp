// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

#include "app/settings.h"
#include "base/error.h"

namespace qs {

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
    QString model = QString::fromStdString(options.calibration.model);
    while (model.endsWith('/')) model.chop(1);
    QString name = QStringLiteral("%1-%2-%3bit-%4")
                       .arg(QFileInfo(model).completeBaseName(), QLatin1String(nameOfEnum(options.quant.method)))
                       .arg(options.quant.bits)
                       .arg(QString::fromStdString(options.weighting));
    for (QChar& c : name)
        if (!c.isLetterOrNumber() && c != '-' && c != '.' && c != '_') c = '-';
    const QString folder = runsFolder();
    for (int number = 1;; ++number) {
        const QString path = folder + '/' + name + (number == 1 ? QString() : '-' + QString::number(number)) + ".qsrun";
        if (!QFileInfo::exists(path) && !QFileInfo::exists(path + ".parts") && !taken.contains(path)) return path;
    }
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

std::string demoOut() { return (runsFolder() + "/demo.qsrun").toStdString(); }

}  // namespace qs
