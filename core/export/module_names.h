// SPDX-License-Identifier: GPL-3.0-or-later
// How configurations speak of modules: by name, by a pattern, or by grids that many share.
#pragma once

#include <string>
#include <vector>

#include "export/survey.h"

namespace qs {

/// Linears with the same bits, group size and symmetry; the largest set first.
struct GridGroup {
    std::vector<const LinearFacts*> linears;
};
std::vector<GridGroup> gridGroups(const Survey& survey);

/// The module for compressed-tensors: its name, or "re:…" where a loader puts the text part under another name (models with a vision part).
std::string targetName(const std::string& module, const Survey& survey);
/// The same for all modules that stay as they were; those outside of the text part by a pattern for their whole part.
std::vector<std::string> untouchedTargets(const Survey& survey);

/// `text` with everything that a regular expression would interpret escaped.
std::string escaped(const std::string& text);

/// The linears of one block that some loaders fuse into one: {q, k, v} and {gate, up}, as far as the run has them.
struct FusedSet {
    std::string name;  ///< "model.layers.0.self_attn.qkv_proj"
    int size = 0;      ///< how many linears belong to it: 3 or 2
    std::vector<const LinearFacts*> linears;
};
std::vector<FusedSet> fusedSets(const Survey& survey);

}  // namespace qs
