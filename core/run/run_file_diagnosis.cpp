// SPDX-License-Identifier: GPL-3.0-or-later
// Superblock of an HDF5 file: signature (8 bytes), version; sizes of addresses, at 13 (version 0, 1) or 9; end of the file, at 40 or 28.
// Source: HDF5 File Format Specification, level 0A.
#include "run/run_file_diagnosis.h"

#include <algorithm>
#include <cstdint>
#include <fstream>

namespace qs::hdf5 {
namespace {

/// Little-endian number of eight bytes.
std::uint64_t numberAt(const std::string& bytes, std::size_t at) {
    std::uint64_t number = 0;
    for (std::size_t i = 8; i-- > 0;) number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
    return number;
}

/// The size that the superblock of an HDF5 file names; 0 if it names none that can be read.
std::uint64_t sizeNamedIn(const std::string& begin) {
    if (begin.size() < 48 || begin[begin[8] < 2 ? 13 : 9] != 8) return 0;
    return numberAt(begin, begin[8] < 2 ? 40 : 28);
}

}  // namespace

std::string whyNotOpened(const std::filesystem::path& path) {
    std::string begin(48, '\0');
    std::ifstream in(path, std::ios::binary);
    in.read(begin.data(), static_cast<std::streamsize>(begin.size()));
    begin.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, in.gcount())));
    const std::string signature = "\x89HDF\r\n\x1a\n", remedy = "; restore it from a copy, or run the command that wrote it again";
    if (begin.empty()) return "is not a run file: it is empty" + remedy;
    if (begin.substr(0, signature.size()) != signature.substr(0, begin.size()))
        return "is not a run file; give a file that quantize, calibrate or train wrote";
    std::error_code failed;
    const std::uintmax_t size = std::filesystem::file_size(path, failed);
    const std::uint64_t named = sizeNamedIn(begin);
    if (!failed && (begin.size() < 48 || size < named))
        return "is cut off (" + std::to_string(size) + (named ? " of " + std::to_string(named) : "") + " bytes are there)" + remedy;
    return "is damaged (HDF5 does not open it)" + remedy;
}

}  // namespace qs::hdf5
