// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/figure.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "views/plot/figure_export.h"

namespace qs {
namespace {

constexpr const char* kRecipe = "quantoscope-figure";

QString absolutePath(const std::filesystem::path& path) { return QFileInfo(QString::fromStdString(path.string())).absoluteFilePath(); }

QByteArray recipeOf(const ViewEntry& view, const ViewInput& input, int scale) {
    QJsonObject recipe{{kRecipe, 1}, {"view", view.name}, {"run", absolutePath(input.run->path())}, {"settings", input.settings}};
    if (input.baseline) recipe["baseline"] = absolutePath(input.baseline->path());
    const Selection& s = input.selection;
    if (s.block >= 0) recipe["block"] = s.block;
    if (!s.linear.empty()) recipe["linear"] = QString::fromStdString(s.linear);
    if (s.length > 0) recipe["length"] = s.length;
    if (s.channel >= 0) recipe["channel"] = s.channel;
    QJsonArray brushed;
    for (const std::string& linear : s.brushed) brushed.append(QString::fromStdString(linear));
    if (!brushed.isEmpty()) recipe["brushed"] = brushed;
    if (scale != 2) recipe["scale"] = scale;
    return QJsonDocument(recipe).toJson();
}

/// The run of a recipe where it was, or beside the recipe if both were moved.
std::string located(const std::string& recipe, const QString& path) {
    const QString beside = QFileInfo(QString::fromStdString(recipe)).absolutePath() + '/' + QFileInfo(path).fileName();
    return (QFileInfo::exists(path) || !QFileInfo::exists(beside) ? path : beside).toStdString();
}

/// What the recipe says; runs that it leaves open come from the command line.
FigureRequest requestOf(const FigureRequest& told, QJsonObject& recipe) {
    const std::string& file = told.subject;
    QJsonParseError error;
    recipe = QJsonDocument::fromJson(QByteArray::fromStdString(readText(file)), &error).object();
    if (error.error != QJsonParseError::NoError)
        throw Error(file + ": is not JSON: " + error.errorString().toStdString() + " at byte " + std::to_string(error.offset));
    if (recipe[kRecipe].toInt() != 1) throw Error(file + ": is not a figure recipe of this version (\"quantoscope-figure\": 1 is missing)");
    FigureRequest request;
    request.out = told.out;
    request.subject = recipe.contains("run") ? located(file, recipe["run"].toString()) : told.run;
    if (request.subject.empty())
        throw Error(file + ": names no run; give one as well:  quantoscope RUN.qsrun --figure " + file + " --out FILE", ErrorKind::Usage);
    request.view = recipe["view"].toString().toStdString();
    request.baseline = recipe.contains("baseline") ? located(file, recipe["baseline"].toString()) : told.baseline;
    request.block = recipe["block"].toInt(told.block);
    request.linear = recipe.contains("linear") ? recipe["linear"].toString().toStdString() : told.linear;
    request.length = recipe["length"].toInt(told.length);
    request.scale = told.scale > 0 ? told.scale : recipe["scale"].toInt(0);
    return request;
}

/// "3" is a number, "true" a flag, {…} an object, anything else a text.
QJsonValue valueOf(const QString& text) {
    const QJsonDocument document = QJsonDocument::fromJson(("[" + text + "]").toUtf8());
    return document.isArray() && document.array().size() == 1 ? document.array().first() : QJsonValue(text);
}

QJsonObject settingsOf(const FigureRequest& request) {
    QJsonObject settings;
    if (!request.order.empty()) settings["order"] = QString::fromStdString(request.order);
    if (!request.text.empty()) settings["text"] = QString::fromStdString(request.text);
    if (request.withoutFirstToken) settings["first-token"] = false;
    for (const std::string& setting : request.settings) {
        const QString text = QString::fromStdString(setting);
        if (!text.contains('='))
            throw Error("--set: '" + setting + "' is not NAME=VALUE; give for example --set statistic=drift", ErrorKind::Usage);
        settings[text.section('=', 0, 0)] = valueOf(text.section('=', 1));
    }
    return settings;
}

void select(ViewInput& input, const FigureRequest& request) {
    input.selection = firstSelection(*input.run);
    if (!request.linear.empty()) {
        const auto& linears = input.run->linears();
        const auto found = std::find_if(linears.begin(), linears.end(), [&](const LinearRecord& linear) {
            return linear.name == request.linear || (linear.role == request.linear && (request.block < 0 || linear.block == request.block));
        });
        if (found == linears.end()) throw Error(request.subject + ": has no linear \"" + request.linear + "\"");
        input.selection.linear = found->name;
        input.selection.block = found->block;
    } else if (request.block >= 0) {
        input.selection = {};
        input.selection.block = request.block;
    }
    input.selection.length = request.length;
}

}  // namespace

int figureScale(const QString& path, int told) {
    if (told > 0) return told;
    return QFileInfo(path).completeBaseName().endsWith("@4x") ? 4 : 2;
}

std::optional<Figure> prepareFigureFile(const ViewEntry& view, const ViewInput& input, const QString& path, int scale) {
    const QString kind = QFileInfo(path).suffix().toLower();
    const std::string file = path.toStdString();
    if (kind == "json") {
        requireWritable(file);
        writeText(file, recipeOf(view, input, figureScale(path, scale)).toStdString());
        return std::nullopt;
    }
    Figure figure = view.figure(input);
    if (figure.chart.empty()) throw Error(input.run->path().string() + ": " + figure.chart.description.toStdString());
    if (kind != "csv") return figure;
    requireWritable(file);
    writeText(file, tableText(figure.table, ',').toStdString());
    return std::nullopt;
}

void writeFigureFile(const ViewEntry& view, const ViewInput& input, const QString& path, int scale) {
    if (const auto figure = prepareFigureFile(view, input, path, scale)) writeFigure(figure->chart, path, {}, figureScale(path, scale));
}

void drawFigure(const FigureRequest& told) {
    if (told.out.empty()) throw Error("--out is missing; name the figure to write (.png, .pdf, .svg, .csv or .json)", ErrorKind::Usage);
    FigureRequest request = told;
    QJsonObject settings = settingsOf(told), recipe;
    if (QString::fromStdString(told.subject).endsWith(".json")) {
        request = requestOf(told, recipe);
        settings = recipe["settings"].toObject();
        for (const auto own = settingsOf(told); const QString& name : own.keys()) settings[name] = own[name];
    }
    const ViewEntry* view = findView(request.view);
    if (!view) {
        std::string names;
        for (const ViewEntry& entry : viewCatalogue()) names += (names.empty() ? "" : ", ") + std::string(entry.name);
        throw Error("--view: '" + request.view + "' is not a view; give one of " + names, ErrorKind::Usage);
    }
    ViewInput input;
    input.run = RunFile::open(request.subject);
    if (!request.baseline.empty()) input.baseline = RunFile::open(request.baseline);
    input.settings = settings;
    select(input, request);
    input.selection.channel = recipe["channel"].toInt(-1);
    for (const QJsonValue& linear : recipe["brushed"].toArray()) input.selection.brushed.push_back(linear.toString().toStdString());
    writeFigureFile(*view, input, QString::fromStdString(request.out), request.scale);
}

}  // namespace qs
