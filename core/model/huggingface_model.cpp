// SPDX-License-Identifier: GPL-3.0-or-later
// Hugging Face model directories: config.json, and model.safetensors or shards listed in model.safetensors.index.json.
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "model/architectures.h"
#include "model/json_text.h"
#include "model/safetensors.h"
#include "model/stored_model.h"

namespace qs {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using Files = std::vector<std::unique_ptr<SafetensorsFile>>;

Json readConfig(const fs::path& directory) {
    const fs::path path = directory / "config.json";
    if (!fs::exists(path)) throw Error(directory.string() + ": holds no config.json; give a Hugging Face model directory or a GGUF file");
    Json config = parseJson(readText(path), path.string());
    if (!config.is_object()) throw Error(path.string() + ": must be a JSON object; this is not the configuration of a model");
    return config;
}

/// The model_type that decides: that of the text part where there is one.
std::string architectureOf(const Json& config, const std::string& where) {
    const Config whole(config, where);
    const Config text = whole.has("text_config") ? whole.object("text_config") : whole;
    const std::string outer = whole.textOr("model_type", "");
    std::string type = text.textOr("model_type", outer);
    if (outer == "gemma3" && type == "gemma3") type = "gemma3_text";  // a text_config without a type of its own
    if (type.empty()) throw Error(where + ": the key 'model_type' is missing; known architectures are " + architectureNames());
    return type;
}

void addTensors(Checkpoint& checkpoint, const SafetensorsFile& file) {
    for (const auto& [name, entry] : file.tensors()) {
        StoredTensor tensor;
        tensor.name = name;
        tensor.where = file.path().string() + ", tensor " + name;
        tensor.format = &formatOf(entry.dtype);
        tensor.shape = entry.shape;
        tensor.bytes = entry.bytes;
        if (!checkpoint.tensors.emplace(name, std::move(tensor)).second)
            throw Error(file.path().string() + ": the tensor " + name + " is in another shard too; the checkpoint is inconsistent");
    }
}

/// Tensor name -> shard, from the index. Shards must be plain names: an index must not point out of its directory.
std::map<std::string, std::string> readIndex(const fs::path& path) {
    const Json index = parseJson(readText(path), path.string());
    if (!index.is_object() || !index.contains("weight_map") || !index["weight_map"].is_object())
        throw Error(path.string() + ": must hold an object 'weight_map' of tensor names and file names");
    std::map<std::string, std::string> map;
    for (const auto& [tensor, shard] : index["weight_map"].items()) {
        if (!shard.is_string()) throw Error(path.string() + ": the file of " + tensor + " must be a text");
        const std::string name = shard.get<std::string>();
        if (name.empty() || name.find('/') != std::string::npos || name.find('\\') != std::string::npos || name == "." || name == ".." ||
            name.find('\0') != std::string::npos)
            throw Error(path.string() + ": the file of " + tensor + " must be a file of this directory, not '" + name + "'");
        map[tensor] = name;
    }
    return map;
}

void openShards(Checkpoint& checkpoint, Files& files, const fs::path& indexPath) {
    const auto map = readIndex(indexPath);
    std::set<std::string> shards;
    for (const auto& [tensor, shard] : map) shards.insert(shard);
    for (const std::string& shard : shards) {
        const fs::path path = indexPath.parent_path() / shard;
        if (!fs::exists(path))
            throw Error(path.string() + ": this shard is missing, though " + indexPath.filename().string() + " names it; fetch it");
        files.push_back(std::make_unique<SafetensorsFile>(path));
        addTensors(checkpoint, *files.back());
        for (const auto& [tensor, file] : map)
            if (file == shard && !files.back()->has(tensor))
                throw Error(path.string() + ": has no tensor " + tensor + ", though " + indexPath.filename().string() + " says so");
    }
}

}  // namespace

Checkpoint openHuggingFace(const fs::path& directory) {
    Checkpoint checkpoint;
    checkpoint.path = directory;
    checkpoint.configWhere = (directory / "config.json").string();
    checkpoint.config = readConfig(directory);
    checkpoint.architecture = architectureOf(checkpoint.config, checkpoint.configWhere);
    if (!findArchitecture(checkpoint.architecture))
        throw Error(checkpoint.configWhere + ": the architecture '" + checkpoint.architecture + "' is not known; known are " +
                    architectureNames());
    auto files = std::make_shared<Files>();
    const fs::path single = directory / "model.safetensors", index = directory / "model.safetensors.index.json";
    if (fs::exists(single)) {
        files->push_back(std::make_unique<SafetensorsFile>(single));
        addTensors(checkpoint, *files->back());
    } else if (fs::exists(index)) {
        openShards(checkpoint, *files, index);
    } else {
        throw Error(directory.string() +
                    ": holds neither model.safetensors nor model.safetensors.index.json; weights in other forms are not read");
    }
    checkpoint.files = std::move(files);
    return checkpoint;
}

}  // namespace qs
