// SPDX-License-Identifier: GPL-3.0-or-later
// GPTQ checkpoints. W [out, in], b bits, G groups:
//   X.qweight  int32 [in·b/32, out]   stream of the codes along the input, one for each output channel
//   X.qzeros   int32 [G, out·b/32]    stream along the output, one for each group: z − 1 (v1) or z (v2)
//   X.scales   float16 [G, out]
//   X.g_idx    int32 [in]             group of each input channel
// v1 stores z − 1 in its field; a zero point of 0 has no place there and is refused (loader_rules.cpp).
// Source: github.com/ModelCloud/GPTQModel, nn_modules/qlinear, quantization/config.py.
#include "export/gptq.h"

#include "base/version.h"
#include "export/bit_stream.h"
#include "export/directory.h"
#include "export/linear_format.h"
#include "export/module_names.h"

namespace qs {
namespace {

std::vector<std::uint32_t> packedCodes(const LinearRecord& r, int bits) {
    const std::size_t out = r.codes.rows(), in = r.codes.cols();
    std::vector<std::uint32_t> words(wordsFor(in, bits) * out);
    constexpr std::size_t strip = 16;  // a cache line of words in every packed row
    for (std::size_t first = 0; first < out; first += strip)
        for (std::size_t i = first; i < std::min(out, first + strip); ++i) {
            const std::uint8_t* codes = r.codes.row(i);
            packStream(
                in, bits, [&](std::size_t j) { return codes[j]; }, [&](std::size_t k, std::uint32_t word) { words[k * out + i] = word; });
        }
    return words;
}

std::vector<std::uint32_t> packedZeros(const LinearRecord& r, int bits, int less) {
    const std::size_t out = r.zeros.rows(), groups = r.zeros.cols(), rowWords = wordsFor(out, bits);
    std::vector<std::uint32_t> words(groups * rowWords);
    for (std::size_t g = 0; g < groups; ++g)
        packStream(
            out, bits, [&](std::size_t i) { return static_cast<std::uint8_t>(r.zeros(i, g) - less); },
            [&](std::size_t k, std::uint32_t word) { words[g * rowWords + k] = word; });
    return words;
}

/// Group of each column; the stored one where the solver made its own.
std::vector<std::int32_t> groupIndex(const LinearRecord& r, const LinearFacts& f) {
    if (f.scattered) return r.groupIndex;
    std::vector<std::int32_t> index(static_cast<std::size_t>(f.in));
    for (int c = 0; c < f.in; ++c) index[static_cast<std::size_t>(c)] = c / f.groupWidth();
    return index;
}

double optionOf(const std::map<std::string, std::string>& options, const char* name, double otherwise) {
    const auto found = options.find(name);
    return found == options.end() ? otherwise : std::stod(found->second);
}

class Gptq : public LinearFormat {
  public:
    Gptq(int version, std::map<std::string, std::string> options) : m_version(version), m_options(std::move(options)) {}

    const char* name() const override { return m_version == 1 ? "gptq" : "gptq_v2"; }

    std::vector<TensorDeclaration> declare(const LinearFacts& f) const override {
        const auto words = [&](int count) { return static_cast<std::int64_t>(wordsFor(static_cast<std::size_t>(count), f.bits)); };
        return {{f.name + ".qweight", DType::I32, {words(f.in), f.out}},
                {f.name + ".qzeros", DType::I32, {f.groups, words(f.out)}},
                {f.name + ".scales", DType::F16, {f.groups, f.out}},
                {f.name + ".g_idx", DType::I32, {f.in}}};
    }

    std::vector<std::vector<std::byte>> pack(const LinearRecord& r, const LinearFacts& f) const override {
        return {bytesOf(packedCodes(r, f.bits)), bytesOf(packedZeros(r, f.bits, m_version == 1 ? 1 : 0)), storedScales(r, DType::F16, true),
                bytesOf(groupIndex(r, f))};
    }

    void configure(OrderedJson& config, const Survey& survey) const override {
        const std::vector<GridGroup> grids = gridGroups(survey);
        OrderedJson quantization = gridKeys(*grids.front().linears.front());
        quantization["lm_head"] = false;
        quantization["quant_method"] = "gptq";
        quantization["method"] = "gptq";
        quantization["checkpoint_format"] = name();
        quantization["format"] = name();
        quantization["pack_dtype"] = "int32";
        const OrderedJson overrides = dynamicOf(survey, grids);
        if (!overrides.empty()) quantization["dynamic"] = overrides;
        quantization["meta"] = {{"quantizer", {std::string("quantoscope:") + kVersion}},
                                {"damp_percent", optionOf(m_options, "damp", 0.01)},
                                {"damp_auto_increment", 0.0},
                                {"static_groups", m_options.count("static-groups") == 0 || m_options.at("static-groups") == "true"},
                                {"true_sequential", true},
                                {"mse", 0.0}};
        config["quantization_config"] = quantization;
    }

    std::map<std::string, std::string> furtherFiles(const OrderedJson& config) const override {
        return {{"quantize_config.json", config.at("quantization_config").dump(2) + "\n"}};
    }

  private:
    static OrderedJson gridKeys(const LinearFacts& f) {
        return {{"bits", f.bits}, {"group_size", f.groupSize > 0 ? f.groupSize : -1}, {"desc_act", f.scattered}, {"sym", f.symmetric}};
    }

    /// Modules that differ from the largest grid ("+:" and what differs) or stay as they were ("-:"). Where all parts of a fused linear
    /// agree, the pattern names it as well, since loaders that fuse ask for it by that name.
    static OrderedJson dynamicOf(const Survey& survey, const std::vector<GridGroup>& grids) {
        OrderedJson dynamic = OrderedJson::object();
        for (const std::string& module : survey.untouched)
            if (module != "lm_head") dynamic["-:^" + escaped(module) + "$"] = OrderedJson::object();
        for (std::size_t i = 1; i < grids.size(); ++i)
            for (const LinearFacts* linear : grids[i].linears) dynamic["+:^" + escaped(linear->name) + "$"] = gridKeys(*linear);
        for (const FusedSet& set : fusedSets(survey)) {
            const LinearFacts& first = *set.linears.front();
            const bool whole = static_cast<int>(set.linears.size()) == set.size;
            if (whole && !sameGrid(first, *grids.front().linears.front())) dynamic["+:^" + escaped(set.name) + "$"] = gridKeys(first);
        }
        for (const std::string& fused : untouchedFused(survey)) dynamic["-:^" + escaped(fused) + "$"] = OrderedJson::object();
        return dynamic;
    }

    /// Names under which loaders ask for fused linears whose parts all stay as they were.
    static std::vector<std::string> untouchedFused(const Survey& survey) {
        std::vector<std::string> names;
        for (const std::string& module : survey.untouched) {
            const auto replace = [&](const char* part, const char* fused) {
                if (!module.ends_with(part)) return;
                const std::string name = module.substr(0, module.size() - std::string(part).size()) + fused;
                for (const FusedSet& set : fusedSets(survey))
                    if (set.name == name) return;
                names.push_back(name);
            };
            replace(".q_proj", ".qkv_proj");
            replace(".gate_proj", ".gate_up_proj");
        }
        return names;
    }

    int m_version;
    std::map<std::string, std::string> m_options;
};

}  // namespace

std::unique_ptr<LinearFormat> gptqFormat(int version, std::map<std::string, std::string> options) {
    return std::make_unique<Gptq>(version, std::move(options));
}

ExportSummary exportGptq(const ExportRequest& request, JobContext& context) {
    return writeDirectory(request, Gptq(1, request.run.provenance().options), context);
}

ExportSummary exportGptqV2(const ExportRequest& request, JobContext& context) {
    return writeDirectory(request, Gptq(2, request.run.provenance().options), context);
}

}  // namespace qs
