// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "run/role_name.h"
#include "run/run_data.h"

namespace qs {

/// The record of a linear with what its place in the model says; the rest is the solver's or the training's.
inline LinearRecord recordAt(const LinearSpec& linear, int block) {
    LinearRecord record;
    record.name = linear.name;
    record.block = block;
    record.role = roleName(linear.role);
    record.tag = nameOf(linear.tag);
    record.out = linear.out;
    record.in = linear.in;
    return record;
}

}  // namespace qs
