// SPDX-License-Identifier: GPL-3.0-or-later
#include "export/companions.h"

#include "base/error.h"
#include "export/tokenizer_json.h"
#include "model/companion_files.h"

namespace qs {
namespace fs = std::filesystem;

OrderedJson originalConfig(const Model& model) {
    auto config = OrderedJson::parse(model.config());
    config.erase("quantization_config");
    if (!fs::is_directory(model.path()) && !config.contains("dtype")) {  // GGUF: block formats become float32
        const std::string storage = model.storage();
        config["dtype"] = storage == "F16" ? "float16" : storage == "BF16" ? "bfloat16" : "float32";
    }
    return config;
}

std::vector<std::string> writeCompanions(const ExportRequest& request, JobContext& context) {
    const fs::path model = request.model.path();
    if (!fs::is_directory(model)) {
        try {
            return writeTokenizerOfGguf(model, request.folder);
        } catch (const Error& error) {
            context.event({Severity::Info, "tokenizer-not-exported", "",
                           "the tokenizer stays in " + model.string() +
                               "; loaders need a tokenizer.json of this model beside the weights (" + error.what() + ")"});
        }
        return {};
    }
    return copyCompanionFiles(model, request.folder);
}

}  // namespace qs
