// SPDX-License-Identifier: GPL-3.0-or-later
#include "export/companions.h"

#include "base/error.h"
#include "base/file.h"
#include "export/tokenizer_json.h"

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
    std::vector<std::string> written;
    const fs::path model = request.model.path();
    if (!fs::is_directory(model)) {
        try {
            return writeTokenizerOfGguf(model, request.folder);
        } catch (const Error& error) {
            context.event({Severity::Info, "tokenizer-not-exported", "",
                           "the tokenizer stays in " + model.string() +
                               "; loaders need a tokenizer.json of this model beside the weights (" + error.what() + ")"});
        }
        return written;
    }
    for (const char* name : {"tokenizer.json", "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
                             "vocab.json", "merges.txt", "chat_template.json", "chat_template.jinja", "generation_config.json",
                             "preprocessor_config.json", "processor_config.json"}) {
        const fs::path source = model / name;
        if (!fs::exists(source)) continue;
        writeText(request.folder / name, readText(source));
        written.emplace_back(name);
    }
    return written;
}

}  // namespace qs
