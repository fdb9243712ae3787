// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

namespace qs::hdf5 {

/// What is wrong with a file that HDF5 does not open, and what helps: "is cut off (512 of 4096 bytes are there); restore it …".
std::string whyNotOpened(const std::filesystem::path& path);

}  // namespace qs::hdf5
