// SPDX-License-Identifier: GPL-3.0-or-later
// `solve`: one linear without a model, named tensors in, named tensors out (the tensors of a safetensors file; the caller does the file
// work).
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "base/job.h"
#include "base/parallel.h"

namespace qs {

/// A dense tensor of any stored type; values in double (integers exactly).
struct NamedTensor {
    std::vector<std::int64_t> shape;
    std::vector<double> values;
    std::string dtype = "F64";  ///< how the writer stores it: F64, F32, U8, I32, I64
};

struct SolveOutcome {
    std::map<std::string, NamedTensor> tensors;
    std::string valuesJson;  ///< {"loss": …, "damp": …}
};

/// `settingsJson`: {"method": "rtn|gptq|hessians…", …} with the keys of SOLVERS.md (besides "precision": "float64" (default) or "float32",
/// the production kernels). Throws Error naming the key or tensor that is unknown, missing or of the wrong shape.
SolveOutcome solveProblem(const std::map<std::string, NamedTensor>& problem, const std::string& settingsJson, JobContext& context,
                          ThreadPool& pool);

}  // namespace qs
