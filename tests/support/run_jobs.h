// SPDX-License-Identifier: GPL-3.0-or-later
// Small jobs on the demo model for tests.
#pragma once

#include <fstream>
#include <random>

#include "run/jobs.h"
#include "support/data.h"

namespace qs::testing {

/// A file of id lists: for every length `each` lists of random ids below `vocabulary`.
inline std::string writeIds(const std::filesystem::path& file, const std::vector<int>& lengths, int each, unsigned vocabulary = 4096) {
    std::mt19937 random(1);
    std::ofstream out(file);
    out << "[";
    for (int i = 0; i < each; ++i)
        for (const int length : lengths) {
            out << (out.tellp() > 1 ? ",[" : "[");
            for (int t = 0; t < length; ++t) out << (t ? "," : "") << random() % vocabulary;
            out << "]";
        }
    out << "]";
    return file.string();
}

/// 3 bits per channel on the demo model with the sequences of a file.
inline QuantizeOptions smallQuantizationOf(const std::filesystem::path& ids) {
    QuantizeOptions options;
    options.calibration.model = resource("models/demo").string();
    options.calibration.ids = ids.string();
    options.calibration.spectra = false;
    options.quant.bits = 3;
    options.quant.groupSize = 0;
    options.machine.threads = 2;
    return options;
}

/// The same on four short sequences of two lengths each, written to folder/run.qsrun.
inline QuantizeOptions smallQuantization(const TemporaryFolder& folder) {
    QuantizeOptions options = smallQuantizationOf(writeIds(folder / "ids.json", {32, 96}, 4));
    options.out = (folder / "run.qsrun").string();
    return options;
}

}  // namespace qs::testing
