// SPDX-License-Identifier: GPL-3.0-or-later
// From a Hugging Face directory names, keys and conventions are those of llama.cpp's converter; from GGUF keys and tensors stay byte by
// byte as they are, but for the linears of the run.
#include "export/gguf.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "base/gguf_file.h"
#include "base/mapped_file.h"
#include "base/version.h"
#include "export/directory.h"
#include "export/gguf_blocks.h"
#include "export/gguf_metadata.h"
#include "export/gguf_vocabulary.h"
#include "export/model_card.h"
#include "model/tensor_format.h"
#include "run/run_weights.h"

namespace qs {
namespace fs = std::filesystem;
namespace {

using Sink = std::function<void(std::span<const std::byte>)>;
constexpr std::size_t kGgufPieceBytes = std::size_t{4} << 20;

std::uint32_t plainType(const std::string& storage, bool matrix) {
    if (!matrix) return 0;  // readers expect vectors as float32
    return storage == "F16" ? 1 : storage == "BF16" ? 30 : 0;
}

void putFloats(std::uint32_t type, std::span<const float> values, const Sink& sink) {
    if (type == 0) return sink(std::as_bytes(values));
    std::vector<std::uint16_t> halves(values.size());
    std::transform(values.begin(), values.end(), halves.begin(),
                   [&](float v) { return type == 30 ? toBFloat16(v).bits : toFloat16(v).bits; });
    sink(std::as_bytes(std::span(halves)));
}

class GgufExport {
  public:
    GgufExport(const ExportRequest& request, JobContext& context)
        : m_request(request), m_context(context), m_folded(foldedTensors(request.model, request.run)) {
        if (!fs::is_directory(request.model.path())) m_source = std::make_unique<GgufFile>(request.model.path());
    }

    ExportSummary run() {
        collect();
        const GgufKeys keys = makeKeys();
        std::size_t bytes = keys.bytes().size() + (std::size_t{1} << 20);
        for (const GgufOutput& tensor : m_tensors) bytes += tensor.bytes;
        requireDisk(m_request.folder, bytes);
        const std::string name = fileName();
        const fs::path path = m_request.folder / name;
        writeGguf(path, keys, m_tensors);
        compare(path);
        writeText(m_request.folder / "README.md", modelCard(m_request));
        ExportSummary summary;
        summary.files = {name, "README.md"};
        summary.verified = true;
        summary.linears = static_cast<int>(m_request.survey.linears.size());
        for (const std::string& file : summary.files) summary.bytes += static_cast<std::int64_t>(fs::file_size(m_request.folder / file));
        return summary;
    }

  private:
    void collect() {
        std::vector<std::string> left;
        std::set<std::string> linears;
        for (const LinearFacts& facts : m_request.survey.linears) linears.insert(facts.name + ".weight");
        if (m_source) return collectFromGguf(linears);
        for (const TensorInfo& tensor : m_request.model.tensors()) {
            const auto name = ggufTensorName(tensor.name, m_request.model.spec(), m_request.survey);
            if (!name) left.push_back(tensor.name);
            else if (linears.count(tensor.name)) addLinear(*name, tensor.name);
            else addPlain(*name, tensor);
        }
        if (const std::vector<float> divisors = rotaryDivisors(m_request.model); !divisors.empty())
            m_tensors.push_back({"rope_freqs.weight", 0, {divisors.size()}, divisors.size() * sizeof(float), [divisors](const Sink& sink) {
                                     sink(std::as_bytes(std::span(divisors)));
                                 }});
        if (!left.empty())
            m_context.event({Severity::Info, "tensors-not-exported", "",
                             std::to_string(left.size()) + " tensors that are no part of the text model stay out of the GGUF file, first " +
                                 left.front()});
    }

    /// Tensors of the source, in their order; GGUF names of the linears come from the same table that reads them.
    void collectFromGguf(const std::set<std::string>& linears) {
        std::map<std::string, std::string> byGguf;
        std::map<std::string, TensorInfo> folded;
        for (const TensorInfo& tensor : m_request.model.tensors())
            if (m_folded.count(tensor.name)) folded[ggufTensorName(tensor.name, m_request.model.spec(), m_request.survey).value()] = tensor;
        for (const std::string& linear : linears) {
            const auto name = ggufTensorName(linear, m_request.model.spec(), m_request.survey);
            if (!name || !m_source->tensors().count(*name)) throw Error(m_request.model.path().string() + ": has no tensor for " + linear);
            byGguf[*name] = linear;
        }
        for (const auto& [name, tensor] : m_source->tensors()) {
            if (const auto linear = byGguf.find(name); linear != byGguf.end()) {
                addLinear(name, linear->second);
                continue;
            }
            if (const auto changed = folded.find(name); changed != folded.end()) {
                addPlain(name, changed->second);
                continue;
            }
            const auto bytes = tensor.bytes;
            m_tensors.push_back({name, tensor.type, tensor.shape, bytes.size(), [this, bytes, name = name](const Sink& sink) {
                                     step(name);
                                     requireIntact(bytes);
                                     sink(bytes);
                                     requireIntact(bytes);
                                     releasePages(bytes);
                                 }});
        }
    }

    void addLinear(const std::string& name, const std::string& tensor) {
        const std::string linear = tensor.substr(0, tensor.size() - 7);
        const LinearFacts& facts = m_request.survey.linear(linear);
        const GgufBlockType* type = ggufTypeFor(facts, m_request.options.ggufType);
        recordFallback(facts, type);
        m_types[name] = type;
        m_linears[name] = linear;
        if (type) ++m_counts[type];
        const std::size_t rowBytes = rowBytesOf(type, static_cast<std::size_t>(facts.in));
        const int heads = ggufInterleavedHeads(tensor, m_request.model.spec());
        m_heads[name] = heads;
        m_tensors.push_back({name,
                             type ? type->id : 0,
                             {static_cast<std::uint64_t>(facts.out), static_cast<std::uint64_t>(facts.in)},
                             rowBytes * static_cast<std::size_t>(facts.out),
                             [this, name, linear, type, rowBytes, heads](const Sink& sink) {
                                 step(name);
                                 const LinearRecord record = m_request.run.linear(linear);
                                 std::vector<std::byte> bytes(rowBytes * record.codes.rows());
                                 for (std::size_t r = 0; r < record.codes.rows(); ++r)
                                     encodeRow(type, record, ggufSourceRow(r, record.codes.rows(), heads), bytes.data() + r * rowBytes);
                                 sink(bytes);
                             }});
    }

    static std::size_t rowBytesOf(const GgufBlockType* type, std::size_t in) {
        return type ? in / type->elements * type->bytes : in * sizeof(float);
    }

    static void encodeRow(const GgufBlockType* type, const LinearRecord& record, std::size_t row, std::byte* to) {
        if (type) return encodeGgufRow(*type, record, row, to);
        ggufRowValues(nullptr, record, row, reinterpret_cast<float*>(to));
    }

    /// Tells of a linear that does not get the blocks that were asked for, and why.
    void recordFallback(const LinearFacts& facts, const GgufBlockType* type) {
        const std::string& wanted = m_request.options.ggufType;
        const bool ternary = wanted == "tq2_0", narrow = type && type->elements != 256;
        if (!type || (wanted != "k" && !ternary) || (!narrow && (!ternary || type->name == std::string("TQ2_0")))) return;
        std::string why;
        if (ternary && !(facts.bits == 2 && facts.symmetric))
            why = "it holds " + std::string(facts.symmetric ? "symmetric " : "asymmetric ") + std::to_string(facts.bits) +
                  "-bit integers, TQ2_0 symmetric 2-bit ones";
        else if (facts.in % 256 != 0) why = "its rows of " + std::to_string(facts.in) + " columns are no multiple of 256";
        else if (facts.groupWidth() % 256 != 0 && facts.symmetric && facts.bits <= 6)
            why = "the scales of its groups of " + std::to_string(facts.groupWidth()) +
                  " columns are no multiples of one number per 256 columns; quantize with --scale-type k";
        else why = "no super-block holds its " + std::to_string(facts.bits) + "-bit integers exactly";
        m_context.event({Severity::Info, "gguf-type-fallback", facts.name,
                         std::string("written as ") + type->name + " instead of --gguf-type " + wanted + ": " + why});
    }

    void addPlain(const std::string& name, const TensorInfo& tensor) {
        const std::uint32_t type = plainType(tensor.storage, tensor.shape.size() > 1);
        std::vector<std::uint64_t> shape(tensor.shape.begin(), tensor.shape.end());
        std::size_t elements = 1;
        for (const std::uint64_t axis : shape) elements *= static_cast<std::size_t>(axis);
        m_tensors.push_back({name, type, shape, elements * (type == 0 ? 4 : 2),
                             [this, name, type, tensor](const Sink& sink) { producePlain(name, type, tensor, sink); }});
    }

    void producePlain(const std::string& name, std::uint32_t type, const TensorInfo& tensor, const Sink& sink) {
        step(name);
        const Model& model = m_request.model;
        const int heads = ggufInterleavedHeads(tensor.name, model.spec());
        if (tensor.shape.size() < 2) {
            const auto folded = m_folded.find(tensor.name);
            const Matrix<float> original = folded == m_folded.end() ? model.read(tensor.name) : Matrix<float>();
            const std::span<const float> source = folded == m_folded.end() ? original.values() : std::span<const float>(folded->second);
            const float shift = ggufShift(tensor.name, model.spec()), factor = ggufFactor(tensor.name, model.spec());
            std::vector<float> values(source.size());
            for (std::size_t i = 0; i < values.size(); ++i) values[i] = factor * (source[ggufSourceRow(i, values.size(), heads)] + shift);
            return putFloats(type, values, sink);
        }
        const auto rows = static_cast<std::size_t>(tensor.shape[0]), cols = static_cast<std::size_t>(tensor.shape[1]);
        // a head at a time where rows change places
        const std::size_t step = heads > 0 ? rows / static_cast<std::size_t>(heads)
                                           : std::max<std::size_t>(1, kGgufPieceBytes / (4 * std::max<std::size_t>(cols, 1)));
        for (std::size_t first = 0; first < rows; first += step) {
            m_context.check();
            const std::size_t count = std::min(step, rows - first);
            const Matrix<float> source = model.readRows(tensor.name, first, count);
            if (heads == 0) {
                putFloats(type, source.values(), sink);
                continue;
            }
            Matrix<float> values(count, cols);
            for (std::size_t r = 0; r < count; ++r) std::copy_n(source.row(ggufSourceRow(r, count, 1)), cols, values.row(r));
            putFloats(type, values.values(), sink);
        }
    }

    void step(const std::string& name) {
        m_context.check();
        m_context.report(
            std::min(1.0, static_cast<double>(m_done++) / (2.0 * static_cast<double>(std::max<std::size_t>(1, m_tensors.size())))),
            "writing " + name);
    }

    const GgufBlockType& mainType() const {
        return *std::max_element(m_counts.begin(), m_counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; })->first;
    }

    std::string modelName() const {
        fs::path path = m_request.model.path();
        if (!path.has_filename()) path = path.parent_path();
        std::string name = m_source ? path.stem().string() : path.filename().string();
        if (m_source)  // "Model.Q4_1" of "Model.Q4_1.gguf"
            if (const std::size_t dot = name.rfind(".Q"); dot != std::string::npos && dot > 0) name.resize(dot);
        return name;
    }

    std::string fileName() const { return modelName() + "-" + mainType().name + ".gguf"; }

    GgufKeys makeKeys() {
        GgufKeys keys;
        if (m_source) {
            const MappedFile file(m_request.model.path());
            for (const RawGgufKey& key : rawGgufKeys(file.bytes()))
                if (key.name != "general.file_type" && key.name != "general.quantization_version" && key.name != "general.alignment")
                    keys.raw(key.bytes);
        } else {
            const ModelSpec& spec = m_request.model.spec();
            const bool gemma = spec.architecture.starts_with("gemma3");
            keys.text("general.architecture", spec.architecture == "mistral" ? "llama" : gemma ? "gemma3" : spec.architecture);
            keys.text("general.type", "model");
            keys.text("general.name", modelName());
            addArchitectureKeys(keys, m_request.model, m_context);
            addTokenizerKeys(keys, m_request.model.path(), spec.vocabulary, m_context);
        }
        keys.u32("general.file_type", mainType().fileType);
        keys.u32("general.quantization_version", 2);
        if (!m_source) keys.text("general.quantized_by", std::string("Quantoscope ") + kVersion);
        return keys;
    }

    /// Reads everything back: linears as values by the decoder of GGUF models, other tensors byte by byte.
    void compare(const fs::path& path) {
        const GgufFile file(path);
        if (file.tensors().size() != m_tensors.size()) throw Error(path.string() + ": holds other tensors than were written");
        for (const GgufOutput& tensor : m_tensors) {
            step(tensor.name);
            const auto found = file.tensors().find(tensor.name);
            const Error differs(m_request.options.out + ": tensor " + tensor.name +
                                " does not read back as it was written; check the disk");
            if (found == file.tensors().end() || found->second.type != tensor.type || found->second.shape != tensor.shape) throw differs;
            const auto written = found->second.bytes;
            if (m_linears.count(tensor.name)) {
                if (!valuesAgree(tensor.name, written)) throw differs;
            } else {
                std::size_t offset = 0;
                tensor.produce([&](std::span<const std::byte> bytes) {
                    if (offset + bytes.size() > written.size() || std::memcmp(written.data() + offset, bytes.data(), bytes.size()) != 0)
                        throw differs;
                    releasePages(written.subspan(offset, bytes.size()));
                    offset += bytes.size();
                });
            }
            releasePages(written);
        }
        openModel(path)->requireSupported();
        if (!m_source && file.text("tokenizer.ggml.model") != "none") compareTokenizers(m_request.model.path(), path, m_context);
    }

    bool valuesAgree(const std::string& name, std::span<const std::byte> written) const {
        const GgufBlockType* type = m_types.at(name);
        const TensorFormat* format = ggmlFormat(type ? type->id : 0);
        const LinearRecord record = m_request.run.linear(m_linears.at(name));
        const std::size_t rows = record.codes.rows(), cols = record.codes.cols(), rowBytes = rowBytesOf(type, cols);
        std::vector<float> values(cols), expected(cols);
        for (std::size_t r = 0; r < rows; ++r) {
            format->decode(written.data() + r * rowBytes, cols / format->blockElements, values.data());
            ggufRowValues(type, record, ggufSourceRow(r, rows, m_heads.at(name)), expected.data());
            if (values != expected) return false;
        }
        return true;
    }

    const ExportRequest& m_request;
    JobContext& m_context;
    std::map<std::string, std::vector<float>> m_folded;  ///< vectors with scales of inputs folded in (AWQ), by tensor name
    std::unique_ptr<GgufFile> m_source;
    std::vector<GgufOutput> m_tensors;
    std::map<std::string, const GgufBlockType*> m_types;
    std::map<std::string, std::string> m_linears;
    std::map<std::string, int> m_heads;
    std::map<const GgufBlockType*, int> m_counts;
    std::size_t m_done = 0;
};

}  // namespace

ExportSummary exportGguf(const ExportRequest& request, JobContext& context) { return GgufExport(request, context).run(); }

}  // namespace qs
