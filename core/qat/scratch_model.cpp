// SPDX-License-Identifier: GPL-3.0-or-later
// Models that begin here, and models as directories.
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "model/architectures.h"
#include "model/safetensors_writer.h"
#include "qat/trainable_model.h"

namespace qs {

std::string scratchConfig(const ScratchShape& shape) {
    const nlohmann::json config{{"architectures", {"LlamaForCausalLM"}},
                                {"model_type", "llama"},
                                {"vocab_size", shape.vocabulary},
                                {"hidden_size", shape.hidden},
                                {"intermediate_size", shape.intermediate},
                                {"num_hidden_layers", shape.blocks},
                                {"num_attention_heads", shape.heads},
                                {"num_key_value_heads", shape.heads},
                                {"max_position_embeddings", shape.maxPositions},
                                {"rms_norm_eps", 1e-5},
                                {"rope_theta", 10000.0},
                                {"hidden_act", "silu"},
                                {"attention_bias", false},
                                {"mlp_bias", false},
                                {"tie_word_embeddings", true},
                                {"torch_dtype", "float32"}};
    return config.dump(2) + "\n";
}

ModelSpec scratchSpec(const ScratchShape& shape) {
    const nlohmann::json json = nlohmann::json::parse(scratchConfig(shape));
    const Config config(json, "model from scratch");
    std::vector<std::string> unsupported;
    ModelSpec spec = llamaSpec({config, "model.", "", unsupported});
    spec.architecture = json.at("model_type");
    return spec;
}

void TrainableModel::save(const std::filesystem::path& directory, const std::string& config) const {
    std::filesystem::create_directories(directory);
    std::vector<TensorDeclaration> declarations;
    for (const Parameter& parameter : m_parameters) declarations.push_back({parameter.name, DType::F32, parameter.value.sizes().vec()});
    writeSafetensors(directory / "model.safetensors", declarations, {{"format", "pt"}}, [&](SafetensorsSink& sink) {
        for (const Parameter& parameter : m_parameters) {
            const at::Tensor values = parameter.value.detach().to(at::kCPU).contiguous();
            sink.writeValues(parameter.name, std::span(values.const_data_ptr<float>(), static_cast<std::size_t>(values.numel())));
        }
    });
    writeText(directory / "config.json", config);
}

}  // namespace qs
