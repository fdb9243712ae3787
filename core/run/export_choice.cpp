// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/export_choice.h"

namespace qs {

void ExportChoice::describe(OptionList& list) {
    list.group("Export");
    list.choice(
        "format", format,
        "compressed-tensors: pack-quantized, any width, for transformers and vLLM. gptq: zero points minus one, right for symmetric "
        "runs of 2, 3, 4, 8 bits. gptq_v2: zero points as they are, for asymmetric ones. awq: GEMM layout, 4 bits. gguf: one file for "
        "llama.cpp with metadata and tokenizer. dequantized: float32 weights that every loader reads. What a loader will not take is "
        "said before anything is written");
    list.text("out", out, "Folder to write; it must be new or empty");
    list.choice(
        "gguf-type", ggufType,
        "Blocks of a GGUF file. auto: Q4_0, Q5_0, Q8_0, Q4_1 and Q5_1 for asymmetric runs of 4 and 5 bits (their offsets are "
        "rounded to float16), and Q2_K to Q6_K for runs with --scale-type k. exact: no Q4_1 and Q5_1. k: Q2_K to Q6_K wherever they "
        "hold the integers exactly, as with one group for 256 columns, else as auto. tq2_0: the same for symmetric 2 bits. What no "
        "block holds becomes float32");
    list.integer("shard-size", shardSize, 1, 1 << 20, "MiB", "Largest safetensors file; more weights go into several");
    list.text("model", model, "Where the original model lies now, if it has moved since the run");
}

ExportOptions ExportChoice::of(const std::string& run) const {
    return {run, nameOfEnum(format), out, model, nameOfEnum(ggufType), shardSize};
}

}  // namespace qs
