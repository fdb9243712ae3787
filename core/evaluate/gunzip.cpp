// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/gunzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "base/error.h"

namespace qs {
namespace {

constexpr std::size_t kMost = std::size_t{4} << 30;
constexpr std::size_t kChunk = std::size_t{1} << 20;

struct Inflater {
    z_stream stream{};
    Inflater() {
        if (inflateInit2(&stream, 15 + 16) != Z_OK) throw Error("zlib cannot be started: out of memory");
    }
    ~Inflater() { inflateEnd(&stream); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;
};

}  // namespace

std::string gunzip(std::string_view compressed, const std::string& file) {
    Inflater inflater;
    z_stream& z = inflater.stream;
    std::string text, chunk(kChunk, '\0');
    while (!compressed.empty()) {
        z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
        z.avail_in = static_cast<uInt>(std::min<std::size_t>(compressed.size(), std::numeric_limits<uInt>::max() / 2));
        const std::size_t given = z.avail_in;
        z.next_out = reinterpret_cast<Bytef*>(chunk.data());
        z.avail_out = static_cast<uInt>(kChunk);
        const int status = inflate(&z, Z_NO_FLUSH);
        const std::size_t made = kChunk - z.avail_out;
        text.append(chunk, 0, made);
        compressed.remove_prefix(given - z.avail_in);
        if (text.size() > kMost) throw Error(file + ": unpacks to more than 4 GiB; take a smaller part");
        if (status == Z_STREAM_END) {
            if (compressed.empty()) return text;
            inflateReset(&z);  // another member
        } else if (status != Z_OK || (made == 0 && given == z.avail_in)) {
            break;
        }
    }
    throw Error(file + ": is not a whole gzip file; download it again");
}

}  // namespace qs
