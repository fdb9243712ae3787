// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/isa.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace qs {
namespace {

Isa choose() {
    const Isa best = bestIsa();
    const char* wanted = std::getenv("QUANTOSCOPE_ISA");
    if (!wanted) return best;
    for (const Isa isa : {Isa::Generic, Isa::Avx2, Isa::Avx512, Isa::Avx512Bf16})
        if (std::string_view(wanted) == nameOf(isa)) return std::min(isa, best);
    return best;
}

}  // namespace

Isa bestIsa() {
#if defined(__x86_64__)
    const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512cd");
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
    if (avx512 && __builtin_cpu_supports("avx512bf16")) return Isa::Avx512Bf16;
    if (avx512) return Isa::Avx512;
    if (avx2) return Isa::Avx2;
#endif
    return Isa::Generic;
}

Isa activeIsa() {
    static const Isa isa = choose();
    return isa;
}

const char* nameOf(Isa isa) {
    switch (isa) {
        case Isa::Generic: return "generic";
        case Isa::Avx2: return "avx2";
        case Isa::Avx512: return "avx512";
        case Isa::Avx512Bf16: return "avx512bf16";
    }
    return "?";
}

}  // namespace qs
