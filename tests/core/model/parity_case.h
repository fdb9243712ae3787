// SPDX-License-Identifier: GPL-3.0-or-later
// A model with stored results of a forward pass.
#pragma once

#include <filesystem>
#include <ostream>
#include <string>

#include "support/data.h"

namespace qs::testing {

struct ParityCase {
    const char* model;
    bool shared;  ///< among the data that is read where it lies, and may be absent

    std::filesystem::path folder() const {
        return shared ? sharedData(std::string("oracles/models/") + model) : testData(std::string("models/") + model);
    }
};

inline std::ostream& operator<<(std::ostream& out, const ParityCase& c) { return out << c.model; }

}  // namespace qs::testing
