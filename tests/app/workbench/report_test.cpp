// SPDX-License-Identifier: GPL-3.0-or-later
// The report of a training: every figure, one table, nothing silently left out.
#include "app/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QJsonDocument>

#include "app/figure.h"
#include "base/error.h"
#include "base/file.h"
#include "support/data.h"
#include "support/fake_run.h"
#include "support/training_course.h"

namespace qs {
namespace {

using ::testing::HasSubstr;

std::string writeTrained(const std::filesystem::path& file, const TrainingRecord& record) {
    const auto small = testing::smallRun();
    small->origin.kind = "train";
    small->origin.options["method"] = record.method;
    RunWriter writer(file, small->origin, {}, false);
    writer.writeTraining(record, {});
    writer.finish(1);
    return file.string();
}

TEST(Report, WritesEveryFigureAndBothTables) {
    testing::TemporaryFolder folder;
    const std::string run = writeTrained(folder / "run.qsrun", testing::trainingCourse(2)), out = (folder / "new/report").string();
    writeReport(run, out);
    for (const ReportFigure& figure : reportFigures())
        for (const char* kind : {".pdf", ".png"})
            EXPECT_GT(std::filesystem::file_size(out + "/" + figure.name + kind), 1000U) << figure.name;
    const std::string text = readText(out + "/report.md"), table = readText(out + "/report.csv");
    EXPECT_THAT(text, HasSubstr("| accuracy | 0.972 ± 0.0082 | 0.981 ± "));
    EXPECT_THAT(text, HasSubstr("| energy, bit weights (estimate) | ≈ "));
    EXPECT_THAT(text, HasSubstr("### dsa-qat-figure-5: training loss"));
    EXPECT_THAT(text, HasSubstr("| latency of float32 / latency, × | 1 | 2.2727 | "));
    EXPECT_EQ(text.find("Not drawn"), std::string::npos);
    EXPECT_THAT(table, HasSubstr("float32,latency,ms,4.8,,,measured"));
    EXPECT_THAT(table, HasSubstr("fixed-4,32 / average bits,×,8,,,measured"));
    EXPECT_THAT(table, HasSubstr("standard deviation over 10 draws"));
}

TEST(Report, SaysWhatCouldNotBeDrawn) {
    testing::TemporaryFolder folder;
    TrainingRecord record = testing::trainingCourse(1);
    record.noise.clear();
    const std::string run = writeTrained(folder / "run.qsrun", record), out = (folder / "report").string();
    writeReport(run, out);
    EXPECT_FALSE(std::filesystem::exists(out + "/dsa-qat-figure-9.pdf"));
    EXPECT_THAT(readText(out + "/report.md"), HasSubstr("## Not drawn\n\n- dsa-qat-figure-9 (accuracy under quantization noise): "));
}

TEST(Report, NeedsATraining) {
    testing::TemporaryFolder folder;
    const auto small = testing::smallRun();
    const std::string run = (folder / "run.qsrun").string();
    RunWriter writer(run, small->origin, small->drawn, false);
    for (int block = 0; block < 2; ++block) writer.writePart(testing::smallPart(*small, block));
    writer.finish(1);
    try {
        writeReport(run, (folder / "report").string());
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("was not trained"));
    }
    EXPECT_FALSE(std::filesystem::exists(folder / "report"));
}

TEST(Report, EveryFigureHasItsRecipe) {
    testing::TemporaryFolder folder;
    const std::string run = writeTrained(folder / "run.qsrun", testing::trainingCourse(1));
    for (const ReportFigure& figure : reportFigures()) {
        const std::string recipe = testing::resource("figures/" + figure.name + ".json").string();
        const QJsonObject stored = QJsonDocument::fromJson(QByteArray::fromStdString(readText(recipe))).object();
        EXPECT_EQ(stored["settings"].toObject(), figure.settings) << figure.name;
        EXPECT_EQ(stored["view"].toString(), "training");
    }
    FigureRequest request;
    request.subject = testing::resource("figures/dsa-qat-figure-10.json").string(), request.run = run;
    request.out = (folder / "a.csv").string();
    drawFigure(request);
    EXPECT_THAT(readText(request.out), HasSubstr("dsa-qat,size,bytes,"));
}

}  // namespace
}  // namespace qs
