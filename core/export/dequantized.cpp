// SPDX-License-Identifier: GPL-3.0-or-later
// X.weight float32 [out, in] = scale · (code − zero), one rounding.
#include "export/dequantized.h"

#include "export/directory.h"
#include "export/linear_format.h"
#include "run/run_weights.h"

namespace qs {
namespace {

class Dequantized : public LinearFormat {
  public:
    const char* name() const override { return "dequantized"; }

    std::vector<TensorDeclaration> declare(const LinearFacts& f) const override {
        return {{f.name + ".weight", DType::F32, {f.out, f.in}}};
    }

    std::vector<std::vector<std::byte>> pack(const LinearRecord& record, const LinearFacts&) const override {
        const Matrix<float> W = dequantize(quantizedOf(record));
        const auto bytes = std::as_bytes(W.values());
        return {{bytes.begin(), bytes.end()}};
    }

    void configure(OrderedJson& config, const Survey&) const override {
        const auto setType = [](OrderedJson& part) {  // the older or the newer form, whichever the model has
            part[part.contains("torch_dtype") ? "torch_dtype" : "dtype"] = "float32";
        };
        setType(config);
        if (config.contains("text_config") && config["text_config"].is_object()) setType(config["text_config"]);
    }
};

}  // namespace

ExportSummary exportDequantized(const ExportRequest& request, JobContext& context) {
    return writeDirectory(request, Dequantized(), context);
}

}  // namespace qs
