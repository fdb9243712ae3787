// SPDX-License-Identifier: GPL-3.0-or-later
// A checkpoint is a safetensors file: "value.<name>", "mean.<name>", "square.<name>" of every parameter and learned step's logarithm
// (float32), and "widths" and "maxima" (float64); metadata: steps done and the settings by name.
#include <cstring>
#include <span>

#include "base/error.h"
#include "base/mapped_file.h"
#include "model/safetensors.h"
#include "model/safetensors_writer.h"
#include "qat/trainer_state.h"

namespace qs {
namespace {

struct Kept {
    std::string name;
    at::Tensor tensor;
};

std::vector<Kept> keptOf(const TrainableModel& model, const LearnedSteps& learned, const AdamW& optimizer) {
    std::vector<std::string> names;
    for (const Parameter& parameter : model.parameters()) names.push_back(parameter.name);
    for (std::size_t l = 0; l < learned.tensors().size() / 2; ++l) names.push_back(model.layers()[l]->name + ".weight_step_logarithm");
    for (std::size_t l = 0; l < learned.tensors().size() / 2; ++l) names.push_back(model.layers()[l]->name + ".activation_step_logarithm");
    std::vector<at::Tensor> values = model.values();
    values.insert(values.end(), learned.tensors().begin(), learned.tensors().end());
    std::vector<Kept> kept;
    for (std::size_t i = 0; i < names.size(); ++i) {
        kept.push_back({"value." + names[i], values[i]});
        kept.push_back({"mean." + names[i], optimizer.means()[i]});
        kept.push_back({"square." + names[i], optimizer.squares()[i]});
    }
    return kept;
}

std::map<std::string, std::string> settingsByName(const QatSettings& settings) {
    QatSettings copy = settings;
    std::map<std::string, std::string> texts;
    const OptionList options = describeOptions(copy);
    for (const OptionField& field : options.fields()) texts["setting." + field.name] = field.get();
    return texts;
}

void requireSameSettings(const QatSettings& settings, const std::map<std::string, std::string>& metadata, const std::string& where) {
    for (const auto& [name, text] : settingsByName(settings)) {
        const auto found = metadata.find(name);
        if (found == metadata.end()) throw Error(where + ": it is no checkpoint of a training (there is no " + name + ")");
        if (found->second != text)
            throw Error(where + ": it was made with --" + name.substr(8) + " " + found->second + ", not " + text +
                        "; go on with the settings it was begun with, or begin anew");
    }
}

const SafetensorsEntry& entryOf(const SafetensorsFile& file, const std::string& name, DType type, const std::vector<std::int64_t>& shape) {
    const SafetensorsEntry& entry = file.tensor(name);
    if (entry.dtype != type || entry.shape != shape)
        throw Error(file.path().string() + ": " + name + " is " + nameOf(entry.dtype) + " " + shapeText(entry.shape) +
                    ", but this model has " + nameOf(type) + " " + shapeText(shape));
    return entry;
}

}  // namespace

void Trainer::save(const std::filesystem::path& path) const {
    const State& state = *m_state;
    const std::vector<Kept> kept = keptOf(state.model, state.learned, state.optimizer);
    const std::vector<double> widths = state.controller.state();
    std::vector<TensorDeclaration> declarations;
    for (const Kept& k : kept) declarations.push_back({k.name, DType::F32, k.tensor.sizes().vec()});
    declarations.push_back({"widths", DType::F64, {static_cast<std::int64_t>(widths.size())}});
    declarations.push_back({"maxima", DType::F64, {static_cast<std::int64_t>(state.maxima.size())}});
    std::map<std::string, std::string> metadata = settingsByName(m_settings);
    metadata["steps_done"] = std::to_string(state.done);
    writeSafetensors(path, declarations, metadata, [&](SafetensorsSink& sink) {
        for (const Kept& k : kept) {
            const at::Tensor values = k.tensor.to(at::kCPU).contiguous();
            sink.writeValues(k.name, std::span(values.const_data_ptr<float>(), static_cast<std::size_t>(values.numel())));
        }
        sink.writeValues("widths", std::span<const double>(widths));
        sink.writeValues("maxima", std::span<const double>(state.maxima));
    });
}

void Trainer::load(const std::filesystem::path& path) {
    State& state = *m_state;
    const SafetensorsFile file(path);
    requireSameSettings(m_settings, file.metadata(), path.string());
    const std::vector<Kept> kept = keptOf(state.model, state.learned, state.optimizer);
    for (const Kept& k : kept) entryOf(file, k.name, DType::F32, k.tensor.sizes().vec());
    const auto layers = static_cast<std::int64_t>(state.layers());
    const std::vector<double> widths = toDoubles(file.tensor("widths")), maxima = toDoubles(entryOf(file, "maxima", DType::F64, {layers}));
    std::int64_t done = 0;
    try {
        done = std::stoll(file.metadata().at("steps_done"));
    } catch (const std::exception&) {
        throw Error(path.string() + ": it does not say how many steps are done");
    }
    try {
        state.controller.setState(widths);
    } catch (const Error& error) {
        throw error.within(path.string());
    }
    for (const Kept& k : kept) {
        const std::span<const std::byte> bytes = file.tensor(k.name).bytes;
        const at::Tensor values = k.tensor.device().is_cpu() ? k.tensor : k.tensor.cpu();
        std::memcpy(values.data_ptr(), bytes.data(), bytes.size());
        requireIntact(bytes);
        if (!k.tensor.device().is_cpu()) at::Tensor(k.tensor).copy_(values);
    }
    state.maxima = maxima;
    state.done = done;
    state.optimizer.setSteps(done);
    if (done > 0) state.learned.setBegun();
}

}  // namespace qs
