// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/perplexity_text.h"

#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "text/corpus.h"
#include "text/utf8.h"

namespace qs {
namespace fs = std::filesystem;
namespace {

std::string plainText(const std::string& file) {
    std::string text = readText(file);
    if (const std::size_t bad = firstInvalidUtf8(text); bad < text.size())
        throw Error(file + ": is not UTF-8 text (byte " + std::to_string(bad) + "); convert it first");
    return text;
}

}  // namespace

std::string perplexityText(const std::vector<std::string>& files, const std::string& textField) {
    std::string text;
    const auto append = [&](const std::string& piece) { text += (text.empty() ? "" : "\n\n") + piece; };
    for (const std::string& file : files) {
        if (fs::is_regular_file(file) && fs::path(file).extension() != ".jsonl") append(plainText(file));
        else
            for (const Document& document : loadCorpus({file}, {textField})) append(document.text);
    }
    return text;
}

}  // namespace qs
