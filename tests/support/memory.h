// SPDX-License-Identifier: GPL-3.0-or-later
// What a program holds: grows with every leak, also with those that something still points to.
#pragma once

#include <malloc.h>

#include <cstddef>
#include <cstdio>
#include <string>

#include "base/resources.h"

#if defined(__SANITIZE_ADDRESS__)
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();  // its header is not part of every compiler's package
#endif

namespace qs::testing {

/// Bytes that were allocated and not given back, without what the allocator keeps in reserve.
inline std::size_t heapBytes() {
#if defined(__SANITIZE_ADDRESS__)
    return __sanitizer_get_current_allocated_bytes();
#else
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
#endif
}

/// "heap 41.5 MB, resident 212 MB".
inline std::string memoryText() {
    char text[64];
    std::snprintf(text, sizeof text, "heap %.1f MB, resident %.0f MB", static_cast<double>(heapBytes()) / 1e6,
                  static_cast<double>(residentMemoryBytes()) / 1e6);
    return text;
}

}  // namespace qs::testing
