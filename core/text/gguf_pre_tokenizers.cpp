// SPDX-License-Identifier: GPL-3.0-or-later
// The pre-tokenizers that tokenizer.ggml.pre can name. Each is a list of patterns; every pattern cuts what the one before it left, and
// matches stay pieces of their own. The patterns are those of the models' own tokenizer.json files.
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "text/gguf_tokenizer.h"

namespace qs {
namespace {

#define QS_CONTRACTIONS "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
#define QS_UPPER R"([\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}])"
#define QS_LOWER R"([\p{Ll}\p{Lm}\p{Lo}\p{M}])"
#define QS_LEAD R"([^\r\n\p{L}\p{N}]?)"
#define QS_SPACES R"(|\s*[\r\n]+|\s+(?!\S)|\s+)"
#define QS_MARKS R"(| ?[^\s\p{L}\p{N}]+[\r\n]*)"
#define QS_ASCII_MARKS R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~])"

constexpr const char* gpt2 = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
constexpr const char* threeDigits = "[0-9][0-9][0-9]";
constexpr const char* llama3 = QS_CONTRACTIONS "|" QS_LEAD R"(\p{L}+|\p{N}{1,3})" QS_MARKS QS_SPACES;
constexpr const char* qwen2 = QS_CONTRACTIONS "|" QS_LEAD R"(\p{L}+|\p{N})" QS_MARKS QS_SPACES;
constexpr const char* qwen35 = QS_CONTRACTIONS "|" QS_LEAD R"([\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*)" QS_SPACES;
constexpr const char* gpt4o = QS_LEAD QS_UPPER "*" QS_LOWER "+" QS_CONTRACTIONS "?|" QS_LEAD QS_UPPER "+" QS_LOWER "*" QS_CONTRACTIONS
                                               R"(?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*)" QS_SPACES;
constexpr const char* tekken =
    QS_LEAD QS_UPPER "*" QS_LOWER "+|" QS_LEAD QS_UPPER "+" QS_LOWER R"(*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*)" QS_SPACES;
constexpr const char* deepseekWords = QS_ASCII_MARKS R"([A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*)" QS_SPACES;
constexpr const char* bailing =
    R"('(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+)";
constexpr const char* seedCoder = QS_CONTRACTIONS "|" QS_LEAD R"(\p{L}+|\p{N}{1}| ?[^\s\p{L}\p{N}\r\n]+)" QS_SPACES;
constexpr const char* bloom = " ?[^(\\s|.,!?…。，、।۔،)]+";
// Letters with case, as far as that tokenizer lists them.
constexpr const char* deepseekLetters =
    R"(\s?[)"
    R"(\x{41}-\x{5A}\x{61}-\x{7A}\x{B5}\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{1BA}\x{1BC}-\x{1BF}\x{1C4}-\x{293}\x{295}-\x{2AF})"
    R"(\x{370}-\x{373}\x{376}-\x{377}\x{37B}-\x{37D}\x{37F}\x{386}\x{388}-\x{38A}\x{38C}\x{38E}-\x{3A1}\x{3A3}-\x{3F5})"
    R"(\x{3F7}-\x{481}\x{48A}-\x{52F}\x{531}-\x{556}\x{10A0}-\x{10C5}\x{13A0}-\x{13F5}\x{13F8}-\x{13FD}\x{1C90}-\x{1CBA})"
    R"(\x{1CBD}-\x{1CBF}\x{1D00}-\x{1D2B}\x{1D6B}-\x{1D77}\x{1D79}-\x{1D9A}\x{1E00}-\x{1F15}\x{1F18}-\x{1F1D}\x{1F20}-\x{1F45})"
    R"(\x{1F48}-\x{1F4D}\x{1F50}-\x{1F57}\x{1F59}\x{1F5B}\x{1F5D}\x{1F5F}-\x{1F7D}\x{1F80}-\x{1FB4}\x{1FB6}-\x{1FBC}\x{1FBE})"
    R"(\x{1FC2}-\x{1FC4}\x{1FC6}-\x{1FCC}\x{1FD0}-\x{1FD3}\x{1FD6}-\x{1FDB}\x{1FE0}-\x{1FEC}\x{1FF2}-\x{1FF4}\x{1FF6}-\x{1FFC})"
    R"(\x{2102}\x{2107}\x{210A}-\x{2113}\x{2115}\x{2119}-\x{211D}\x{2124}\x{2126}\x{2128}\x{212A}-\x{212D}\x{212F}-\x{2134})"
    R"(\x{2139}\x{213C}-\x{213F}\x{2145}-\x{2149}\x{214E}\x{2183}-\x{2184}\x{2C00}-\x{2C7B}\x{2C7E}-\x{2CE4}\x{2CEB}-\x{2CEE})"
    R"(\x{2CF2}-\x{2CF3}\x{A640}-\x{A66D}\x{A680}-\x{A69B}\x{A722}-\x{A76F}\x{A771}-\x{A787}\x{A78B}-\x{A78E}\x{AB70}-\x{ABBF})"
    R"(\x{FB00}-\x{FB06}\x{FB13}-\x{FB17}\x{FF21}-\x{FF3A}\x{FF41}-\x{FF5A}\x{10400}-\x{1044F}\x{104B0}-\x{104D3})"
    R"(\x{104D8}-\x{104FB}\x{10C80}-\x{10CB2}\x{10CC0}-\x{10CF2}\x{118A0}-\x{118DF}\x{1E900}-\x{1E943})"
    "]+";
constexpr const char* cjk = "[一-龥ࠀ-一가-퟿]+";

struct Kind {
    std::vector<const char*> names;
    std::vector<const char*> patterns;
    bool ignoreMerges = false;
    bool addBos = false;
    bool nfc = false;
};

const std::vector<Kind>& kinds() {
    static const std::vector<Kind> all = {
        {{"gpt-2", "phi-2", "mpt", "olmo", "jais", "gigachat", "mellum", "modern-bert", "exaone4", "trillion", "granite-docling"}, {gpt2}},
        {{"llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2"}, {llama3}, true, true},
        {{"dbrx", "smaug-bpe", "glm4", "chatglm-bpe"}, {llama3}},
        {{"qwen2", "deepseek-r1-qwen", "kormo", "megrez"}, {qwen2}, false, false, true},
        {{"stablelm2", "hunyuan", "grok-2", "solar-open"}, {qwen2}},
        {{"qwen35"}, {qwen35}, false, false, true},
        {{"starcoder", "refact", "command-r", "smollm", "codeshell", "exaone", "minerva-7b"}, {"\\p{N}", gpt2}},
        {{"falcon"}, {R"([\p{P}\$\+<=>\^~\|`]+)", gpt2, threeDigits}},
        {{"default"}, {R"([\p{P}\$\+<=>\^~\|]+)", gpt2, "\\p{N}+", threeDigits}},
        {{"deepseek-llm"}, {"[\r\n]", deepseekLetters, "\\s?[!-/:-~！-／：-～‘-‟　-。]+", "\\s+$", cjk, "\\p{N}+"}},
        {{"deepseek-coder"}, {"[\r\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", cjk, "\\p{N}"}},
        {{"deepseek-v3", "hunyuan-dense"}, {"\\p{N}{1,3}", "[一-龥぀-ゟ゠-ヿ]+", deepseekWords}},
        {{"gpt-4o", "llama4", "kanana2", "minimax-m2"}, {gpt4o}},
        {{"tekken"}, {tekken}, true, true},
        {{"bloom", "poro-chat", "gpt3-finnish"}, {bloom}},
        {{"viking"}, {bloom, "\\p{N}"}},
        {{"bailingmoe", "bailingmoe2", "llada-moe"}, {bailing}},
        {{"seed-coder"}, {seedCoder}},
    };
    return all;
}

const Kind& kindOf(const std::string& name) {
    for (const Kind& kind : kinds())
        for (const char* known : kind.names)
            if (name == known) return kind;
    throw Error("tokenizer.ggml.pre: pre-tokenizer '" + name + "' is not supported; use the model's tokenizer.json instead");
}

}  // namespace

GgufPreTokenizer ggufPreTokenizer(const std::string& name) {
    const Kind& kind = kindOf(name);
    std::vector<PreTokenizer> stages;
    for (const char* pattern : kind.patterns) stages.push_back(splitPreTokenizer(matchRegex(pattern), SplitBehavior::Isolated));
    stages.push_back(byteLevelPreTokenizer(false, false));
    return {sequencePreTokenizer(std::move(stages)), kind.ignoreMerges, kind.addBos, kind.nfc};
}

std::vector<std::string> ggufPreTokenizerPatterns(const std::string& name) {
    const Kind& kind = kindOf(name);
    return {kind.patterns.begin(), kind.patterns.end()};
}

}  // namespace qs
