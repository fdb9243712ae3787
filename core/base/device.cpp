// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/device.h"

#include <charconv>

#include "base/error.h"

namespace qs {

Device parseDevice(std::string_view text) {
    if (text == "cpu") return {};
    if (text == "cuda") return {DeviceKind::Cuda, 0};
    if (text.starts_with("cuda:")) {
        int index = -1;
        const auto [end, error] = std::from_chars(text.data() + 5, text.data() + text.size(), index);
        if (error == std::errc() && end == text.data() + text.size() && index >= 0) return {DeviceKind::Cuda, index};
    }
    throw Error("--device: '" + std::string(text) + "' is not allowed; give cpu, cuda or cuda:N", ErrorKind::Usage);
}

std::string textOf(Device device) { return device.kind == DeviceKind::Cpu ? "cpu" : "cuda:" + std::to_string(device.index); }

}  // namespace qs
