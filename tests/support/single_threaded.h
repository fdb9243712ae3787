// SPDX-License-Identifier: GPL-3.0-or-later
// Including this makes the mathematics of a test program's main thread single-threaded, as in the programs themselves: teams of threads on
// small products wait for one another when the machine is busy.
#pragma once

#include <gtest/gtest.h>

#include "kernels/blas.h"

namespace qs::testing {

class SingleThreadedMath : public ::testing::Environment {
    void SetUp() override { beginSingleThreadedMath(); }
};

/// Registered once a program, however many files include this.
inline ::testing::Environment* const kSingleThreadedMath = ::testing::AddGlobalTestEnvironment(new SingleThreadedMath);

}  // namespace qs::testing
