// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes of text that one core encodes in a second. Target: 3 MB/s of English text.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>

#include "base/file.h"
#include "text/tokenizer.h"

namespace qs {
namespace {

namespace fs = std::filesystem;

fs::path shared(const std::string& name) {
    const char* folder = std::getenv("QUANTOSCOPE_SHARED");
    return (folder ? fs::path(folder) : fs::path(QS_SOURCE_DIR) / ".." / "shared") / name;
}

void encode(benchmark::State& state, const fs::path& tokenizerPath, const std::string& text) {
    if (!fs::exists(tokenizerPath)) return state.SkipWithError("the tokenizer file is not there");
    const auto tokenizer = loadTokenizer(tokenizerPath);
    std::size_t tokens = 0;
    for (auto _ : state) {
        const auto ids = tokenizer->encode(text, false);
        tokens = ids.size();
        benchmark::DoNotOptimize(ids.data());
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
    state.counters["tokens"] = static_cast<double>(tokens);
}

const int registered = [] {
    const fs::path root = QS_SOURCE_DIR;
    const std::string english = readText(root / "resources/text/en.txt");
    const std::pair<std::string, fs::path> tokenizers[] = {
        {"qwen", root / "tests/data/tokenizers/qwen-bytelevel"},      {"llama3", root / "tests/data/tokenizers/llama3-bytelevel"},
        {"gemma", root / "tests/data/tokenizers/gemma-spm"},          {"llama2", root / "tests/data/tokenizers/llama2-spm"},
        {"gguf-gpt2", shared("data/tokenizers/gpt-2.gguf")},          {"gguf-deepseek", shared("data/tokenizers/deepseek-llm.gguf")},
        {"gguf-llama-spm", shared("data/tokenizers/llama-spm.gguf")}, {"sentencepiece", shared("data/tokenizers/llama2.tokenizer.model")},
    };
    for (const auto& [name, path] : tokenizers)
        benchmark::RegisterBenchmark(("tokenizer/english/" + name).c_str(), encode, path, english)->Unit(benchmark::kMillisecond);
    // One "word" of a million characters: must not be quadratic.
    benchmark::RegisterBenchmark("tokenizer/one-word/qwen", encode, tokenizers[0].second, std::string(1000000, 'a'))
        ->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark("tokenizer/one-word/llama2", encode, tokenizers[3].second, std::string(1000000, 'a'))
        ->Unit(benchmark::kMillisecond);
    return 0;
}();

}  // namespace
}  // namespace qs
