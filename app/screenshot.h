// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of the window for the manual, made by a command so that they can be made again.
#pragma once

#include <string>

namespace qs {

class MainWindow;

struct ScreenshotRequest {
    std::string file, size = "1280x800";
    int delay = 400;  ///< milliseconds after run files are loaded
};

/// Waits until what was asked for is loaded and no job runs, saves the window as PNG and quits; status 1 if the file cannot be written.
void takeScreenshot(MainWindow& window, const ScreenshotRequest& request);

}  // namespace qs
