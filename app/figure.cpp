// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/figure.h"

#include <QFileInfo>
#include <QJsonDocument>
#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "views/plot/figure_export.h"

namespace qs {
namespace {

constexpr const char* kRecipe = "quantoscope-figure";

QString absolutePath(const std::filesystem::path& path) { return QFileInfo(QString::fromStdString(path.string())).absoluteFilePath(); }

QByteArray recipeOf(const ViewEntry& view, const ViewInput& input) {
    QJsonObject recipe{{kRecipe, 1}, {"view", view.name}, {"run", absolutePath(input.run->path())}, {"settings", input.settings}};
    if (input.baseline) recipe["baseline"] = absolutePath(input.baseline->path());
    if (input.selection.block >= 0) recipe["block"] = input.selection.block;
    if (!input.selection.linear.empty()) recipe["linear"] = QString::fromStdString(input.selection.linear);
    return QJsonDocument(recipe).toJson();
}

/// The run of a recipe where it was, or beside the recipe if both were moved.
std::string located(const std::string& recipe, const QString& path) {
    const QString beside = QFileInfo(QString::fromStdString(recipe)).absolutePath() + '/' + QFileInfo(path).fileName();
    return (QFileInfo::exists(path) || !QFileInfo::exists(beside) ? path : beside).toStdString();
}

FigureRequest requestOf(const std::string& file, const std::string& out, QJsonObject& settings) {
    QJsonParseError error;
    const QJsonObject recipe = QJsonDocument::fromJson(QByteArray::fromStdString(readText(file)), &error).object();
    if (error.error != QJsonParseError::NoError)
        throw Error(file + ": is not JSON: " + error.errorString().toStdString() + " at byte " + std::to_string(error.offset));
    if (recipe[kRecipe].toInt() != 1) throw Error(file + ": is not a figure recipe of this version (\"quantoscope-figure\": 1 is missing)");
    FigureRequest request;
    request.subject = located(file, recipe["run"].toString());
    request.view = recipe["view"].toString().toStdString();
    request.out = out;
    if (recipe.contains("baseline")) request.baseline = located(file, recipe["baseline"].toString());
    request.block = recipe["block"].toInt(-1);
    request.linear = recipe["linear"].toString().toStdString();
    settings = recipe["settings"].toObject();
    return request;
}

QJsonObject settingsOf(const FigureRequest& request) {
    QJsonObject settings;
    if (!request.order.empty()) settings["order"] = QString::fromStdString(request.order);
    if (!request.text.empty()) settings["text"] = QString::fromStdString(request.text);
    if (request.withoutFirstToken) settings["first-token"] = false;
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
}

}  // namespace

void writeFigureFile(const ViewEntry& view, const ViewInput& input, const QString& path) {
    const QString kind = QFileInfo(path).suffix().toLower();
    const std::string file = path.toStdString();
    if (kind == "json") return requireWritable(file), writeText(file, recipeOf(view, input).toStdString());
    const Figure figure = view.figure(input);
    if (figure.chart.empty()) throw Error(input.run->path().string() + ": " + figure.chart.description.toStdString());
    if (kind == "csv") return requireWritable(file), writeText(file, tableText(figure.table, ',').toStdString());
    writeFigure(figure.chart, path);
}

void drawFigure(const FigureRequest& told) {
    if (told.out.empty()) throw Error("--out is missing; name the figure to write (.png, .pdf, .svg, .csv or .json)", ErrorKind::Usage);
    FigureRequest request = told;
    QJsonObject settings = settingsOf(told);
    if (QString::fromStdString(told.subject).endsWith(".json")) request = requestOf(told.subject, told.out, settings);
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
    writeFigureFile(*view, input, QString::fromStdString(request.out));
}

}  // namespace qs
