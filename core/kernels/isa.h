// SPDX-License-Identifier: GPL-3.0-or-later
// Instruction set chosen at run time for the kernels that are compiled several times (see core/kernels/CMakeLists.txt).
#pragma once

namespace qs {

enum class Isa { Generic, Avx2, Avx512, Avx512Bf16 };

/// The best set that this processor and this build have, unless the environment variable QUANTOSCOPE_ISA (generic, avx2, avx512,
/// avx512bf16) asks for a lesser one: how the fallbacks are tested. Read once.
Isa activeIsa();
/// The best set, whatever the environment says.
Isa bestIsa();
const char* nameOf(Isa isa);

}  // namespace qs

/// Declares `ret name args` in every compiled namespace; QS_ISA_CALL(name)(…) calls the active one.
#if defined(__x86_64__)
#define QS_ISA_DECLARE(ret, name, args) \
    namespace qs::isa_generic {         \
    ret name args;                      \
    }                                   \
    namespace qs::isa_avx2 {            \
    ret name args;                      \
    }                                   \
    namespace qs::isa_avx512 {          \
    ret name args;                      \
    }                                   \
    namespace qs::isa_avx512bf16 {      \
    ret name args;                      \
    }
#define QS_ISA_CALL(name)                                                    \
    (::qs::activeIsa() == ::qs::Isa::Avx512Bf16 ? ::qs::isa_avx512bf16::name \
     : ::qs::activeIsa() == ::qs::Isa::Avx512   ? ::qs::isa_avx512::name     \
     : ::qs::activeIsa() == ::qs::Isa::Avx2     ? ::qs::isa_avx2::name       \
                                                : ::qs::isa_generic::name)
#else
#define QS_ISA_DECLARE(ret, name, args) \
    namespace qs::isa_generic {         \
    ret name args;                      \
    }
#define QS_ISA_CALL(name) (::qs::isa_generic::name)
#endif
