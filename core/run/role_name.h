// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/spec.h"

namespace qs {

/// "q_proj" … "down_proj": the field's names of the seven linears, whatever a checkpoint calls them.
inline const char* roleName(LinearRole role) {
    constexpr const char* names[kLinearRoles] = {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"};
    return names[static_cast<std::size_t>(role)];
}

}  // namespace qs
