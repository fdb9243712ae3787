// SPDX-License-Identifier: GPL-3.0-or-later
// What came out of a training as a folder: the paper's figures 4 to 10 and the pictures of the method as PDF and PNG, and every number in
// one Markdown and one CSV table.
#pragma once

#include <QJsonObject>
#include <string>
#include <vector>

namespace qs {

/// A figure of the report: the training view with these settings. resources/figures has a recipe of the same name for each.
struct ReportFigure {
    std::string name, shows;
    QJsonObject settings;
};
const std::vector<ReportFigure>& reportFigures();

/// Writes NAME.pdf and NAME.png of every figure that the run has numbers for, report.md and report.csv into `folder`, which is made if need
/// be. What could not be drawn is said in report.md, and why. Throws Error naming the file if the run was not trained or cannot be written.
void writeReport(const std::string& run, const std::string& folder);

}  // namespace qs
