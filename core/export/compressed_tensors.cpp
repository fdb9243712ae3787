// SPDX-License-Identifier: GPL-3.0-or-later
// compressed-tensors "pack-quantized". W [out, in], b bits, G groups:
//   X.weight_packed      int32 [out, ceil(in·b/32)]   stream of the codes along a row
//   X.weight_scale       [out, G]                     in the type of the model if that holds the scales exactly, else float32
//   X.weight_shape       int64 [2] = (out, in)
//   X.weight_zero_point  int32 [ceil(out·b/32), G]    asymmetric only; stream of a group's zero points along the rows
// Stored is q_signed + 2^(b−1), which is the unsigned code itself; zero points likewise.
// Source: github.com/vllm-project/compressed-tensors, compressors/pack_quantized, quantization/quant_config.py.
#include "export/compressed_tensors.h"

#include <algorithm>

#include "export/bit_stream.h"
#include "export/directory.h"
#include "export/linear_format.h"
#include "export/module_names.h"

namespace qs {
namespace {

class CompressedTensors : public LinearFormat {
  public:
    explicit CompressedTensors(DType scaleType) : m_scaleType(scaleType) {}

    const char* name() const override { return "compressed-tensors"; }

    std::vector<TensorDeclaration> declare(const LinearFacts& f) const override {
        const auto words = [&](int count) { return static_cast<std::int64_t>(wordsFor(static_cast<std::size_t>(count), f.bits)); };
        std::vector<TensorDeclaration> list{{f.name + ".weight_packed", DType::I32, {f.out, words(f.in)}},
                                            {f.name + ".weight_scale", m_scaleType, {f.out, f.groups}},
                                            {f.name + ".weight_shape", DType::I64, {2}}};
        if (!f.symmetric) list.push_back({f.name + ".weight_zero_point", DType::I32, {words(f.out), f.groups}});
        return list;
    }

    std::vector<std::vector<std::byte>> pack(const LinearRecord& r, const LinearFacts& f) const override {
        const std::size_t out = r.codes.rows(), in = r.codes.cols(), groups = r.zeros.cols();
        const std::size_t rowWords = wordsFor(in, f.bits);
        std::vector<std::uint32_t> codes(out * rowWords);
        for (std::size_t i = 0; i < out; ++i)
            packStream(
                in, f.bits, [&](std::size_t j) { return r.codes(i, j); },
                [&](std::size_t k, std::uint32_t word) { codes[i * rowWords + k] = word; });
        const std::vector<std::int64_t> shape{f.out, f.in};
        std::vector<std::vector<std::byte>> bytes{bytesOf(codes), storedScales(r, m_scaleType, false), bytesOf(shape)};
        if (f.symmetric) return bytes;
        std::vector<std::uint32_t> zeros(wordsFor(out, f.bits) * groups);
        for (std::size_t g = 0; g < groups; ++g)
            packStream(
                out, f.bits, [&](std::size_t i) { return r.zeros(i, g); },
                [&](std::size_t k, std::uint32_t word) { zeros[k * groups + g] = word; });
        bytes.push_back(bytesOf(zeros));
        return bytes;
    }

    void configure(OrderedJson& config, const Survey& survey) const override {
        const std::vector<GridGroup> grids = gridGroups(survey);
        OrderedJson groups = OrderedJson::object();
        for (std::size_t i = 0; i < grids.size(); ++i) {
            const LinearFacts& first = *grids[i].linears.front();
            OrderedJson targets = OrderedJson::array({"Linear"});
            if (grids.size() > 1) {  // a bare "Linear" would overlap with the other groups
                targets = OrderedJson::array();
                for (const LinearFacts* linear : grids[i].linears) targets.push_back(targetName(linear->name, survey));
            }
            groups["group_" + std::to_string(i)] = {{"targets", targets},
                                                    {"weights", weights(first)},
                                                    {"input_activations", nullptr},
                                                    {"output_activations", nullptr},
                                                    {"format", "pack-quantized"}};
        }
        config["quantization_config"] = {{"quant_method", "compressed-tensors"},
                                         {"format", "pack-quantized"},
                                         {"quantization_status", "compressed"},
                                         {"global_compression_ratio", nullptr},
                                         {"kv_cache_scheme", nullptr},
                                         {"ignore", untouchedTargets(survey)},
                                         {"config_groups", groups}};
    }

  private:
    static OrderedJson weights(const LinearFacts& f) {
        OrderedJson size = nullptr;
        if (f.groupSize > 0) size = f.groupSize;
        return {{"num_bits", f.bits},       {"type", "int"},
                {"symmetric", f.symmetric}, {"strategy", f.groupSize > 0 ? "group" : "channel"},
                {"group_size", size},       {"block_structure", nullptr},
                {"dynamic", false},         {"actorder", nullptr},
                {"observer", "minmax"},     {"observer_kwargs", OrderedJson::object()}};
    }

    DType m_scaleType;
};

}  // namespace

std::unique_ptr<LinearFormat> compressedTensorsFormat(DType scaleType) { return std::make_unique<CompressedTensors>(scaleType); }

ExportSummary exportCompressedTensors(const ExportRequest& request, JobContext& context) {
    const DType storage = request.survey.storage;
    const bool exact = request.survey.scales.exactIn(storage);
    return writeDirectory(request, CompressedTensors(exact ? storage : DType::F32), context);
}

}  // namespace qs
