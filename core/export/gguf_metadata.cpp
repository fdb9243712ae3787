// SPDX-License-Identifier: GPL-3.0-or-later
// Keys: the GGUF specification (ggml, docs/gguf.md); names: llama.cpp, gguf-py/gguf/constants.py and tensor_mapping.py;
// conventions: convert_hf_to_gguf.py (LlamaModel, Gemma3Model).
#include "export/gguf_metadata.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "model/rotary.h"

namespace qs {
namespace {

struct Renaming {
    const char* huggingFace;
    const char* ggml;
};

constexpr Renaming kInBlock[] = {
    {"self_attn.q_proj.", "attn_q."},      {"self_attn.k_proj.", "attn_k."},      {"self_attn.v_proj.", "attn_v."},
    {"self_attn.o_proj.", "attn_output."}, {"self_attn.q_norm.", "attn_q_norm."}, {"self_attn.k_norm.", "attn_k_norm."},
    {"mlp.gate_proj.", "ffn_gate."},       {"mlp.up_proj.", "ffn_up."},           {"mlp.down_proj.", "ffn_down."},
    {"input_layernorm.", "attn_norm."},
};
constexpr Renaming kNorms[] = {{"post_attention_layernorm.", "ffn_norm."}};
constexpr Renaming kFourNorms[] = {{"post_attention_layernorm.", "post_attention_norm."},
                                   {"pre_feedforward_layernorm.", "ffn_norm."},
                                   {"post_feedforward_layernorm.", "post_ffw_norm."}};

bool isGemma(const ModelSpec& spec) { return spec.architecture.starts_with("gemma3"); }

const char* ggufArchitecture(const ModelSpec& spec) {
    if (spec.architecture == "mistral") return "llama";
    return isGemma(spec) ? "gemma3" : spec.architecture.c_str();
}

template <std::size_t N>
std::optional<std::string> renamed(const std::string& rest, const Renaming (&table)[N]) {
    for (const Renaming& entry : table)
        if (rest.starts_with(entry.huggingFace)) return entry.ggml + rest.substr(std::string(entry.huggingFace).size());
    return std::nullopt;
}

Config textConfig(const Model& model) {
    const Config whole(nlohmann::json::parse(model.config()), model.path().string() + ", configuration");
    return whole.has("text_config") ? whole.object("text_config") : whole;
}

/// Of a layer with full attention; windowed layers of Gemma have their own, without scaling.
RotaryParameters rotaryOf(const Model& model) {
    return rotaryParameters(textConfig(model), "full_attention", isGemma(model.spec()) ? 1e6 : 10000);
}

std::string scalingType(const RotaryParameters& rotary) {
    const std::string type = rotary.scaling.textOr("rope_type", rotary.scaling.textOr("type", "default"));
    return type == "none" ? "default" : type;
}

const BlockSpec& fullAttentionBlock(const ModelSpec& spec) {
    for (const BlockSpec& block : spec.blocks)
        if (block.window == 0) return block;
    return spec.blocks.front();
}

/// How a file tells the rotary scaling: by keys, or by a divisor for every frequency, which llama.cpp takes for its architecture llama
/// only.
enum class RotaryForm { Plain, Linear, Yarn, Divisors };

bool hasUsualBounds(const Config& yarn) {
    return yarn.positiveOr("beta_fast", 32) == 32 && yarn.positiveOr("beta_slow", 1) == 1 && yarn.flagOr("truncate", true);
}

RotaryForm rotaryForm(const Model& model) {
    const RotaryParameters rotary = rotaryOf(model);
    const std::string type = scalingType(rotary), architecture = ggufArchitecture(model.spec());
    if (type == "default") return RotaryForm::Plain;
    if (type == "linear") return RotaryForm::Linear;
    if (architecture == "llama") return type == "yarn" && hasUsualBounds(rotary.scaling) ? RotaryForm::Yarn : RotaryForm::Divisors;
    // Gemma's windowed layers would be scaled as well.
    if (type == "yarn" && architecture != "gemma3" && hasUsualBounds(rotary.scaling)) return RotaryForm::Yarn;
    throw Error(model.path().string() + ": llama.cpp cannot be told the rotary scaling '" + type + "' of a " + architecture +
                " model; export to another format");
}

/// llama.cpp scales cosines and sines by 0.1 ln(factor) + 1 for YaRN, else by 1; rope.scaling.attn_factor multiplies that.
void addRotary(GgufKeys& keys, const std::string& prefix, const Model& model) {
    const RotaryParameters rotary = rotaryOf(model);
    const RotaryForm form = rotaryForm(model);
    keys.f32(prefix + "rope.freq_base", rotary.theta);
    const double factor = rotary.scaling.positiveOr("factor", 1);
    if (form == RotaryForm::Linear || form == RotaryForm::Yarn) {
        keys.text(prefix + "rope.scaling.type", form == RotaryForm::Yarn ? "yarn" : "linear");
        keys.f32(prefix + "rope.scaling.factor", factor);
    }
    if (form == RotaryForm::Yarn)
        keys.u32(prefix + "rope.scaling.original_context_length",
                 static_cast<std::uint64_t>(
                     rotary.scaling.integerOr("original_max_position_embeddings", model.spec().maxPositions, 1, 1 << 30)));
    const double usual = form == RotaryForm::Yarn && factor > 1 ? 0.1 * std::log(factor) + 1 : 1;
    const double extra = fullAttentionBlock(model.spec()).rotary.attentionFactor / usual;
    if (std::abs(extra - 1) > 1e-6) keys.f32(prefix + "rope.scaling.attn_factor", extra);
}

void addGemma(GgufKeys& keys, const std::string& prefix, const Model& model) {
    const ModelSpec& spec = model.spec();
    std::vector<bool> windowed;
    int window = 0;
    bool usual = true;  // five windowed layers to one with full attention
    for (std::size_t b = 0; b < spec.blocks.size(); ++b) {
        windowed.push_back(spec.blocks[b].window > 0);
        window = std::max(window, spec.blocks[b].window);
        usual = usual && windowed.back() == ((b + 1) % 6 != 0);
    }
    keys.u32(prefix + "attention.sliding_window", static_cast<std::uint64_t>(window > 0 ? window : spec.maxPositions));
    if (!usual) keys.flags(prefix + "attention.sliding_window_pattern", windowed);
    const Config config = textConfig(model);
    const double local = config.has("rope_parameters") ? rotaryParameters(config, "sliding_attention", 10000).theta
                                                       : config.positiveOr("rope_local_base_freq", 10000);
    keys.f32(prefix + "rope.freq_base_swa", local);
    if (spec.finalSoftcap > 0) keys.f32(prefix + "final_logit_softcapping", spec.finalSoftcap);
}

}  // namespace

std::optional<std::string> ggufTensorName(const std::string& name, const ModelSpec& spec, const Survey& survey) {
    if (name == spec.headName) return "output.weight";
    if (!name.starts_with(survey.textPrefix)) return std::nullopt;
    const std::string rest = name.substr(survey.textPrefix.size());
    if (rest == "embed_tokens.weight") return "token_embd.weight";
    if (rest == "norm.weight") return "output_norm.weight";
    if (!rest.starts_with("layers.")) return std::nullopt;
    const std::size_t dot = rest.find('.', 7);
    if (dot == std::string::npos) return std::nullopt;
    const std::string inside = rest.substr(dot + 1);
    auto found = renamed(inside, kInBlock);
    if (!found) found = isGemma(spec) ? renamed(inside, kFourNorms) : renamed(inside, kNorms);
    if (!found) return std::nullopt;
    return "blk." + rest.substr(7, dot - 7) + "." + *found;
}

int ggufInterleavedHeads(const std::string& name, const ModelSpec& spec) {
    if (std::string(ggufArchitecture(spec)) != "llama") return 0;
    if (name.find(".self_attn.q_proj.") != std::string::npos) return spec.blocks.front().heads;
    return name.find(".self_attn.k_proj.") != std::string::npos ? spec.blocks.front().keyValueHeads : 0;
}

std::size_t ggufSourceRow(std::size_t row, std::size_t rows, int heads) {
    if (heads == 0) return row;
    const std::size_t width = rows / static_cast<std::size_t>(heads), inside = row % width;
    return row - inside + inside % 2 * (width / 2) + inside / 2;
}

float ggufShift(const std::string& name, const ModelSpec& spec) { return isGemma(spec) && name.ends_with("norm.weight") ? 1.0f : 0.0f; }

float ggufFactor(const std::string& name, const ModelSpec& spec) {
    if (!isGemma(spec) || !name.ends_with(".self_attn.q_norm.weight")) return 1;
    const BlockSpec& block = spec.blocks.front();
    const double width = spec.blocks.size() == 62 ? static_cast<double>(spec.hidden) / block.heads : block.headDim;
    const double factor = block.attentionScale * std::sqrt(width);
    return std::abs(factor - 1) > 1e-6 ? static_cast<float>(factor) : 1.0f;
}

void addArchitectureKeys(GgufKeys& keys, const Model& model, JobContext& context) {
    const ModelSpec& spec = model.spec();
    const BlockSpec& block = spec.blocks.front();
    const std::string prefix = std::string(ggufArchitecture(spec)) + ".";
    const auto size = [&](const char* key, int value) { keys.u32(prefix + key, static_cast<std::uint64_t>(value)); };
    size("vocab_size", spec.vocabulary);
    size("context_length", spec.maxPositions);
    size("embedding_length", spec.hidden);
    size("block_count", static_cast<int>(spec.blocks.size()));
    size("feed_forward_length", block.intermediate);
    size("attention.head_count", block.heads);
    size("attention.head_count_kv", block.keyValueHeads);
    size("attention.key_length", block.headDim);
    size("attention.value_length", block.headDim);
    size("rope.dimension_count", block.headDim);
    keys.f32(prefix + "attention.layer_norm_rms_epsilon", block.normEpsilon);
    addRotary(keys, prefix, model);
    if (isGemma(spec)) return addGemma(keys, prefix, model);
    for (const BlockSpec& each : spec.blocks)
        if (each.window > 0 && each.window < spec.maxPositions) {
            context.event({Severity::Warning, "loader-limit", "",
                           "llama.cpp: has no sliding window for this architecture; results differ beyond " + std::to_string(each.window) +
                               " tokens"});
            break;
        }
}

std::vector<float> rotaryDivisors(const Model& model) {
    if (rotaryForm(model) != RotaryForm::Divisors) return {};
    const RotaryParameters rotary = rotaryOf(model);
    const BlockSpec& block = fullAttentionBlock(model.spec());
    std::vector<float> divisors;
    for (std::size_t i = 0; i < block.rotary.inverseFrequency.size(); ++i) {
        const double plain = std::pow(rotary.theta, -2.0 * static_cast<double>(i) / block.headDim);
        divisors.push_back(static_cast<float>(plain / block.rotary.inverseFrequency[i]));
    }
    return divisors;
}

}  // namespace qs
