// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace qs {

enum class DeviceKind { Cpu, Cuda };

/// Where arithmetic runs: "cpu", "cuda" or "cuda:1".
struct Device {
    DeviceKind kind = DeviceKind::Cpu;
    int index = 0;
    bool operator==(const Device&) const = default;
};

/// Throws Error(Usage) for anything else than the three forms above.
Device parseDevice(std::string_view text);
std::string textOf(Device device);

}  // namespace qs
