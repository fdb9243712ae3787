// SPDX-License-Identifier: GPL-3.0-or-later
// A window without a display and a stand-in job that writes a real run file, block by block.
#pragma once

#include <gtest/gtest.h>

#include <QPushButton>
#include <QSettings>
#include <QStandardPaths>
#include <QTest>

#include "app/main_window.h"
#include "app/method_panel.h"
#include "app/notice_bar.h"
#include "app/option_form.h"
#include "support/data.h"
#include "support/fake_run.h"
#include "support/training_course.h"

namespace qs::testing {

/// Writes the two blocks of smallRun() as a job would.
inline void writeSmallRun(const QuantizeOptions& options, JobContext& context) {
    const auto small = smallRun();
    RunWriter writer(options.out, small->origin, small->drawn, options.resume);
    for (int block = 0; block < 2; ++block) {
        context.report(block / 2.0, "block " + std::to_string(block));
        writer.writePart(smallPart(*small, block));
        context.partFinished(block, writer.partPath(block).string());
    }
    writer.writeTraining(trainingCourse(1), {});  // so that every view has something to show
    writer.finish(1);
    appendEvaluation(options.out, {"perplexity", "text.txt", "quantized", {{"window", 10}}, {{"perplexity", {20, 1}}}});
    context.report(1, "done");
}

/// Grows the record of a training and ends it with the two blocks of smallRun().
inline void writeTrainingCourse(const TrainOptions& options, JobContext& context) {
    const auto small = smallRun();
    Provenance origin = small->origin;
    origin.kind = "train";
    RunWriter writer(options.out, origin, {}, false);
    for (std::int64_t done = 20; done <= 400; done += 20) {
        context.check();
        context.report(static_cast<double>(done) / 400, "dsa-qat · step " + std::to_string(done) + " of 400 · loss 1");
        writer.writeTraining(trainingCourse(1, done), {});
        context.recordRewritten(writer.trainingPath().string());
    }
    for (int block = 0; block < 2; ++block) writer.writePart(smallPart(*small, block));
    writer.finish(1);
    context.report(1, "done");
}

/// A window whose jobs are stand-ins, with nothing remembered.
struct WindowTest : ::testing::Test {
    TemporaryFolder folder;

    void SetUp() override {
        QSettings().clear();
        std::filesystem::remove_all(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation).toStdString());
    }
    /// A finished run of two blocks.
    QString written(const std::string& name, const std::string& weighting = "maca") const {
        const auto small = smallRun(2, weighting);
        const std::string file = (folder / name).string();
        RunWriter writer(file, small->origin, {}, false);
        for (int block = 0; block < 2; ++block) writer.writePart(smallPart(*small, block));
        writer.finish(1);
        return QString::fromStdString(file);
    }
    static bool shows(const MainWindow& window, const QString& file) {
        return QTest::qWaitFor([&] { return window.run() && QString::fromStdString(window.run()->path().string()) == file; }, 10000);
    }
    /// The button of the notice on top.
    static QPushButton* button(MainWindow& window, const QString& text) {
        for (auto* candidate : window.notice().findChildren<QPushButton*>())
            if (candidate->text() == text && candidate->isVisible()) return candidate;
        return nullptr;
    }
    QString out() const { return QString::fromStdString((folder / "small.qsrun").string()); }

    void fillIn(MainWindow& window) {
        window.method().form().setValue("model", "models/small");
        window.method().form().setValue("text", "text.txt");
        window.method().form().setValue("out", out().toStdString());
    }
};

inline Engine engineOf(std::function<void(const QuantizeOptions&, JobContext&)> quantize) { return {std::move(quantize), {}}; }

}  // namespace qs::testing
