// SPDX-License-Identifier: GPL-3.0-or-later
// Tests of kernels that are compiled once per instruction set: every set that this processor has is called directly.
#pragma once

#include "kernels/isa.h"

namespace qs::testing {

template <class Function>
struct Kernel {
    Isa isa;
    Function function;
};

/// activeIsa() is the best set unless QUANTOSCOPE_ISA asks for less.
inline bool hasIsa(Isa isa) { return isa <= activeIsa(); }

}  // namespace qs::testing

/// Initialisers of a Kernel array: one entry per compiled set.
#if defined(__x86_64__)
#define QS_TEST_ISAS(name)                                                                                                                 \
    {::qs::Isa::Generic, ::qs::isa_generic::name}, {::qs::Isa::Avx2, ::qs::isa_avx2::name}, {::qs::Isa::Avx512, ::qs::isa_avx512::name}, { \
        ::qs::Isa::Avx512Bf16, ::qs::isa_avx512bf16::name                                                                                  \
    }
#else
#define QS_TEST_ISAS(name) \
    { ::qs::Isa::Generic, ::qs::isa_generic::name }
#endif
