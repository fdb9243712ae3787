// SPDX-License-Identifier: GPL-3.0-or-later
// How long the window does not answer while what it shows is computed, read, drawn and written: gaps of the event loop
// (app/jobs/watchdog.h) in a real window with the real engine. Aim: worst 200 ms, 99 % within 50 ms.
#include <benchmark/benchmark.h>

#include <QApplication>
#include <QElapsedTimer>
#include <QStandardPaths>
#include <QTest>
#include <ctime>
#include <filesystem>

#include "app/main_window.h"
#include "app/notice_bar.h"
#include "kernels/blas.h"
#include "run/jobs.h"
#include "support/data.h"
#include "support/large_run.h"
#include "views/hessian_diagonal/hessian_diagonal_view.h"
#include "views/length_chips.h"
#include "views/theme.h"

namespace qs {
namespace {

constexpr int kPatience = 60'000;  // ms

Engine realEngine() {
    return {[](const QuantizeOptions& options, JobContext& context) {
                beginSingleThreadedMath();
                runQuantize(options, context);
            },
            [](const QuantizeOptions& options) { return estimateQuantize(options); }};
}

/// A window at 1600 × 1000 with nothing remembered.
struct Bench {
    testing::TemporaryFolder folder;
    std::unique_ptr<MainWindow> window;

    Bench() {
        std::filesystem::remove_all(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation).toStdString());
        window = std::make_unique<MainWindow>(realEngine());
        window->resize(1600, 1000);
        window->show();
        window->resetLayout();
        QTest::qWait(300);
    }
    template <typename Done>
    bool wait(const Done& done) {
        return QTest::qWaitFor(done, kPatience);
    }
    /// The gaps that `action` makes, until `done`, and for a moment after.
    template <typename Action, typename Done>
    bool measure(benchmark::State& state, const Action& action, const Done& done) {
        window->watchdog().reset();
        QElapsedTimer clock;
        clock.start();
        action();
        const bool ended = wait(done);
        state.SetIterationTime(static_cast<double>(clock.nsecsElapsed()) / 1e9);
        QTest::qWait(100);
        const Watchdog& gaps = window->watchdog();
        state.counters["worst_ms"] = std::max(state.counters["worst_ms"].value, gaps.worst());
        state.counters["p99_ms"] = std::max(state.counters["p99_ms"].value, gaps.quantile(0.99));
        state.counters["stalls"] = state.counters["stalls"].value + static_cast<double>(gaps.stalls());
        if (!ended) state.SkipWithError("it did not end");
        return ended;
    }
};

/// The bundled demo from the click to the finished run.
void demoJob(benchmark::State& state) {
    for (auto _ : state) {
        Bench bench;
        bench.measure(
            state, [&] { bench.window->startDemo(); }, [&] { return bench.window->run() && bench.window->run()->finished(); });
    }
}
BENCHMARK(demoJob)->UseManualTime()->Iterations(1)->Unit(benchmark::kMillisecond);

/// A run with the shape of an 8B model (or as many blocks), as a person opens it: until every visible view is drawn. Aim: 1 s.
void openLargeRun(benchmark::State& state) {
    for (auto _ : state) {
        Bench bench;
        const auto file = QString::fromStdString((bench.folder / "large.qsrun").string());
        testing::writeLargeRun(file.toStdString(), static_cast<int>(state.range(0)));
        bench.measure(
            state, [&] { bench.window->openRun(file); }, [&] { return bench.window->run() && !bench.window->loading(); });
    }
}
BENCHMARK(openLargeRun)->Arg(32)->Arg(80)->UseManualTime()->Iterations(1)->Unit(benchmark::kMillisecond);

/// Every view of a large run in every format.
void exportFigures(benchmark::State& state) {
    static const char* formats[] = {"png", "pdf", "svg", "csv"};
    const QString format = formats[state.range(1)];
    const auto view = static_cast<std::size_t>(state.range(0));
    state.SetLabel(std::string(viewCatalogue()[view].name) + " " + format.toStdString());
    static std::unique_ptr<Bench> bench;
    if (!bench) {
        bench = std::make_unique<Bench>();
        const auto run = QString::fromStdString((bench->folder / "large.qsrun").string());
        testing::writeLargeRun(run.toStdString(), 32);
        bench->window->openRun(run);
        bench->wait([&] { return bench->window->run() && !bench->window->loading(); });
        QTest::qWait(2000);
    }
    const auto file = QString::fromStdString((bench->folder / "figure@4x").string()) + "." + format;
    for (auto _ : state)
        bench->measure(
            state, [&] { bench->window->writeFigure(view, file); },
            [&] { return std::filesystem::exists(file.toStdString()) || bench->window->notice().isVisible(); });
    bench->window->notice().clear();  // a run without trajectories has none to draw
    std::filesystem::remove(file.toStdString());
    if (view + 1 == viewCatalogue().size() && state.range(1) == 3) bench.reset();
}
BENCHMARK(exportFigures)
    ->ArgsProduct({benchmark::CreateDenseRange(0, 8, 1), {0, 1, 2, 3}})
    ->UseManualTime()
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

/// From light to dark and back with a large run in view.
void switchTheme(benchmark::State& state) {
    Bench bench;
    const auto run = QString::fromStdString((bench.folder / "large.qsrun").string());
    testing::writeLargeRun(run.toStdString(), 32);
    bench.window->openRun(run);
    bench.wait([&] { return bench.window->run() && !bench.window->loading(); });
    QTest::qWait(2000);
    Settings settings = loadSettings();
    for (auto _ : state) {
        settings.theme = settings.theme == ThemeKind::Dark ? ThemeKind::Light : ThemeKind::Dark;
        bench.measure(
            state, [&] { bench.window->applySettings(settings); }, [&] { return true; });
    }
}
BENCHMARK(switchTheme)->UseManualTime()->Iterations(6)->Unit(benchmark::kMillisecond);

/// Seconds of processor that the window's thread has taken.
double threadSeconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// One step of a dragged chip in the whole window, until all that follows from it is drawn: 14 336 channels × 5 lengths in view, other
/// views beside it, the step kept for undo. Aim: 33 ms of the window's thread.
void dragChipInWindow(benchmark::State& state) {
    Bench bench;
    const auto run = QString::fromStdString((bench.folder / "large.qsrun").string());
    testing::writeLargeRun(run.toStdString(), 32);
    bench.window->openRun(run);
    bench.wait([&] { return bench.window->run() && !bench.window->loading(); });
    bench.window->selection().select({31, bench.window->run()->linears().back().name, 0, -1});
    QTest::qWait(2000);
    auto* view = bench.window->findChild<HessianDiagonalView*>();
    double share = 0.1;
    for (auto _ : state) {
        const double begin = threadSeconds();
        share = share > 0.8 ? 0.1 : share + 0.01;
        emit view->chips().chips()[0]->weightWanted(256, share);
        for (int turn = 0; turn < 4; ++turn) QApplication::processEvents();
        state.SetIterationTime(threadSeconds() - begin);
    }
}
BENCHMARK(dragChipInWindow)->UseManualTime()->Iterations(60)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace qs
