// SPDX-License-Identifier: GPL-3.0-or-later
// Writes GGUF files for tests, and models in llama.cpp's conventions.
#pragma once

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "model/model.h"

namespace qs::testing {

class GgufBuilder {
  public:
    void text(const std::string& key, const std::string& value) {
        entry(key, 8, [&] { string(m_keys, value); });
    }
    void integer(const std::string& key, std::uint32_t value) {
        entry(key, 4, [&] { raw(m_keys, value); });
    }
    void real(const std::string& key, float value) {
        entry(key, 6, [&] { raw(m_keys, value); });
    }
    void integers(const std::string& key, const std::vector<std::uint32_t>& values) {
        entry(key, 9, [&] {  // array
            raw(m_keys, std::uint32_t{4});
            raw(m_keys, std::uint64_t{values.size()});
            for (const std::uint32_t value : values) raw(m_keys, value);
        });
    }

    /// `shape` slow axis first, as in Hugging Face files.
    void tensor(const std::string& name, const std::vector<std::int64_t>& shape, std::uint32_t type, const std::string& bytes) {
        string(m_table, name);
        raw(m_table, static_cast<std::uint32_t>(shape.size()));
        for (auto axis = shape.rbegin(); axis != shape.rend(); ++axis) raw(m_table, static_cast<std::uint64_t>(*axis));
        raw(m_table, type);
        raw(m_table, std::uint64_t{m_data.size()});
        m_data += bytes;
        m_data.resize((m_data.size() + 31) / 32 * 32);
        ++m_tensors;
    }
    void tensor(const std::string& name, const std::vector<std::int64_t>& shape, const std::vector<float>& values) {
        tensor(name, shape, 0, std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)));
    }

    std::string bytes() const {
        std::string file = "GGUF";
        raw(file, std::uint32_t{3});
        raw(file, m_tensors);
        raw(file, m_count);
        file += m_keys + m_table;
        file.resize((file.size() + 31) / 32 * 32);
        return file + m_data;
    }
    void write(const std::filesystem::path& path) const { std::ofstream(path, std::ios::binary) << bytes(); }

  private:
    template <class T>
    static void raw(std::string& to, T value) {
        to.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    static void string(std::string& to, const std::string& value) {
        raw(to, std::uint64_t{value.size()});
        to += value;
    }
    template <class Write>
    void entry(const std::string& key, std::uint32_t type, const Write& write) {
        string(m_keys, key);
        raw(m_keys, type);
        write();
        ++m_count;
    }

    std::string m_keys, m_table, m_data;
    std::uint64_t m_tensors = 0, m_count = 0;
};

/// Rows of every head from two halves to pairs side by side: what llama.cpp's converter does for Llama.
inline std::vector<float> interleaved(const std::vector<float>& values, std::size_t rows, std::size_t heads) {
    const std::size_t cols = values.size() / rows, headRows = rows / heads, half = headRows / 2;
    std::vector<float> result(values.size());
    for (std::size_t head = 0; head < heads; ++head)
        for (std::size_t i = 0; i < half; ++i)
            for (std::size_t t = 0; t < 2; ++t)
                std::copy_n(values.begin() + static_cast<std::ptrdiff_t>((head * headRows + t * half + i) * cols), cols,
                            result.begin() + static_cast<std::ptrdiff_t>((head * headRows + 2 * i + t) * cols));
    return result;
}

/// The model as a GGUF file of float32 tensors.
inline GgufBuilder asGguf(const Model& model) {
    const ModelSpec& spec = model.spec();
    const BlockSpec& first = spec.blocks.front();
    const bool gemma = spec.architecture == "gemma3_text", llama = spec.architecture == "llama";
    const std::string name = gemma ? "gemma3" : spec.architecture, prefix = name + ".";
    GgufBuilder file;
    file.text("general.architecture", name);
    file.integer(prefix + "block_count", static_cast<std::uint32_t>(spec.blocks.size()));
    file.integer(prefix + "context_length", static_cast<std::uint32_t>(spec.maxPositions));
    file.integer(prefix + "embedding_length", static_cast<std::uint32_t>(spec.hidden));
    file.integer(prefix + "feed_forward_length", static_cast<std::uint32_t>(first.intermediate));
    file.integer(prefix + "attention.head_count", static_cast<std::uint32_t>(first.heads));
    file.integer(prefix + "attention.head_count_kv", static_cast<std::uint32_t>(first.keyValueHeads));
    file.integer(prefix + "attention.key_length", static_cast<std::uint32_t>(first.headDim));
    file.integer(prefix + "attention.value_length", static_cast<std::uint32_t>(first.headDim));
    file.real(prefix + "attention.layer_norm_rms_epsilon", spec.normEpsilon);
    const BlockSpec& global = spec.blocks[gemma ? 5 : 0];
    const double theta = std::pow(global.rotary.inverseFrequency[1] / global.rotary.inverseFrequency[0], -first.headDim / 2.0);
    file.real(prefix + "rope.freq_base", static_cast<float>(std::round(theta)));
    if (gemma) file.integer("gemma3.attention.sliding_window", static_cast<std::uint32_t>(first.window));
    const auto add = [&](const std::string& to, const std::string& from, std::size_t heads = 0) {
        for (const TensorInfo& info : model.tensors()) {
            if (info.name != from) continue;
            const Matrix<float> matrix = model.read(from);
            std::vector<float> values(matrix.data(), matrix.data() + matrix.size());
            if (llama && heads > 0) values = interleaved(values, static_cast<std::size_t>(info.shape[0]), heads);
            if (gemma && to.ends_with("norm.weight"))
                for (float& value : values) value += 1;
            file.tensor(to, info.shape, values);
        }
    };
    add("token_embd.weight", "model.embed_tokens.weight");
    add("output_norm.weight", "model.norm.weight");
    add("output.weight", "lm_head.weight");
    for (std::size_t b = 0; b < spec.blocks.size(); ++b) {
        const std::string to = "blk." + std::to_string(b) + ".", from = "model.layers." + std::to_string(b) + ".";
        const auto heads = static_cast<std::size_t>(first.heads), keyHeads = static_cast<std::size_t>(first.keyValueHeads);
        for (const char* end : {".weight", ".bias"}) {
            add(to + "attn_q" + end, from + "self_attn.q_proj" + end, heads);
            add(to + "attn_k" + end, from + "self_attn.k_proj" + end, keyHeads);
            add(to + "attn_v" + end, from + "self_attn.v_proj" + end);
            add(to + "attn_output" + end, from + "self_attn.o_proj" + end);
            add(to + "ffn_gate" + end, from + "mlp.gate_proj" + end);
            add(to + "ffn_up" + end, from + "mlp.up_proj" + end);
            add(to + "ffn_down" + end, from + "mlp.down_proj" + end);
        }
        add(to + "attn_q_norm.weight", from + "self_attn.q_norm.weight");
        add(to + "attn_k_norm.weight", from + "self_attn.k_norm.weight");
        add(to + "attn_norm.weight", from + "input_layernorm.weight");
        add(to + (gemma ? "post_attention_norm.weight" : "ffn_norm.weight"), from + "post_attention_layernorm.weight");
        add(to + "ffn_norm.weight", from + "pre_feedforward_layernorm.weight");
        add(to + "post_ffw_norm.weight", from + "post_feedforward_layernorm.weight");
    }
    return file;
}

}  // namespace qs::testing
