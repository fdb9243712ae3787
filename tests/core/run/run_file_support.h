// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "base/error.h"
#include "run/run_file.h"
#include "support/messages.h"
#include "support/run_records.h"

namespace qs::testing {

/// A finished run of `blocks` blocks at folder/run.qsrun.
inline std::filesystem::path writeExample(const std::filesystem::path& folder, int blocks = 2) {
    const std::filesystem::path path = folder / "run.qsrun";
    RunWriter writer(path, exampleProvenance(), exampleSequences(), false);
    for (int b = 0; b < blocks; ++b) writer.writePart(examplePart(b));
    writer.addEvent({Severity::Warning, "device-fallback", "", "no CUDA device"});
    writer.setResources({1, 2, 3}, {4, 5, 6});
    writer.finish(12.5);
    return path;
}

}  // namespace qs::testing
