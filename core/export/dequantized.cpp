// SPDX-License-Identifier: GPL-3.0-or-later
#include "export/dequantized.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "model/safetensors.h"
#include "model/safetensors_writer.h"
#include "run/run_weights.h"

namespace qs {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kShardBytes = std::size_t{4} << 30;
constexpr std::size_t kPieceBytes = std::size_t{16} << 20;
using Piece = std::function<void(std::span<const std::byte>)>;

/// What becomes of one tensor.
struct Output {
    TensorDeclaration declaration;
    std::string linear;                          ///< name in the run; empty = taken over from the original, unless
    const std::vector<float>* folded = nullptr;  ///< scales of inputs were folded into it
    const SafetensorsEntry* stored = nullptr;    ///< of a Hugging Face original

    std::size_t bytes() const { return elementsOf(declaration.shape, declaration.name) * byteSize(declaration.dtype); }
};
using Shard = std::vector<const Output*>;

/// The safetensors files of a Hugging Face directory; none for GGUF.
std::vector<std::unique_ptr<SafetensorsFile>> openOriginal(const fs::path& model) {
    std::vector<std::unique_ptr<SafetensorsFile>> files;
    if (!fs::is_directory(model)) return files;
    std::set<fs::path> paths;
    if (fs::exists(model / "model.safetensors")) paths.insert(model / "model.safetensors");
    else {
        const auto index = nlohmann::json::parse(readText(model / "model.safetensors.index.json"));  // checked when the model was opened
        for (const auto& [name, file] : index.at("weight_map").items()) paths.insert(model / file.get<std::string>());
    }
    for (const fs::path& path : paths) files.push_back(std::make_unique<SafetensorsFile>(path));
    return files;
}

/// Storage of a tensor taken over from GGUF: plain types stay, block formats become float32.
DType plainType(const std::string& storage) {
    if (storage == "F16") return DType::F16;
    return storage == "BF16" ? DType::BF16 : DType::F32;
}

class Dequantized {
  public:
    Dequantized(const ExportRequest& request, JobContext& context)
        : m_request(request),
          m_context(context),
          m_original(openOriginal(request.model.path())),
          m_folded(foldedTensors(request.model, request.run)) {
        std::map<std::string, std::string> linears;  // tensor name -> linear
        for (const LinearRecord& linear : request.run.linears()) linears[linear.name + ".weight"] = linear.name;
        for (const TensorInfo& tensor : request.model.tensors()) {
            Output output;
            output.declaration = {tensor.name, DType::F32, tensor.shape};
            if (const auto linear = linears.find(tensor.name); linear != linears.end()) {
                output.linear = linear->second;
                linears.erase(linear);
            } else if (const auto folded = m_folded.find(tensor.name); folded != m_folded.end()) {
                output.folded = &folded->second;
            } else if (!m_original.empty()) {
                output.stored = &storedTensor(tensor.name);
                output.declaration.dtype = output.stored->dtype;
            } else {
                output.declaration.dtype = plainType(tensor.storage);
            }
            m_bytes += output.bytes();
            m_outputs.push_back(std::move(output));
        }
        if (!linears.empty()) throw Error(request.run.path().string() + ": the model has no tensor " + linears.begin()->first);
    }

    ExportSummary run() {
        ExportSummary summary;
        const std::vector<Shard> shards = makeShards();
        for (std::size_t i = 0; i < shards.size(); ++i) {
            summary.files.push_back(shardName(i, shards.size()));
            writeShard(m_request.folder / summary.files.back(), shards[i]);
        }
        if (shards.size() > 1) summary.files.push_back(writeIndex(shards));
        summary.files.push_back(writeConfig());
        for (const std::string& name : copyCompanions()) summary.files.push_back(name);
        for (std::size_t i = 0; i < shards.size(); ++i) compareShard(m_request.folder / shardName(i, shards.size()), shards[i]);
        openModel(m_request.folder)->requireSupported();  // a loader's view: names, shapes and configuration belong together
        summary.verified = true;
        summary.linears = static_cast<int>(m_request.run.linears().size());
        for (const std::string& name : summary.files) summary.bytes += static_cast<std::int64_t>(fs::file_size(m_request.folder / name));
        return summary;
    }

  private:
    const SafetensorsEntry& storedTensor(const std::string& name) const {
        for (const auto& file : m_original)
            if (file->has(name)) return file->tensor(name);
        throw Error(m_request.model.path().string() + ": has no tensor " + name);
    }

    std::vector<Shard> makeShards() const {
        std::vector<Shard> shards(1);
        std::size_t bytes = 0;
        for (const Output& output : m_outputs) {
            if (bytes + output.bytes() > kShardBytes && !shards.back().empty()) {
                shards.emplace_back();
                bytes = 0;
            }
            shards.back().push_back(&output);
            bytes += output.bytes();
        }
        return shards;
    }

    static std::string shardName(std::size_t index, std::size_t count) {
        if (count == 1) return "model.safetensors";
        char name[64];
        std::snprintf(name, sizeof name, "model-%05zu-of-%05zu.safetensors", index + 1, count);
        return name;
    }

    /// The bytes of a tensor as they must stand in the export, piece by piece.
    void produce(const Output& output, const Piece& piece) const {
        if (!output.linear.empty()) {
            const Matrix<float> W = dequantize(quantizedOf(m_request.run.linear(output.linear)));
            const auto& shape = output.declaration.shape;
            if (shape.size() != 2 || static_cast<std::size_t>(shape[0]) != W.rows() || static_cast<std::size_t>(shape[1]) != W.cols())
                throw Error(output.linear + ": the run has another shape than the model");
            return piece(std::as_bytes(W.values()));
        }
        if (output.folded) return piece(std::as_bytes(std::span(*output.folded)));
        if (!output.stored) return produceConverted(output, piece);
        for (std::span<const std::byte> rest = output.stored->bytes; !rest.empty();) {
            const auto part = rest.first(std::min(kPieceBytes, rest.size()));
            m_context.check();
            piece(part);
            rest = rest.subspan(part.size());
        }
    }

    void produceConverted(const Output& output, const Piece& piece) const {
        const auto& shape = output.declaration.shape;
        const std::size_t cols = shape.empty() ? 1 : static_cast<std::size_t>(shape.back());
        const std::size_t rows = cols == 0 ? 0 : elementsOf(shape, output.declaration.name) / cols;
        const std::size_t step = std::max<std::size_t>(1, kPieceBytes / (4 * std::max<std::size_t>(cols, 1)));
        for (std::size_t first = 0; first < rows; first += step) {
            m_context.check();
            const Matrix<float> values = m_request.model.readRows(output.declaration.name, first, std::min(step, rows - first));
            if (output.declaration.dtype == DType::F32) {
                piece(std::as_bytes(values.values()));
                continue;
            }
            std::vector<std::uint16_t> halves(values.size());
            const bool brain = output.declaration.dtype == DType::BF16;
            std::transform(values.values().begin(), values.values().end(), halves.begin(),
                           [&](float v) { return brain ? toBFloat16(v).bits : toFloat16(v).bits; });
            piece(std::as_bytes(std::span(halves)));
        }
    }

    void step(const std::string& what, const Output& output) {
        m_context.check();
        m_context.report(static_cast<double>(m_done) / (2.0 * static_cast<double>(std::max<std::size_t>(m_bytes, 1))),
                         what + " " + output.declaration.name);
        m_done += output.bytes();
    }

    void writeShard(const fs::path& path, const Shard& outputs) {
        std::vector<TensorDeclaration> declarations;
        for (const Output* output : outputs) declarations.push_back(output->declaration);
        writeSafetensors(path, declarations, {{"format", "pt"}}, [&](SafetensorsSink& sink) {
            for (const Output* output : outputs) {
                step("writing", *output);
                produce(*output, [&](std::span<const std::byte> bytes) { sink.write(output->declaration.name, bytes); });
            }
        });
    }

    void compareShard(const fs::path& path, const Shard& outputs) {
        const SafetensorsFile file(path);
        for (const Output* output : outputs) {
            step("comparing", *output);
            const SafetensorsEntry& written = file.tensor(output->declaration.name);
            const Error differs(path.string() + ": tensor " + output->declaration.name +
                                " does not read back as it was written; check the disk");
            if (written.dtype != output->declaration.dtype || written.shape != output->declaration.shape) throw differs;
            std::size_t offset = 0;
            produce(*output, [&](std::span<const std::byte> bytes) {
                if (offset + bytes.size() > written.bytes.size()) throw differs;
                if (std::memcmp(written.bytes.data() + offset, bytes.data(), bytes.size()) != 0) throw differs;
                offset += bytes.size();
            });
            if (offset != written.bytes.size()) throw differs;
        }
    }

    std::string writeIndex(const std::vector<Shard>& shards) const {
        nlohmann::ordered_json map = nlohmann::ordered_json::object();
        for (std::size_t i = 0; i < shards.size(); ++i)
            for (const Output* output : shards[i]) map[output->declaration.name] = shardName(i, shards.size());
        const nlohmann::ordered_json index{{"metadata", {{"total_size", m_bytes}}}, {"weight_map", map}};
        writeText(m_request.folder / "model.safetensors.index.json", index.dump(2) + "\n");
        return "model.safetensors.index.json";
    }

    std::string writeConfig() const {
        auto config = nlohmann::ordered_json::parse(m_request.model.config());
        config.erase("quantization_config");
        const auto setType = [](nlohmann::ordered_json& part) {
            part[part.contains("torch_dtype") ? "torch_dtype" : "dtype"] =
                "float32";  // the older or the newer form, whichever the model has
        };
        setType(config);
        if (config.contains("text_config") && config["text_config"].is_object()) setType(config["text_config"]);
        writeText(m_request.folder / "config.json", config.dump(2) + "\n");
        return "config.json";
    }

    /// Tokenizer and generation files.
    std::vector<std::string> copyCompanions() const {
        std::vector<std::string> copied;
        if (!fs::is_directory(m_request.model.path())) {
            m_context.event({Severity::Info, "tokenizer-not-exported", "",
                             "the tokenizer stays in " + m_request.model.path().string() +
                                 "; loaders need a tokenizer.json of this model beside the weights"});
            return copied;
        }
        for (const char* name :
             {"tokenizer.json", "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json",
              "merges.txt", "chat_template.json", "chat_template.jinja", "generation_config.json"}) {
            const fs::path source = m_request.model.path() / name;
            if (!fs::exists(source)) continue;
            writeText(m_request.folder / name, readText(source));
            copied.emplace_back(name);
        }
        return copied;
    }

    const ExportRequest& m_request;
    JobContext& m_context;
    std::vector<std::unique_ptr<SafetensorsFile>> m_original;
    std::map<std::string, std::vector<float>> m_folded;  ///< by tensor name
    std::vector<Output> m_outputs;
    std::size_t m_bytes = 0, m_done = 0;
};

}  // namespace

ExportSummary exportDequantized(const ExportRequest& request, JobContext& context) { return Dequantized(request, context).run(); }

}  // namespace qs
