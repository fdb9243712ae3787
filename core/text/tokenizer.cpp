// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/tokenizer.h"

#include <fstream>

#include "base/error.h"
#include "text/gguf_tokenizer.h"
#include "text/json_tokenizer.h"
#include "text/sentencepiece_tokenizer.h"

namespace qs {
namespace {

namespace fs = std::filesystem;

/// The first bytes of a file, to see what it is.
std::string beginning(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw Error(path.string() + ": cannot be opened; give a model folder, a tokenizer.json, a tokenizer.model or a .gguf file");
    std::string bytes(64, '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(file.gcount()));
    return bytes;
}

/// The tokenizer of a model folder: tokenizer.json first, as it is complete by itself.
fs::path tokenizerIn(const fs::path& folder) {
    for (const char* name : {"tokenizer.json", "tokenizer.model"})
        if (fs::exists(folder / name)) return folder / name;
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path().extension() == ".gguf") files.push_back(entry.path());
    if (files.size() == 1) return files.front();
    throw Error(folder.string() + ": has no tokenizer.json and no tokenizer.model");
}

}  // namespace

std::unique_ptr<Tokenizer> loadTokenizer(const fs::path& path) {
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) return loadTokenizer(tokenizerIn(path));
    const std::string bytes = beginning(path);
    if (bytes.empty()) throw Error(path.string() + ": is empty");
    if (bytes.starts_with("GGUF")) return loadGgufTokenizer(path);
    const std::size_t first = bytes.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (path.extension() == ".json" || (first != std::string::npos && bytes[first] == '{')) return loadJsonTokenizer(path);
    return loadSentencePieceTokenizer(path);
}

}  // namespace qs
