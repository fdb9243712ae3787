// SPDX-License-Identifier: GPL-3.0-or-later
// AWQ "gemm" checkpoints, 4 bits. W [out, in], G groups:
//   X.qweight  int32 [in, out/8]   nibble i of word c is output channel 8c + order[i]
//   X.qzeros   int32 [G, out/8]    likewise, the zero points as they are
//   X.scales   float16 [G, out]
// Source: github.com/casper-hansen/AutoAWQ, awq/modules/linear/gemm.py.
#include "export/awq.h"

#include <algorithm>
#include <array>

#include "export/directory.h"
#include "export/linear_format.h"
#include "export/module_names.h"

namespace qs {
namespace {

constexpr std::array<std::size_t, 8> kOrder{0, 2, 4, 6, 1, 3, 5, 7};

/// [out, n] -> [n, out/8].
std::vector<std::uint32_t> interleaved(const Matrix<std::uint8_t>& values) {
    const std::size_t words = values.rows() / 8, n = values.cols();
    std::vector<std::uint32_t> packed(n * words);
    for (std::size_t c = 0; c < words; ++c)
        for (std::size_t nibble = 0; nibble < 8; ++nibble) {
            const std::uint8_t* row = values.row(8 * c + kOrder[nibble]);
            for (std::size_t j = 0; j < n; ++j) packed[j * words + c] |= static_cast<std::uint32_t>(row[j]) << (4 * nibble);
        }
    return packed;
}

class Awq : public LinearFormat {
  public:
    const char* name() const override { return "awq"; }

    std::vector<TensorDeclaration> declare(const LinearFacts& f) const override {
        return {{f.name + ".qweight", DType::I32, {f.in, f.out / 8}},
                {f.name + ".qzeros", DType::I32, {f.groups, f.out / 8}},
                {f.name + ".scales", DType::F16, {f.groups, f.out}}};
    }

    std::vector<std::vector<std::byte>> pack(const LinearRecord& r, const LinearFacts&) const override {
        return {bytesOf(interleaved(r.codes)), bytesOf(interleaved(r.zeros)), storedScales(r, DType::F16, true)};
    }

    void configure(OrderedJson& config, const Survey& survey) const override {
        OrderedJson untouched = nullptr;
        if (survey.untouched != std::vector<std::string>{"lm_head"}) untouched = survey.untouched;
        const LinearFacts& first = survey.linears.front();
        config["quantization_config"] = {
            {"quant_method", "awq"}, {"bits", 4},         {"group_size", first.groupSize > 0 ? first.groupSize : -1},
            {"zero_point", true},    {"version", "gemm"}, {"modules_to_not_convert", untouched}};
    }
};

}  // namespace

std::unique_ptr<LinearFormat> awqFormat() { return std::make_unique<Awq>(); }

ExportSummary exportAwq(const ExportRequest& request, JobContext& context) { return writeDirectory(request, Awq(), context); }

}  // namespace qs
