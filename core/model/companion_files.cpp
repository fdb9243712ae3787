// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/companion_files.h"

#include "base/file.h"

namespace qs {

std::vector<std::string> copyCompanionFiles(const std::filesystem::path& from, const std::filesystem::path& to) {
    std::vector<std::string> written;
    for (const char* name : {"tokenizer.json", "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
                             "vocab.json", "merges.txt", "chat_template.json", "chat_template.jinja", "generation_config.json",
                             "preprocessor_config.json", "processor_config.json"}) {
        if (!std::filesystem::exists(from / name)) continue;
        writeText(to / name, readText(from / name));
        written.emplace_back(name);
    }
    return written;
}

}  // namespace qs
