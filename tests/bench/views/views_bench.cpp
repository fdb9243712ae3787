// SPDX-License-Identifier: GPL-3.0-or-later
// What a person feels: a chip that is dragged with 14 336 channels and five lengths, views of a model with 224 linears, exported figures.
#include <benchmark/benchmark.h>

#include <QApplication>
#include <QElapsedTimer>
#include <QSettings>
#include <QTemporaryDir>
#include <cmath>
#include <map>
#include <random>
#include <tuple>

#include "kernels/blas.h"
#include "support/fake_run.h"
#include "views/hessian_diagonal/hessian_diagonal_view.h"
#include "views/length_chips.h"
#include "views/plot/figure_export.h"
#include "views/theme.h"

namespace qs {
namespace {

/// 32 blocks of 7 linears, four inputs; the last input has 14 336 channels, the others few, since one is looked at.
std::shared_ptr<const RunFile> largeRun() {
    static std::shared_ptr<testing::FakeRun> run;
    if (run) return run;
    run = testing::smallRun(0);
    run->origin.blocks = 32;
    std::mt19937 random(1);
    std::normal_distribution<double> normal;
    const std::pair<const char*, const char*> linears[] = {
        {"q_proj", "attention-in"}, {"k_proj", "attention-in"}, {"v_proj", "attention-in"}, {"o_proj", "attention-out"},
        {"gate_proj", "mlp-in"},    {"up_proj", "mlp-in"},      {"down_proj", "mlp-down"}};
    for (int block = 0; block < 32; ++block) {
        for (const char* name : {"attention-in", "attention-out", "mlp-in", "mlp-down"}) {
            TagRecord tag;
            tag.block = block, tag.tag = name;
            tag.dim = block == 31 && tag.tag == "mlp-down" ? 14336 : 64;
            for (const int length : {256, 512, 1024, 2048, 4096}) {
                BucketRecord bucket;
                bucket.length = length, bucket.sequences = 8, bucket.halfSequences = {4, 4};
                for (int c = 0; c < tag.dim; ++c) bucket.diagonal.push_back(8.0 * length * std::exp(normal(random)) * 1000 / (c + 1));
                bucket.halfDiagonal = {bucket.diagonal, bucket.diagonal};
                bucket.firstTokenDiagonal.assign(static_cast<std::size_t>(tag.dim), 1);
                bucket.trace = 1000.0 * length, bucket.topShare = 0.5, bucket.conditionNumber = 1e6, bucket.effectiveRank = 40;
                tag.calibration.push_back(std::move(bucket));
            }
            run->tagRecords.push_back(std::move(tag));
        }
        for (const auto& [role, tag] : linears) {
            LinearRecord linear = testing::smallLinear(block, role, 0.01 + 0.001 * block, 0.02);
            linear.tag = tag;
            linear.calibrationErrors.clear();
            for (const int length : {256, 512, 1024, 2048, 4096})
                linear.calibrationErrors.push_back({length, 8, 0.01 + 0.01 * std::abs(normal(random)), 1, 0, 1});
            run->linearRecords.push_back(std::move(linear));
        }
    }
    run->isFinished = true;
    return run;
}

ViewInput inputOf(const QJsonObject& settings = {}) {
    ViewInput input{largeRun(), nullptr, {}, settings, {}};
    input.selection.block = 31, input.selection.linear = largeRun()->linears().back().name;
    return input;
}

/// One step of a drag: shares, mix, order, medians, and the picture painted at the pixel ratio of the argument. Aim: 33 ms.
void dragChip(benchmark::State& state) {
    HessianDiagonalView view(nullptr);
    view.resize(960, 480);
    static_cast<QWidget&>(view).show();
    view.show(inputOf());
    QApplication::processEvents();
    QImage image(view.size() * static_cast<int>(state.range(0)), QImage::Format_RGB32);
    image.setDevicePixelRatio(static_cast<double>(state.range(0)));
    double share = 0.1;
    for (auto _ : state) {
        share = share > 0.8 ? 0.1 : share + 0.01;
        emit view.chips().chips()[0]->weightWanted(256, share);
        QApplication::processEvents();
        view.render(&image);
    }
}
BENCHMARK(dragChip)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond);

/// One step of a budget that is dragged in the bit allocation of a model with this many blocks: the exact plan, and the picture. Aim: 30
/// ms.
void dragBudget(benchmark::State& state) {
    const auto run = std::make_shared<testing::FakeRun>(*std::static_pointer_cast<const testing::FakeRun>(largeRun()));
    const auto eight = run->linearRecords;
    run->origin.blocks = static_cast<int>(state.range(0));
    run->linearRecords.clear();
    const std::map<std::string, std::pair<int, int>> shapes{
        {"q_proj", {4096, 4096}},   {"k_proj", {1024, 4096}},     {"v_proj", {1024, 4096}},    {"o_proj", {4096, 4096}},
        {"up_proj", {14336, 4096}}, {"gate_proj", {14336, 4096}}, {"down_proj", {4096, 14336}}};
    for (int block = 0; block < run->origin.blocks; ++block)
        for (std::size_t i = 0; i < 7; ++i) {
            LinearRecord linear = eight[static_cast<std::size_t>(block % 32) * 7 + i];
            linear.block = block, linear.name = "model.layers." + std::to_string(block) + "." + linear.role;
            std::tie(linear.out, linear.in) = shapes.at(linear.role);
            for (LengthError& error : linear.calibrationErrors) error.error *= 1 + 0.01 * block;
            run->linearRecords.push_back(std::move(linear));
        }
    View* view = findView("bit-allocation")->make(nullptr);
    view->resize(960, 480);
    static_cast<QWidget*>(view)->show();
    ViewInput input = inputOf();
    input.run = run;
    view->show(input);
    QApplication::processEvents();
    QImage image(view->size(), QImage::Format_RGB32);
    double budget = 2.05, worst = 0;
    for (auto _ : state) {
        budget = budget > 7.9 ? 2.05 : budget + 0.05;
        QElapsedTimer clock;
        clock.start();
        view->restoreSettings({{"budget", budget}});
        QApplication::processEvents();
        view->render(&image);
        worst = std::max(worst, static_cast<double>(clock.nsecsElapsed()) / 1e6);
    }
    state.counters["worst ms"] = worst;
    delete view;
}
BENCHMARK(dragBudget)->Arg(32)->Arg(80)->Unit(benchmark::kMillisecond);

/// The figure of a view without a window, at 2 ×.
void exportFigure(benchmark::State& state) {
    const ViewEntry& view = viewCatalogue()[static_cast<std::size_t>(state.range(0))];
    state.SetLabel(view.name);
    for (auto _ : state) {
        const Figure figure = view.figure(inputOf());
        if (!figure.chart.empty()) benchmark::DoNotOptimize(figureImage(figure.chart));
    }
}
BENCHMARK(exportFigure)->DenseRange(0, 8)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace qs

int main(int argc, char** argv) {
    qs::beginSingleThreadedMath();
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QTemporaryDir settings;  // those of the person stay as they are
    qputenv("XDG_DATA_HOME", settings.path().toUtf8());
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings.path());
    QApplication app(argc, argv);
    QApplication::setOrganizationName("quantoscope-test");
    QApplication::setApplicationName("quantoscope-test");
    qs::applyTheme(app, qs::ThemeKind::Light);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
