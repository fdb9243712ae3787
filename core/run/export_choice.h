// SPDX-License-Identifier: GPL-3.0-or-later
// What a person chooses of an export: on the command line and in the dialog of the workbench.
#pragma once

#include <string>

#include "base/options.h"
#include "run/jobs.h"

namespace qs {

enum class ExportFormat { CompressedTensors, Gptq, GptqV2, Awq, Gguf, Dequantized };

/// Block types of the linears in a GGUF file.
enum class GgufBlocks { Auto, Exact, K, Tq2 };

template <>
struct EnumNames<GgufBlocks> {
    using G = GgufBlocks;
    static constexpr std::pair<G, const char*> values[] = {{G::Auto, "auto"}, {G::Exact, "exact"}, {G::K, "k"}, {G::Tq2, "tq2_0"}};
};

template <>
struct EnumNames<ExportFormat> {
    using F = ExportFormat;
    static constexpr std::pair<F, const char*> values[] = {{F::CompressedTensors, "compressed-tensors"},
                                                           {F::Gptq, "gptq"},
                                                           {F::GptqV2, "gptq_v2"},
                                                           {F::Awq, "awq"},
                                                           {F::Gguf, "gguf"},
                                                           {F::Dequantized, "dequantized"}};
};

struct ExportChoice {
    ExportFormat format = ExportFormat::Dequantized;
    std::string out, model;
    int shardSize = ExportOptions().shardSize;
    GgufBlocks ggufType = GgufBlocks::Auto;

    void describe(OptionList& list);
    ExportOptions of(const std::string& run) const;
};

}  // namespace qs
