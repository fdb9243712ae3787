// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "export/exporter.h"

namespace qs {

/// README.md of an export: what was done to which model with which settings, errors and perplexity as far as the run knows them, and the
/// commands that repeat it.
std::string modelCard(const ExportRequest& request);

}  // namespace qs
