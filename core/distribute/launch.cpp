// SPDX-License-Identifier: GPL-3.0-or-later
#include "distribute/launch.h"

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <optional>

namespace qs {
namespace {

std::optional<int> numberIn(const char* text) {
    int value = 0;
    if (!text || std::from_chars(text, text + std::strlen(text), value).ec != std::errc()) return std::nullopt;
    return value;
}

}  // namespace

Launch launchOf(const std::function<const char*(const char*)>& variable) {
    static constexpr struct {
        const char *size, *rank;
    } known[] = {{"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"},
                 {"PMI_SIZE", "PMI_RANK"},
                 {"MV2_COMM_WORLD_SIZE", "MV2_COMM_WORLD_RANK"},
                 {"SLURM_STEP_NUM_TASKS", "PMIX_RANK"}};
    for (const auto& names : known) {
        const auto size = numberIn(variable(names.size)), rank = numberIn(variable(names.rank));
        if (size && rank && *size > 1 && *rank >= 0 && *rank < *size) return {*rank, *size};
    }
    return {};
}

Launch launchOfThisProcess() {
    return launchOf([](const char* name) { return std::getenv(name); });
}

}  // namespace qs
