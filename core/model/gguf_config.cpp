// SPDX-License-Identifier: GPL-3.0-or-later
// Keys: the GGUF specification (ggml, docs/gguf.md) and llama.cpp's gguf-py/gguf/constants.py.
#include "model/gguf_config.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/error.h"
#include "model/tensor_format.h"

namespace qs {
namespace {

using Json = nlohmann::json;

/// Values of the keys "ARCHITECTURE.…" of a file.
class Metadata {
  public:
    explicit Metadata(const GgufFile& file) : m_file(file), m_prefix(file.text("general.architecture") + ".") {}

    const GgufFile& file() const { return m_file; }
    bool has(const std::string& key) const { return m_file.has(m_prefix + key); }
    std::string name(const std::string& key) const { return m_prefix + key; }
    std::uint64_t integer(const std::string& key) const { return m_file.unsignedInteger(m_prefix + key); }
    double real(const std::string& key) const { return m_file.real(m_prefix + key); }
    std::string text(const std::string& key) const { return m_file.text(m_prefix + key); }

    /// A value that may be given per layer; then all must be equal.
    std::uint64_t uniformInteger(const std::string& key) const {
        if (!has(key)) return integer(key);  // throws
        const auto& value = m_file.values().at(m_prefix + key).value;
        const auto uniform = [&](const auto& list) {
            if (list.empty() || std::any_of(list.begin(), list.end(), [&](auto entry) { return entry != list.front() || entry < 0; }))
                throw Error(m_file.path().string() + ": " + m_prefix + key + " differs between layers, which is not supported");
            return static_cast<std::uint64_t>(list.front());
        };
        if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value)) return uniform(*list);
        if (const auto* list = std::get_if<std::vector<std::uint64_t>>(&value)) {
            if (list->empty() || std::any_of(list->begin(), list->end(), [&](auto entry) { return entry != list->front(); }))
                throw Error(m_file.path().string() + ": " + m_prefix + key + " differs between layers, which is not supported");
            return list->front();
        }
        return integer(key);
    }

  private:
    const GgufFile& m_file;
    std::string m_prefix;
};

void addSizes(Json& config, const Metadata& meta) {
    config["hidden_size"] = meta.integer("embedding_length");
    config["num_hidden_layers"] = meta.integer("block_count");
    config["intermediate_size"] = meta.uniformInteger("feed_forward_length");
    const std::uint64_t heads = meta.uniformInteger("attention.head_count");
    config["num_attention_heads"] = heads;
    config["num_key_value_heads"] = meta.has("attention.head_count_kv") ? meta.uniformInteger("attention.head_count_kv") : heads;
    if (meta.has("attention.key_length")) config["head_dim"] = meta.integer("attention.key_length");
    else if (heads > 0) config["head_dim"] = meta.integer("embedding_length") / heads;
    if (meta.has("attention.value_length") && config["head_dim"] != meta.integer("attention.value_length"))
        throw Error(meta.file().path().string() + ": " + meta.name("attention.value_length") +
                    " differs from key_length, which is not supported");
    if (meta.has("rope.dimension_count") && config["head_dim"] != meta.integer("rope.dimension_count"))
        throw Error(meta.file().path().string() + ": " + meta.name("rope.dimension_count") +
                    " differs from the head size: rotary embedding of a part of each head is not supported");
    if (meta.has("context_length")) config["max_position_embeddings"] = meta.integer("context_length");
    config["rms_norm_eps"] = meta.real("attention.layer_norm_rms_epsilon");
    const auto& tensors = meta.file().tensors();
    const auto embedding = tensors.find("token_embd.weight");
    if (embedding == tensors.end() || embedding->second.shape.size() != 2)
        throw Error(meta.file().path().string() +
                    ": the tensor token_embd.weight [vocabulary, hidden] is missing; this is not a language model");
    config["vocab_size"] = embedding->second.shape[0];
    config["tie_word_embeddings"] = tensors.count("output.weight") == 0;
}

/// Of cosines and sines, on top of what the kind of scaling has by itself.
constexpr const char* kAttentionFactor = "rope.scaling.attn_factor";

/// Llama 3's rotary scaling comes as a tensor of divisors, one a frequency. LongRoPE with the same list for short and long texts is just
/// that.
Json rotaryDivisors(const Metadata& meta, const GgufTensor& source) {
    StoredTensor tensor;
    tensor.where = meta.file().path().string() + ", tensor " + source.name;
    tensor.format = ggmlFormat(source.type);
    tensor.shape.assign(source.shape.begin(), source.shape.end());
    tensor.bytes = source.bytes;
    if (tensor.shape.size() != 1 || !tensor.format || !tensor.format->realNumbers)
        throw Error(tensor.where + ": must be one list of real numbers");
    std::vector<float> divisors(tensor.cols());
    decodeRows(tensor, 0, 1, divisors.data());
    Json scaling = {{"rope_type", "longrope"},
                    {"factor", 1.0},
                    {"attention_factor", meta.has(kAttentionFactor) ? meta.real(kAttentionFactor) : 1.0},
                    {"short_factor", divisors},
                    {"long_factor", divisors}};
    if (meta.has("context_length")) scaling["original_max_position_embeddings"] = meta.integer("context_length");
    return scaling;
}

std::optional<Json> rotaryScaling(const Metadata& meta) {
    const auto divisors = meta.file().tensors().find("rope_freqs.weight");
    if (divisors != meta.file().tensors().end()) return rotaryDivisors(meta, divisors->second);
    if (!meta.has("rope.scaling.type")) {
        if (!meta.has("rope.scale_linear")) return std::nullopt;
        return Json{{"rope_type", "linear"}, {"factor", meta.real("rope.scale_linear")}};
    }
    const std::string type = meta.text("rope.scaling.type");
    if (type == "none") return std::nullopt;
    Json scaling = {{"rope_type", type}};
    const double factor = meta.has("rope.scaling.factor") ? meta.real("rope.scaling.factor") : 1;
    if (meta.has("rope.scaling.factor")) scaling["factor"] = factor;
    if (type == "yarn" && meta.has(kAttentionFactor))
        scaling["attention_factor"] = meta.real(kAttentionFactor) * (factor > 1 ? 0.1 * std::log(factor) + 1 : 1);
    if (meta.has("rope.scaling.original_context_length"))
        scaling["original_max_position_embeddings"] = meta.integer("rope.scaling.original_context_length");
    return scaling;
}

/// Gemma 3: two kinds of layers. llama.cpp stores neither theta of the windowed layers nor the pattern in older files: 10000 and 6 always.
void addGemma(Json& config, const Metadata& meta) {
    config["hidden_activation"] = "gelu_pytorch_tanh";
    config["sliding_window"] = meta.integer("attention.sliding_window");
    config["rope_local_base_freq"] = meta.has("rope.freq_base_swa") ? meta.real("rope.freq_base_swa") : 10000.0;
    const std::uint64_t blocks = meta.integer("block_count");
    // the largest Gemma 3 (62 layers) scales its scores by hidden / heads, the others by the head size
    const std::uint64_t heads = std::max<std::uint64_t>(1, meta.uniformInteger("attention.head_count"));
    config["query_pre_attn_scalar"] = blocks == 62 ? Json(meta.integer("embedding_length") / heads) : config["head_dim"];
    if (meta.has("attention.scale")) config["query_pre_attn_scalar"] = 1 / (meta.real("attention.scale") * meta.real("attention.scale"));
    if (meta.has("final_logit_softcapping") && meta.real("final_logit_softcapping") > 0)
        config["final_logit_softcapping"] = meta.real("final_logit_softcapping");
    if (!meta.has("attention.sliding_window_pattern")) return;
    const auto& pattern = meta.file().values().at(meta.name("attention.sliding_window_pattern")).value;
    if (const auto* windowed = std::get_if<std::vector<bool>>(&pattern)) {
        for (const bool entry : *windowed) config["layer_types"].push_back(entry ? "sliding_attention" : "full_attention");
    } else {
        config["sliding_window_pattern"] = meta.integer("attention.sliding_window_pattern");
    }
}

const char* architectureClass(const std::string& modelType) {
    if (modelType == "llama") return "LlamaForCausalLM";
    if (modelType == "qwen2") return "Qwen2ForCausalLM";
    if (modelType == "qwen3") return "Qwen3ForCausalLM";
    return "Gemma3ForCausalLM";
}

}  // namespace

Json configOfGguf(const GgufFile& file, const std::string& modelType) {
    const Metadata meta(file);
    if (meta.has("expert_count") && meta.integer("expert_count") > 0)
        throw Error(file.path().string() + ": is a mixture of experts (" + meta.name("expert_count") + "), which is not supported");
    Json config = {{"model_type", modelType}, {"architectures", Json::array({architectureClass(modelType)})}};
    addSizes(config, meta);
    config["rope_theta"] = meta.has("rope.freq_base") ? meta.real("rope.freq_base") : 10000.0;
    if (const auto scaling = rotaryScaling(meta)) config["rope_scaling"] = *scaling;
    if (modelType == "gemma3_text") addGemma(config, meta);
    else {
        config["hidden_act"] = "silu";
        const bool bias = file.tensors().count("blk.0.attn_q.bias") != 0, outputBias = file.tensors().count("blk.0.attn_output.bias") != 0;
        if (modelType != "qwen2" && bias != outputBias)
            throw Error(file.path().string() + ": has a bias on only some of the attention linears, which is not supported for " +
                        modelType);
        config["attention_bias"] = bias;
        config["mlp_bias"] = file.tensors().count("blk.0.ffn_gate.bias") != 0;
    }
    for (const auto& [key, name] :
         {std::pair{"bos", "bos_token_id"}, std::pair{"eos", "eos_token_id"}, std::pair{"padding", "pad_token_id"}})
        if (const std::string full = "tokenizer.ggml." + std::string(key) + "_token_id"; file.has(full))
            config[name] = file.unsignedInteger(full);
    return config;
}

}  // namespace qs
