// SPDX-License-Identifier: GPL-3.0-or-later
// Figures without a window: every format, the recipe and its redrawing, one sentence for what cannot be drawn.
#include "app/figure.h"

#include <gtest/gtest.h>

#include <QImage>

#include "base/error.h"
#include "base/file.h"
#include "support/data.h"
#include "support/fake_run.h"
#include "support/training_course.h"

namespace qs {
namespace {

struct FigureTest : ::testing::Test {
    testing::TemporaryFolder folder;
    std::string run;

    void SetUp() override {
        run = (folder / "small.qsrun").string();
        const auto small = testing::smallRun();
        RunWriter writer(run, small->origin, small->drawn, false);
        for (int block = 0; block < 2; ++block) writer.writePart(testing::smallPart(*small, block));
        writer.writeTraining(testing::trainingCourse(1), {});
        writer.finish(1);
        appendEvaluation(run, {"perplexity", "text.txt", "quantized", {{"window", 10}}, {{"perplexity", {20, 1}}}});
    }
    std::string file(const std::string& name) const { return (folder / name).string(); }
    FigureRequest request(const std::string& view, const std::string& out) const {
        FigureRequest r;
        r.subject = run, r.view = view, r.out = file(out);
        return r;
    }
};

TEST_F(FigureTest, EveryViewInEveryFormat) {
    for (const ViewEntry& view : viewCatalogue()) {
        for (const char* out : {"a.png", "a.pdf", "a.svg", "a.csv", "a.json"}) {
            drawFigure(request(view.name, out));
            EXPECT_GT(std::filesystem::file_size(folder / out), 50U) << view.name << ' ' << out;
        }
        const QImage image(QString::fromStdString(file("a.png")));
        EXPECT_EQ(image.width(), 2000) << view.name;
        EXPECT_GT(image.height(), 600) << view.name;
        EXPECT_EQ(image.pixelColor(3, 3), QColor(Qt::white));
    }
}

TEST_F(FigureTest, PngsComeAtFourTimesToo) {
    drawFigure(request("hessian-map", "a@4x.png"));
    EXPECT_EQ(QImage(QString::fromStdString(file("a@4x.png"))).width(), 4000);
    FigureRequest r = request("hessian-map", "b.png");
    r.scale = 1;
    drawFigure(r);
    EXPECT_EQ(QImage(QString::fromStdString(file("b.png"))).width(), 1000);
}

TEST_F(FigureTest, EveryViewIsTheSameAgainFromItsRecipe) {
    for (const ViewEntry& view : viewCatalogue()) {
        FigureRequest r = request(view.name, "a.json");
        r.length = 20;
        r.baseline = run;
        drawFigure(r);
        r.out = file("a.png");
        drawFigure(r);
        FigureRequest again;
        again.subject = file("a.json"), again.out = file("b.png");
        drawFigure(again);
        EXPECT_EQ(readText(file("a.png")), readText(file("b.png"))) << view.name;
    }
}

TEST_F(FigureTest, ReadyRecipesTakeTheRunFromTheCommandLine) {
    for (const char* recipe : {"maca-figure-1", "maca-figure-1-without-first-token", "maca-figure-2", "two-stage-trajectory"}) {
        FigureRequest r;
        r.subject = testing::resource(std::string("figures/") + recipe + ".json").string();
        r.run = run, r.baseline = run, r.out = file("a.pdf");
        drawFigure(r);
        EXPECT_NE(readText(file("a.pdf")).find("/FontFile"), std::string::npos) << recipe;  // fonts are embedded
        r.run.clear();
        EXPECT_THROW(drawFigure(r), Error) << recipe;
    }
    drawFigure(request("weights", "a.svg"));
    EXPECT_NE(readText(file("a.svg")).find("font/otf;base64"), std::string::npos);
}

TEST_F(FigureTest, SettingsOfAViewCanBeGiven) {
    FigureRequest r = request("bit-allocation", "a.csv");
    r.settings = {"budget=2"};
    drawFigure(r);
    EXPECT_NE(readText(r.out).find("model.layers.0.mlp.up_proj,2,3,"), std::string::npos) << readText(r.out);
    r.settings = {"budget"};
    EXPECT_THROW(drawFigure(r), Error);
}

TEST_F(FigureTest, ARecipeDrawsTheSameFigureAgain) {
    FigureRequest first = request("hessian-diagonal", "a.png");
    first.order = "channel", first.linear = "down_proj", first.block = 1, first.withoutFirstToken = true;
    drawFigure(first);
    first.out = file("a.json");
    drawFigure(first);
    FigureRequest again;
    again.subject = file("a.json"), again.out = file("b.png");
    drawFigure(again);
    EXPECT_EQ(readText(file("a.png")), readText(file("b.png")));
    again.out = file("b.json");
    drawFigure(again);
    EXPECT_EQ(readText(file("a.json")), readText(file("b.json")));
    for (const char* kind : {".pdf", ".svg", ".csv"}) {
        first.out = file(std::string("a") + kind), again.out = file(std::string("b") + kind);
        drawFigure(first);
        drawFigure(again);
        EXPECT_EQ(readText(first.out), readText(again.out)) << kind;
    }
}

TEST_F(FigureTest, NumbersAreInTheCLocaleWithoutSeparators) {
    FigureRequest r = request("reconstruction-error", "a.csv");
    drawFigure(r);
    const std::string text = readText(r.out);
    EXPECT_EQ(text.substr(0, text.find('\n')), "block,linear,length,relative error");
    EXPECT_NE(text.find("0,model.layers.0.mlp.up_proj,10,0.01\n"), std::string::npos) << text;
}

TEST_F(FigureTest, WhatCannotBeDrawnIsOneSentence) {
    const auto kindOf = [](const FigureRequest& r) {
        try {
            drawFigure(r);
        } catch (const Error& error) {
            return std::string(error.kind() == ErrorKind::Usage ? "usage: " : "failed: ") + error.what();
        }
        return std::string("drawn");
    };
    EXPECT_EQ(kindOf(request("nope", "a.png")).rfind("usage: --view", 0), 0U);
    EXPECT_EQ(kindOf(request("hessian-diagonal", "a.gif")).rfind("usage: ", 0), 0U);
    FigureRequest r = request("hessian-diagonal", "a.png");
    r.linear = "other_proj";
    EXPECT_NE(kindOf(r).find("has no linear"), std::string::npos);
    writeText(file("bad.json"), "{\"view\": ");
    r.subject = file("bad.json");
    EXPECT_NE(kindOf(r).find("is not JSON"), std::string::npos);
    writeText(file("other.json"), "{}");
    r.subject = file("other.json");
    EXPECT_NE(kindOf(r).find("not a figure recipe"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(folder / "a.png"));
}

}  // namespace
}  // namespace qs
