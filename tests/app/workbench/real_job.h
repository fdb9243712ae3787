// SPDX-License-Identifier: GPL-3.0-or-later
// A window with the real engine and six blocks of work.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "app/demo.h"
#include "app/workbench/window_support.h"
#include "kernels/blas.h"
#include "run/jobs.h"

namespace qs::testing {

struct RealJobTest : WindowTest {
    std::filesystem::path model() const { return folder / "model"; }
    static Engine realEngine() {
        return engineOf([](const QuantizeOptions& options, JobContext& context) {
            beginSingleThreadedMath();
            runQuantize(options, context);
        });
    }
    /// Six blocks of the demo model, a copy of it in the folder.
    void fillInDemo(MainWindow& window, const std::string& tokens = "2048") {
        std::filesystem::copy(resourcePath("models/demo").toStdString(), model(), std::filesystem::copy_options::recursive);
        for (const auto& [name, value] :
             std::vector<std::pair<const char*, std::string>>{{"model", model().string()},
                                                              {"text", resourcePath("text/en.txt").toStdString()},
                                                              {"lengths", "64,128"},
                                                              {"tokens", tokens},
                                                              {"keep", "none"},
                                                              {"out", out().toStdString()}})
            window.method().form().setValue(name, value);
    }
    template <class Done>
    static bool wait(const Done& done) {
        return QTest::qWaitFor(done, 300000);  // a loaded machine, sanitizers
    }
};

}  // namespace qs::testing
