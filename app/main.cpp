// SPDX-License-Identifier: GPL-3.0-or-later
// quantoscope: the workbench, and figures without a display.
#include <fcntl.h>
#include <unistd.h>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <CLI/CLI.hpp>
#include <QApplication>
#include <QSocketNotifier>
#include <QTimer>

#include "app/figure.h"
#include "app/language.h"
#include "app/main_window.h"
#include "app/report.h"
#include "app/screenshot.h"
#include "app/settings.h"
#include "base/error.h"
#include "export/tokenizer_json.h"
#include "kernels/blas.h"
#include "run/jobs.h"
#include "run/train_job.h"
#include "views/theme.h"

namespace {

struct Request {
    std::string run, baseline, theme, report;
    bool demo = false;
    qs::FigureRequest figure;
    qs::ScreenshotRequest screenshot;
};

std::string viewNames() {
    std::string names;
    for (const qs::ViewEntry& view : qs::viewCatalogue()) names += (names.empty() ? "" : ", ") + std::string(view.name);
    return names;
}

int fail(const std::string& message, int status) {
    std::fprintf(stderr, "error: %s\n", message.c_str());
    return status;
}

/// Fills `request`; returns an exit status if the program ends here (help, version, wrong usage), −1 otherwise.
int readArguments(int argc, char** argv, Request& request) {
    CLI::App app("The Quantoscope workbench: see what post-training quantization does to a language model.", "quantoscope");
    app.set_version_flag("--version", "quantoscope " QS_VERSION);
    app.add_option("run", request.run, "Run file (*.qsrun) to open, finished or being written");
    app.add_option("--baseline", request.baseline, "Run to compare with");
    app.add_flag("--demo", request.demo, "Start with the bundled demo");
    app.add_option("--theme", request.theme,
                   "Colours of the window: system, light, dark, high-contrast or high-contrast-dark; figures are for print, always light")
        ->check(CLI::IsMember({"system", "light", "dark", "high-contrast", "high-contrast-dark"}));
    auto& f = request.figure;
    app.add_option("--figure", f.subject,
                   "Draw a figure of a run file, or a recipe (*.json), without a display; ready ones lie in resources/figures");
    app.add_option("--view", f.view, "With --figure: " + viewNames());
    app.add_option("--report", request.report,
                   "Write all figures of a training and a table of its numbers into the folder --out, without a display");
    app.add_option("--out", f.out,
                   "With --figure: file to write (.png, .pdf, .svg; .csv for the numbers; .json for the recipe); with --report: folder");
    app.add_option("--block", f.block, "With --figure: block to show");
    app.add_option("--linear", f.linear, "With --figure: linear to show, by checkpoint name or role");
    app.add_option("--order", f.order, "With --figure: order of channels")->check(CLI::IsMember({"rank", "channel"}));
    app.add_option("--measured-on", f.text, "With --figure: text of the errors")->check(CLI::IsMember({"calibration", "held-out"}));
    app.add_option("--length", f.length, "With --figure: sequence length to show, where a view shows one");
    app.add_option("--set", f.settings,
                   "With --figure: a setting of the view, NAME=VALUE (statistic=drift, map=impact, budget=3.5, row=7 …)")
        ->allow_extra_args(false);
    app.add_option("--scale", f.scale, "With --figure: pixels of a PNG for one of the screen")->check(CLI::IsMember({1, 2, 4}));
    app.add_flag("--without-first-token", f.withoutFirstToken, "With --figure: leave the first token of every sequence out");
    app.add_option("--screenshot", request.screenshot.file, "Save a picture of the window and end")->group("");
    app.add_option("--size", request.screenshot.size, "With --screenshot: WIDTHxHEIGHT")->group("");
    app.add_option("--delay", request.screenshot.delay, "With --screenshot: milliseconds to wait")->group("");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);
        return fail(std::string(error.what()) + "; see quantoscope --help", 2);
    }
    f.baseline = request.baseline;
    f.run = request.run;
    if (!request.report.empty() && f.out.empty()) return fail("--report needs --out, the folder to write into", 2);
    return -1;
}

int g_signalPipe[2] = {-1, -1};

void passSignalOn(int) {
    const char byte = 1;
    const auto written = write(g_signalPipe[1], &byte, 1);
    static_cast<void>(written);
}

/// From here on SIGTERM and SIGINT wait in the pipe instead of killing; first thing in the program.
void catchSignals() {
    if (pipe2(g_signalPipe, O_CLOEXEC | O_NONBLOCK) != 0) return;
    struct sigaction action {};
    action.sa_handler = passSignalOn;
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
}

/// They end the program in order: a job stops, its finished blocks stay, status 0.
void handleSignals(qs::MainWindow& window) {
    if (g_signalPipe[0] < 0) return;
    auto* notifier = new QSocketNotifier(g_signalPipe[0], QSocketNotifier::Read, &window);
    QObject::connect(notifier, &QSocketNotifier::activated, &window, [notifier, &window] {
        notifier->setEnabled(false);
        window.shutDown();
    });
}

int runWindow(QApplication& app, const Request& request) {
    qs::applyTheme(app, request.theme.empty() ? qs::loadSettings().theme : qs::themeKindOf(QString::fromStdString(request.theme)));
    qs::MainWindow window({[](const qs::QuantizeOptions& options, qs::JobContext& context) {
                               qs::beginSingleThreadedMath();  // in the thread of the job, as the pool does in its own
                               qs::runQuantize(options, context);
                           },
                           [](const qs::QuantizeOptions& options) { return qs::estimateQuantize(options); },
                           [](const qs::EvaluationOptions& options, qs::JobContext& context) {
                               qs::beginSingleThreadedMath();
                               return qs::runEvaluation(options, context);
                           },
                           [](qs::TrainOptions options, qs::JobContext& context) {
                               options.writeTokenizer = [](const auto& gguf, const auto& folder) {
                                   qs::writeTokenizerOfGguf(gguf, folder);
                               };
                               qs::runTrain(options, context);
                           },
                           [](const qs::TrainOptions& options, qs::JobContext& context) { return qs::estimateTrain(options, context); },
                           [](const qs::ExportOptions& options, qs::JobContext& context) { return qs::runExport(options, context); }});
    handleSignals(window);
    window.show();
    if (request.screenshot.file.empty() && !request.demo && request.run.empty()) window.restoreSession();
    if (!request.baseline.empty()) window.openBaseline(QString::fromStdString(request.baseline));
    if (!request.run.empty()) window.openRun(QString::fromStdString(request.run));
    if (request.demo) QTimer::singleShot(0, &window, [&window] { window.startDemo(); });
    if (!request.screenshot.file.empty()) qs::takeScreenshot(window, request.screenshot);
    return QApplication::exec();
}

}  // namespace

int main(int argc, char** argv) {
    Request request;
    if (const int status = readArguments(argc, argv, request); status >= 0) return status;
    const bool figure = !request.figure.subject.empty() || !request.report.empty(), hidden = figure || !request.screenshot.file.empty();
    if (!figure) catchSignals();
    if (hidden) setenv("QT_QPA_PLATFORM", "offscreen", 1);
    if (!std::getenv("QT_QPA_PLATFORM") && !std::getenv("DISPLAY") && !std::getenv("WAYLAND_DISPLAY"))
        return fail("there is no display (DISPLAY and WAYLAND_DISPLAY are not set); quantoscope --figure draws without one", 1);
    qs::beginSingleThreadedMath();
    QApplication::setOrganizationName("quantoscope");
    QApplication::setApplicationName("quantoscope");
    QApplication::setApplicationVersion(QS_VERSION);
    const qs::Settings settings = qs::loadSettings();
    if (!figure && settings.scale != 100 && !std::getenv("QT_SCALE_FACTOR"))
        setenv("QT_SCALE_FACTOR", std::to_string(settings.scale / 100.0).c_str(), 1);
    QApplication app(argc, argv);
    if (!figure) qs::installLanguage(app, settings.language);
    try {
        if (!figure) return runWindow(app, request);
        qs::applyTheme(app, qs::ThemeKind::Light);
        if (!request.report.empty()) qs::writeReport(request.report, request.figure.out);
        else qs::drawFigure(request.figure);
        return 0;
    } catch (const qs::Error& error) {
        return fail(error.what(), error.kind() == qs::ErrorKind::Usage ? 2 : 1);
    } catch (const std::exception& error) {
        return fail(error.what(), 1);
    }
}
