// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace qs::cli {

/// Throws Error before the work begins if the file `out` cannot be written, or is one of the inputs (which would be destroyed).
void checkOutputFile(const std::string& out, const std::vector<std::string>& inputs);

/// Throws Error before the work begins if the folder `out` cannot be made, or holds something already.
void checkOutputFolder(const std::string& out);

/// The folder of the bundled model and texts: $QUANTOSCOPE_RESOURCES, beside the installed program, in the source tree.
/// Empty if there is none.
std::string resourceFolder();

}  // namespace qs::cli
