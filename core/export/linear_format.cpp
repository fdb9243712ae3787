// SPDX-License-Identifier: GPL-3.0-or-later
#include "export/linear_format.h"

#include <cstring>

namespace qs {

std::vector<std::byte> storedScales(const LinearRecord& record, DType type, bool transposed) {
    const std::size_t out = record.scales.rows(), groups = record.scales.cols(), size = byteSize(type);
    std::vector<std::byte> bytes(out * groups * size);
    for (std::size_t r = 0; r < out; ++r)
        for (std::size_t g = 0; g < groups; ++g) {
            const float scale = record.scales(r, g);
            std::byte* to = bytes.data() + (transposed ? g * out + r : r * groups + g) * size;
            const std::uint16_t half = type == DType::F16 ? toFloat16(scale).bits : toBFloat16(scale).bits;
            if (type == DType::F32) std::memcpy(to, &scale, size);
            else std::memcpy(to, &half, size);
        }
    return bytes;
}

}  // namespace qs
