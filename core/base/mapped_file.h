// SPDX-License-Identifier: GPL-3.0-or-later
// Believing what was read from a map (MappedFile, base/file.h) of a file that other programs may change meanwhile. A file that is cut short
// in place while it is mapped, or whose disk fails, would kill the process with SIGBUS at the next look at the lost pages; here such pages
// read as zeros, and requireIntact says so. A file that is removed or replaced by another stays readable as it was.
#pragma once

#include <cstddef>
#include <span>

namespace qs {

/// To be called after reading `bytes` of a map and before believing them. Throws Error naming the file and the remedy if the file became
/// shorter since it was mapped or could not be read in part. `bytes` that lie in no map are intact. Takes about a microsecond; safe beside
/// other readers.
void requireIntact(std::span<const std::byte> bytes);

}  // namespace qs
