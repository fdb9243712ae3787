// SPDX-License-Identifier: GPL-3.0-or-later
// GGUF files as models: tensors under their Hugging Face names, metadata as a configuration.
// Conventions of llama.cpp's converter that are undone here: Llama's q and k rows are interleaved pair by pair; Gemma's norms are stored as
// 1 + weight. Source: github.com/ggml-org/llama.cpp, convert_hf_to_gguf.py (LlamaModel, Gemma3Model), gguf-py/gguf/tensor_mapping.py.

#include "base/error.h"
#include "base/gguf_file.h"
#include "model/architectures.h"
#include "model/gguf_config.h"
#include "model/stored_model.h"

namespace qs {
namespace {

struct Renaming {
    const char* ggml;
    const char* huggingFace;
};

constexpr Renaming kOutside[] = {
    {"token_embd.", "model.embed_tokens."},
    {"output_norm.", "model.norm."},
    {"output.", "lm_head."},
};

constexpr Renaming kInBlock[] = {
    {"attn_q.", "self_attn.q_proj."},      {"attn_k.", "self_attn.k_proj."},      {"attn_v.", "self_attn.v_proj."},
    {"attn_output.", "self_attn.o_proj."}, {"attn_q_norm.", "self_attn.q_norm."}, {"attn_k_norm.", "self_attn.k_norm."},
    {"ffn_gate.", "mlp.gate_proj."},       {"ffn_up.", "mlp.up_proj."},           {"ffn_down.", "mlp.down_proj."},
    {"attn_norm.", "input_layernorm."},
};

constexpr Renaming kNorms[] = {{"ffn_norm.", "post_attention_layernorm."}};
constexpr Renaming kGemmaNorms[] = {
    {"post_attention_norm.", "post_attention_layernorm."},
    {"ffn_norm.", "pre_feedforward_layernorm."},
    {"post_ffw_norm.", "post_feedforward_layernorm."},
};

std::string renamed(const std::string& name, std::span<const Renaming> table) {
    for (const Renaming& entry : table)
        if (name.starts_with(entry.ggml)) return entry.huggingFace + name.substr(std::string(entry.ggml).size());
    return {};
}

/// Hugging Face name of a ggml name; the ggml name itself if there is none.
std::string huggingFaceName(const std::string& name, bool gemma) {
    if (!name.starts_with("blk.")) {
        const std::string outside = renamed(name, kOutside);
        return outside.empty() ? name : outside;
    }
    const std::size_t dot = name.find('.', 4);
    if (dot == std::string::npos) return name;
    const std::string rest = name.substr(dot + 1);
    std::string inside = renamed(rest, kInBlock);
    if (inside.empty()) inside = gemma ? renamed(rest, kGemmaNorms) : renamed(rest, kNorms);
    return inside.empty() ? name : "model.layers." + name.substr(4, dot - 4) + "." + inside;
}

StoredTensor storedTensor(const GgufFile& file, const GgufTensor& source, const nlohmann::json& config, const std::string& modelType) {
    const bool gemma = modelType == "gemma3_text";
    StoredTensor tensor;
    tensor.name = huggingFaceName(source.name, gemma);
    tensor.where = file.path().string() + ", tensor " + source.name;
    tensor.format = ggmlFormat(source.type);
    if (!tensor.format) throw Error(tensor.where + ": the type " + ggmlTypeName(source.type) + " is not supported");
    for (const std::uint64_t axis : source.shape) tensor.shape.push_back(static_cast<std::int64_t>(axis));
    tensor.bytes = source.bytes;
    const bool query = source.name.find(".attn_q.") != std::string::npos, key = source.name.find(".attn_k.") != std::string::npos;
    if (modelType == "llama" && (query || key)) {
        const auto heads = config[query ? "num_attention_heads" : "num_key_value_heads"].get<std::uint64_t>();
        const auto rows = tensor.shape.empty() ? 0 : static_cast<std::uint64_t>(tensor.shape.front());
        if (heads == 0 || heads > rows || rows % (2 * heads) != 0)
            throw Error(tensor.where + ": " + std::to_string(rows) + " rows do not divide into " + std::to_string(heads) +
                        " heads of pairs, as the metadata say");
        tensor.interleavedHeads = static_cast<int>(heads);
    }
    if (gemma && source.name.ends_with("norm.weight")) tensor.shift = -1;
    return tensor;
}

}  // namespace

Checkpoint openGguf(const std::filesystem::path& path) {
    auto file = std::make_shared<GgufFile>(path);
    const std::string name = file->text("general.architecture");
    const Architecture* architecture = findGgufArchitecture(name);
    if (!architecture) {
        std::string known;
        for (const Architecture& entry : architectures())
            if (entry.gguf) known += (known.empty() ? "" : ", ") + std::string(entry.gguf);
        throw Error(path.string() + ": the architecture '" + name + "' is not known; in GGUF files known are " + known);
    }
    if (file->has("split.count") && file->unsignedInteger("split.count") > 1)
        throw Error(path.string() + ": is one of " + std::to_string(file->unsignedInteger("split.count")) +
                    " parts; merge them into one file first");
    Checkpoint checkpoint;
    checkpoint.path = path;
    checkpoint.configWhere = path.string() + ", metadata";
    checkpoint.architecture = architecture->modelType;
    checkpoint.config = configOfGguf(*file, architecture->modelType);
    for (const auto& [ggmlName, source] : file->tensors()) {
        StoredTensor tensor = storedTensor(*file, source, checkpoint.config, architecture->modelType);
        const std::string target = tensor.name;
        checkpoint.tensors.emplace(target, std::move(tensor));
    }
    checkpoint.files = std::move(file);
    return checkpoint;
}

}  // namespace qs
