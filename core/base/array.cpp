// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/array.h"

#include <sys/mman.h>

namespace qs {
namespace {

constexpr std::size_t kCacheLine = 64, kHugePage = std::size_t{2} << 20;
constexpr std::size_t kLarge = std::size_t{32} << 20;  // smaller blocks are kept and reused by the C library, without new faults

std::align_val_t alignmentOf(std::size_t bytes) { return std::align_val_t{bytes >= kLarge ? kHugePage : kCacheLine}; }

}  // namespace

void* allocateAligned(std::size_t bytes) {
    void* memory = ::operator new(bytes, alignmentOf(bytes));
#ifdef MADV_HUGEPAGE
    if (bytes >= kLarge) madvise(memory, bytes / kHugePage * kHugePage, MADV_HUGEPAGE);  // a hint: failure costs time only
#endif
    return memory;
}

void freeAligned(void* memory, std::size_t bytes) { ::operator delete(memory, alignmentOf(bytes)); }

}  // namespace qs
