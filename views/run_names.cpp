// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/run_names.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <cmath>
#include <map>
#include <set>

namespace qs {
namespace {
QString text(const char* source) { return QCoreApplication::translate("RunNames", source); }

/// Code bits: a weight over all linears, or of a training, whose b_avg is that, a linear. 0 without any.
double averageBits(const RunFile& run) {
    double bits = 0, weights = 0;
    for (const LinearRecord& linear : run.linears()) {
        const double count = run.provenance().kind == "train" ? 1 : static_cast<double>(linear.out) * linear.in;
        bits += linear.bits * count, weights += count;
    }
    return weights > 0 ? bits / weights : 0;
}
}  // namespace

std::string optionOf(const RunFile& run, const std::string& name, const std::string& otherwise) {
    const auto& options = run.provenance().options;
    const auto found = options.find(name);
    return found == options.end() ? otherwise : found->second;
}

QString weightingName(const std::string& weighting) {
    if (weighting == "maca") return text("MaCa");
    if (weighting == "token") return text("token-weighted");
    if (weighting.rfind("length:", 0) == 0) return text("%1 tokens only").arg(QString::fromStdString(weighting.substr(7)));
    return text("own mix");
}

QString runName(const RunFile& run) {
    if (run.provenance().kind == "calibrate") return text("Calibration");
    if (run.provenance().kind == "measure") return text("Errors per width");
    const std::string method = optionOf(run, "method"), weighting = optionOf(run, "weighting", "token");
    QString name = QString::fromStdString(method).toUpper();
    const double mean = averageBits(run);
    if (run.provenance().kind == "train")  // a step for every layer, no groups
        return mean > 0 ? name + text(", %1 bit").arg(QString::number(mean, 'f', std::abs(mean - std::round(mean)) < 0.005 ? 0 : 2)) : name;
    if (method != "rtn") {
        if (weighting == "maca") name = text("MaCa") + (method == "gptq" ? QString() : QStringLiteral(" ") + name);
        else if (weighting.rfind("length:", 0) == 0) name += text(" at %1").arg(QString::fromStdString(weighting.substr(7)));
        else if (weighting != "token") name += text(" with own mix");
    }
    std::string bits = optionOf(run, "bits");
    if (mean > 0) bits = QString::number(mean, 'f', std::abs(mean - std::round(mean)) < 0.005 ? 0 : 2).toStdString();
    const std::string group = optionOf(run, "group-size");
    if (!bits.empty()) name += text(", %1 bit").arg(QString::fromStdString(bits));
    if (!group.empty()) name += group == "0" ? text(", per channel") : QStringLiteral(", g") + QString::fromStdString(group);
    return name;
}

QString linearName(const std::string& name) {
    const auto dot = name.rfind('.');
    return QString::fromStdString(dot == std::string::npos ? name : name.substr(dot + 1));
}

QString inputTitle(const std::string& tag) {
    if (tag == "attention-in") return text("q k v input");
    if (tag == "attention-out") return text("o input");
    if (tag == "mlp-in") return text("gate up input");
    return text("down input");
}

QString placeName(int block, const QString& what) { return text("block %1 · %2").arg(block).arg(what); }

QString modelName(const RunFile& run) {
    QString path = QString::fromStdString(run.provenance().model);
    while (path.endsWith('/')) path.chop(1);
    return QFileInfo(path).fileName();
}

std::vector<int> lengthsOf(const RunFile& run) {
    std::set<int> lengths;
    for (const TagRecord& tag : run.tags())
        for (const BucketRecord& bucket : tag.calibration) lengths.insert(bucket.length);
    for (const LinearRecord& linear : run.linears())
        for (const LengthError& error : linear.calibrationErrors) lengths.insert(error.length);
    return {lengths.begin(), lengths.end()};
}

QString sequencesText(const RunFile& run) {
    std::map<int, int> perLength;
    for (const SequenceRecord& sequence : run.sequences())
        if (!sequence.heldOut) ++perLength[sequence.length];
    if (perLength.empty() && !run.tags().empty())
        for (const BucketRecord& bucket : run.tags().front().calibration) perLength[bucket.length] = bucket.sequences;
    int all = 0;
    bool same = true;
    for (const auto& [length, sequences] : perLength) all += sequences, same = same && sequences == perLength.begin()->second;
    QString words = QCoreApplication::translate("RunNames", "%n sequences", nullptr, all);
    if (same && perLength.size() > 1) words += text(", %1 per length").arg(perLength.begin()->second);
    return words;
}

}  // namespace qs
