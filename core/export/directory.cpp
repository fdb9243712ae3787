// SPDX-License-Identifier: GPL-3.0-or-later
#include "export/directory.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <functional>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "base/mapped_file.h"
#include "export/companions.h"
#include "export/decoder.h"
#include "export/model_card.h"
#include "model/safetensors.h"
#include "run/run_weights.h"

namespace qs {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kPieceBytes = std::size_t{4} << 20;
using BytesSink = std::function<void(std::span<const std::byte>)>;

std::size_t declaredBytes(const TensorDeclaration& d) { return elementsOf(d.shape, d.name) * byteSize(d.dtype); }

/// What stands in the place of one tensor of the original.
struct Output {
    std::string linear;                           ///< name in the run; empty = taken over
    std::vector<TensorDeclaration> declarations;  ///< one if taken over
    const std::vector<float>* folded = nullptr;   ///< values with scales of inputs folded in (AWQ), in the place of the original's
    const SafetensorsEntry* stored = nullptr;     ///< of a Hugging Face original
    std::size_t bytes = 0;
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

class DirectoryWriter {
  public:
    DirectoryWriter(const ExportRequest& request, const LinearFormat& format, JobContext& context)
        : m_request(request),
          m_format(format),
          m_context(context),
          m_original(openOriginal(request.model.path())),
          m_folded(foldedTensors(request.model, request.run)) {
        for (const TensorInfo& tensor : request.model.tensors()) {
            Output output;
            const std::string module = tensor.name.ends_with(".weight") ? tensor.name.substr(0, tensor.name.size() - 7) : "";
            const auto& linears = request.survey.linears;
            const auto facts = std::find_if(linears.begin(), linears.end(), [&](const LinearFacts& l) { return l.name == module; });
            if (facts != linears.end()) {
                output.linear = module;
                output.declarations = format.declare(*facts);
            } else if (const auto folded = m_folded.find(tensor.name); folded != m_folded.end()) {
                output.folded = &folded->second;
                output.declarations = {{tensor.name, DType::F32, tensor.shape}};
            } else {
                output.declarations = {{tensor.name, plainType(tensor.storage), tensor.shape}};
                if (!m_original.empty()) {
                    output.stored = &storedTensor(tensor.name);
                    output.declarations.front().dtype = output.stored->dtype;
                }
            }
            for (const TensorDeclaration& d : output.declarations) output.bytes += declaredBytes(d);
            m_bytes += output.bytes;
            m_outputs.push_back(std::move(output));
        }
    }

    ExportSummary run() {
        requireDisk(m_request.folder, m_bytes + (std::size_t{1} << 20));
        ExportSummary summary;
        const std::vector<Shard> shards = makeShards();
        for (std::size_t i = 0; i < shards.size(); ++i) {
            summary.files.push_back(shardName(i, shards.size()));
            writeShard(m_request.folder / summary.files.back(), shards[i]);
        }
        if (shards.size() > 1) summary.files.push_back(writeIndex(shards));
        for (const std::string& name : writeConfig()) summary.files.push_back(name);
        for (const std::string& name : writeCompanions(m_request, m_context)) summary.files.push_back(name);
        writeText(m_request.folder / "README.md", modelCard(m_request));
        summary.files.push_back("README.md");
        compare();
        summary.verified = true;
        summary.linears = static_cast<int>(m_request.survey.linears.size());
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
        const std::size_t most = static_cast<std::size_t>(m_request.options.shardSize) << 20;
        std::vector<Shard> shards(1);
        std::size_t bytes = 0;
        for (const Output& output : m_outputs) {
            if (bytes + output.bytes > most && !shards.back().empty()) {
                shards.emplace_back();
                bytes = 0;
            }
            shards.back().push_back(&output);
            bytes += output.bytes;
        }
        return shards;
    }

    static std::string shardName(std::size_t index, std::size_t count) {
        if (count == 1) return "model.safetensors";
        char name[64];
        std::snprintf(name, sizeof name, "model-%05zu-of-%05zu.safetensors", index + 1, count);
        return name;
    }

    /// The bytes of a tensor that is taken over, piece by piece.
    void takeOver(const Output& output, const BytesSink& piece) const {
        if (output.folded) return piece(std::as_bytes(std::span(*output.folded)));
        if (!output.stored) return convert(output.declarations.front(), piece);
        for (std::span<const std::byte> rest = output.stored->bytes; !rest.empty();) {
            const auto part = rest.first(std::min(kPieceBytes, rest.size()));
            m_context.check();
            requireIntact(part);
            piece(part);
            requireIntact(part);
            releasePages(part);
            rest = rest.subspan(part.size());
        }
    }

    void convert(const TensorDeclaration& target, const BytesSink& piece) const {
        const auto& shape = target.shape;
        const std::size_t cols = shape.empty() ? 1 : static_cast<std::size_t>(shape.back());
        const std::size_t rows = cols == 0 ? 0 : elementsOf(shape, target.name) / cols;
        const std::size_t step = std::max<std::size_t>(1, kPieceBytes / (4 * std::max<std::size_t>(cols, 1)));
        for (std::size_t first = 0; first < rows; first += step) {
            m_context.check();
            const Matrix<float> values = m_request.model.readRows(target.name, first, std::min(step, rows - first));
            if (target.dtype == DType::F32) {
                piece(std::as_bytes(values.values()));
                continue;
            }
            std::vector<std::uint16_t> halves(values.size());
            const bool brain = target.dtype == DType::BF16;
            std::transform(values.values().begin(), values.values().end(), halves.begin(),
                           [&](float v) { return brain ? toBFloat16(v).bits : toFloat16(v).bits; });
            piece(std::as_bytes(std::span(halves)));
        }
    }

    void step(const std::string& what, const Output& output) {
        m_context.check();
        m_context.report(static_cast<double>(m_done) / (2.0 * static_cast<double>(std::max<std::size_t>(m_bytes, 1))),
                         what + " " + output.declarations.front().name);
        m_done += output.bytes;
    }

    void writeShard(const fs::path& path, const Shard& outputs) {
        std::vector<TensorDeclaration> declarations;
        for (const Output* output : outputs)
            declarations.insert(declarations.end(), output->declarations.begin(), output->declarations.end());
        writeSafetensors(path, declarations, {{"format", "pt"}}, [&](SafetensorsSink& sink) {
            for (const Output* output : outputs) {
                step("writing", *output);
                if (output->linear.empty()) {
                    takeOver(*output, [&](std::span<const std::byte> bytes) { sink.write(output->declarations.front().name, bytes); });
                    continue;
                }
                const auto packed = m_format.pack(m_request.run.linear(output->linear), m_request.survey.linear(output->linear));
                for (std::size_t i = 0; i < packed.size(); ++i) sink.write(output->declarations[i].name, packed[i]);
            }
        });
    }

    /// Reads everything back from the files.
    void compare() {
        const ExportReader reader(m_request.folder);
        std::size_t tensors = 0;
        for (const Output& output : m_outputs) {
            step("comparing", output);
            tensors += output.declarations.size();
            if (output.linear.empty()) {
                compareBytes(output, reader);
            } else {
                const LinearRecord record = m_request.run.linear(output.linear);
                if (reader.isQuantized()) compareWithRun(reader.linear(output.linear), record, m_request.options.out);
                else compareWithRun(reader.tensor(output.linear + ".weight"), record, m_request.options.out);
            }
            for (const TensorDeclaration& d : output.declarations) releasePages(reader.tensor(d.name).bytes);
        }
        if (reader.tensorCount() != tensors) throw Error(m_request.options.out + ": holds other tensors than were written; check the disk");
        if (!reader.isQuantized()) openModel(m_request.folder)->requireSupported();  // names, shapes and configuration belong together
    }

    void compareBytes(const Output& output, const ExportReader& reader) const {
        const TensorDeclaration& expected = output.declarations.front();
        const SafetensorsEntry& written = reader.tensor(expected.name);
        const Error differs(m_request.options.out + ": tensor " + expected.name + " does not read back as it was written; check the disk");
        if (written.dtype != expected.dtype || written.shape != expected.shape) throw differs;
        std::size_t offset = 0;
        takeOver(output, [&](std::span<const std::byte> bytes) {
            if (offset + bytes.size() > written.bytes.size()) throw differs;
            if (std::memcmp(written.bytes.data() + offset, bytes.data(), bytes.size()) != 0) throw differs;
            releasePages(written.bytes.subspan(offset, bytes.size()));
            offset += bytes.size();
        });
        if (offset != written.bytes.size()) throw differs;
    }

    std::string writeIndex(const std::vector<Shard>& shards) const {
        OrderedJson map = OrderedJson::object();
        for (std::size_t i = 0; i < shards.size(); ++i)
            for (const Output* output : shards[i])
                for (const TensorDeclaration& d : output->declarations) map[d.name] = shardName(i, shards.size());
        const OrderedJson index{{"metadata", {{"total_size", m_bytes}}}, {"weight_map", map}};
        writeText(m_request.folder / "model.safetensors.index.json", index.dump(2) + "\n");
        return "model.safetensors.index.json";
    }

    std::vector<std::string> writeConfig() const {
        OrderedJson config = originalConfig(m_request.model);
        m_format.configure(config, m_request.survey);
        writeText(m_request.folder / "config.json", config.dump(2) + "\n");
        std::vector<std::string> names{"config.json"};
        for (const auto& [name, text] : m_format.furtherFiles(config)) {
            writeText(m_request.folder / name, text);
            names.push_back(name);
        }
        return names;
    }

    const ExportRequest& m_request;
    const LinearFormat& m_format;
    JobContext& m_context;
    std::vector<std::unique_ptr<SafetensorsFile>> m_original;
    std::map<std::string, std::vector<float>> m_folded;  ///< by tensor name
    std::vector<Output> m_outputs;
    std::size_t m_bytes = 0, m_done = 0;
};

}  // namespace

void requireDisk(const fs::path& folder, std::size_t bytes) {
    const std::size_t free = freeDiskBytes(folder);
    if (free < bytes)
        throw Error(folder.parent_path().string() + ": the export needs " + std::to_string(bytes >> 20) + " MiB, but only " +
                    std::to_string(free >> 20) + " MiB are free; choose another --out or make room");
}

ExportSummary writeDirectory(const ExportRequest& request, const LinearFormat& format, JobContext& context) {
    return DirectoryWriter(request, format, context).run();
}

}  // namespace qs
