// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/options.h"

namespace qs::cli {

/// `--force`.
struct ForceOption {
    bool force = false;
    void describe(OptionList& list);
};

/// Throws Error before the work begins if the file `out` cannot be written, or is one of the inputs (which would be destroyed).
void checkOutputFile(const std::string& out, const std::vector<std::string>& inputs);

/// Throws Error before the work begins if `out` is there and was not written by this program for such a purpose (a run file, safetensors
/// with outputMetadata(), a bit plan), nor is empty, unless `force` is given.
void checkReplaced(const std::string& out, const ForceOption& force);

/// Metadata of safetensors files that `--out` names, by which they are known again.
std::map<std::string, std::string> outputMetadata();

/// Throws Error before the work begins if the folder `out` cannot be made, or holds something already.
void checkOutputFolder(const std::string& out);

/// The folder of the bundled model and texts: $QUANTOSCOPE_RESOURCES, beside the installed program, in the source tree.
/// Empty if there is none.
std::string resourceFolder();

}  // namespace qs::cli
