// SPDX-License-Identifier: GPL-3.0-or-later
// GGUF exports read by llama.cpp: logits, ids of texts, special tokens. QUANTOSCOPE_READERS=llama builds it from the source package of
// llama-cpp-python on PyPI (a few minutes), or the variable names a Python that has it. Skipped aloud where there is none.
#include "readers_support.h"

namespace qs {
namespace {

using namespace testing;
using nlohmann::json;

/// A GGUF export of a run of some model. `tolerance`: what rounding of activations in llama.cpp may change, ‖difference‖ / ‖logits‖;
/// `exact`: what may differ over float32 weights, relative to the largest logit.
struct LlamaCase {
    const char* name;
    std::string model;
    const char *type, *block;
    double tolerance;
    std::function<void(QuantizeOptions&)> change;
    int length = 0;  ///< positions that are compared; 0 = all
    double exact = 1e-4;
};

/// Scales that K blocks hold exactly.
std::function<void(QuantizeOptions&)> superBlocksOf(int bits, int group) {
    return [=](QuantizeOptions& o) {
        grid(o, bits, group, Scheme::Symmetric);
        o.quant.scaleType = ScaleType::K;
    };
}

/// Several widths, each in the K block of its own.
void plannedInSuperBlocks(QuantizeOptions& o) {
    planned(o);
    o.quant.scaleType = ScaleType::K;
}

/// Prose, languages, code, spaces, numbers and special tokens, in Unicode's composed form: llama.cpp does not compose.
constexpr const char* kTexts[] = {
    "Hello, world!",
    "The quick brown fox jumps over the lazy dog.",
    "It's o'clock: DON'T, they'LL, we've, I'M, he'd.",
    "a",
    " a",
    "  two  spaces   and   three",
    "ends with spaces   ",
    "\n",
    "line\nline\n\nline\n\n\nline",
    "\r\nWindows\r\n",
    "\ttabs\t\tand \t spaces",
    "1 12 123 1234 12345 123456 1234567 3.14159 1,000,000",
    "Der Vertrag über die Grenzübergänge wurde größtenteils eingehalten; Müßiggänger ärgern sich.",
    "Straße, Öl, Übermut: „Anführungszeichen“ und – Gedankenstriche – …",
    "L'été dernier, j'ai mangé des crêpes à Besançon.",
    "El niño comió piñas. ¿Qué más? ¡Olé!",
    "Zażółć gęślą jaźń",
    "Ελληνικά, русский язык, українська",
    "中文字符测试。今天天气很好，我们去公园散步吧！",
    "日本語のテキスト、カタカナとひらがな。",
    "한국어 문장입니다.",
    "العربية لغة جميلة",
    "हिन्दी भाषा में लिखा",
    "ไทยไม่มีช่องว่าง",
    "int main(void) { return x->y[3] != 0 ? -1 : (a << 2) | b; }  // comment",
    "def f(x):\n    if x > 0:\n        return x ** 2\n    return None\n",
    "for (auto& [key, value] : map) std::cout << key << \"=\" << value << '\\n';",
    "SELECT * FROM t WHERE a='b' AND c<>5;",
    "camelCase HTTPServer snake_case kebab-case x=y+1; /path/to/file.txt https://example.org/?q=1&r=2#top",
    "<div class=\"a\">&amp;</div>",
    "🙂👩‍👩‍👧 ½ ² ﬁ ＡＢＣ",
    "!!!???...,,,;;;:::---___***",
    "<|begin_of_text|><|im_start|>user\nHi<|im_end|><s></s><bos><eos>",
    "",
};

json idsOfTexts(const std::filesystem::path& model) {
    json texts = json::array();
    if (!std::filesystem::exists(model / "tokenizer.json")) return texts;
    const auto tokenizer = loadTokenizer(model);
    for (const char* text : kTexts)
        texts.push_back({{"text", text}, {"plain", tokenizer->encode(text, false)}, {"special", tokenizer->encode(text, true)}});
    return texts;
}

class LlamaCpp : public Readers {
  protected:
    void SetUp() override { needAsked("llama", "import llama_cpp, gguf, safetensors", "llama.cpp, a build of some minutes"); }

    std::string changed(const char* name, const json& values) {
        return changedModel(small(name), m_folder / ("model" + std::to_string(m_models++)), values);
    }

    void expectTheSame(const std::vector<LlamaCase>& cases) {
        json manifest = json::array();
        for (const LlamaCase& c : cases) {
            SCOPED_TRACE(c.name);
            const std::string run = quantizedModel(m_folder, c.model, c.change), plain = std::string(c.name) + "-plain";
            exportRun(run, m_folder / plain, "dequantized");
            const std::string logits = (m_folder / (plain + ".safetensors")).string();
            writeLogits(m_folder / plain, logits, m_ids);
            const auto out = m_folder / c.name;
            const ExportSummary summary = exportRun(run, out, "gguf", nullptr, [&](ExportOptions& o) { o.ggufType = c.type; });
            EXPECT_NE(summary.files.front().find(c.block), std::string::npos) << summary.files.front();
            const json config = json::parse(readText(std::filesystem::path(c.model) / "config.json"));
            json one = {{"file", (out / summary.files.front()).string()},
                        {"logits", logits},
                        {"ids", m_ids},
                        {"length", c.length},
                        {"tolerance", c.tolerance},
                        {"exact", c.exact},
                        {"texts", idsOfTexts(c.model)}};
            for (const char* which : {"bos", "eos"}) {
                const json id = config.value(std::string(which) + "_token_id", json());
                one[which] = id.is_array() ? id.at(0) : id;
            }
            manifest.push_back(one);
        }
        writeText(m_folder / "cases.list", manifest.dump());
        const Outcome read = this->run("'" + script("compare_llama_cpp.py") + "' '" + (m_folder / "cases.list").string() + "'");
        EXPECT_EQ(read.status, 0) << read.text;
        if (read.status == 0) std::printf("%s\n", read.text.c_str());
    }

    static std::vector<std::int32_t> someIds(int count, int step) {
        std::vector<std::int32_t> ids;
        for (int i = 0; i < count; ++i) ids.push_back((17 + i * step + i * i) % 500);
        return ids;
    }

    const std::vector<std::vector<std::int32_t>> m_ids{someIds(96, 37), someIds(12, 91)};
    int m_models = 0;
};

TEST_F(LlamaCpp, ReadsEveryBlockType) {
    if (IsSkipped()) return;
    const std::string demo = resource("models/demo").string();
    const auto symmetric = Scheme::Symmetric, asymmetric = Scheme::Asymmetric;
    const double roundedOffsets = 2e-3;  // Q4_1 and Q5_1 hold theirs in float16, the run is exact
    expectTheSame({{"demo-4-g32", demo, "auto", "Q4_0", 0.02, gridOf(4, 32, symmetric)},
                   {"demo-4-g64-asym", demo, "auto", "Q4_1", 0.02, gridOf(4, 64, asymmetric), 0, roundedOffsets},
                   {"demo-4-g64-exact", demo, "exact", "Q5_0", 0.02, gridOf(4, 64, asymmetric)},
                   {"demo-5-g32-asym", demo, "auto", "Q5_1", 0.02, gridOf(5, 32, asymmetric), 0, roundedOffsets},
                   {"demo-8-g128", demo, "auto", "Q8_0", 0.02, gridOf(8, 128, symmetric)},
                   {"demo-2-g32-k", demo, "k", "Q2_K", 0.02, superBlocksOf(2, 32)},
                   {"demo-3-g16-k", demo, "k", "Q3_K", 0.02, superBlocksOf(3, 16)},
                   {"demo-4-g32-k", demo, "k", "Q4_K", 0.02, superBlocksOf(4, 32)},
                   {"demo-5-g64-k", demo, "k", "Q5_K", 0.02, superBlocksOf(5, 64)},
                   {"demo-6-g16-k", demo, "k", "Q6_K", 0.02, superBlocksOf(6, 16)},
                   {"demo-2-channel", demo, "tq2_0", "TQ2_0", 0.02, gridOf(2, 0, symmetric)},
                   {"demo-plan", demo, "auto", "Q", 0.02, planned},
                   {"demo-plan-k", demo, "k", "Q", 0.02, plannedInSuperBlocks}});
}

TEST_F(LlamaCpp, ReadsEveryArchitecture) {
    if (IsSkipped()) return;
    const auto four = gridOf(4, 32, Scheme::Symmetric);
    const auto scaled = [](const char* type, const json& rest = json::object()) {
        json scaling = {{"rope_type", type}, {"factor", 4.0}, {"original_max_position_embeddings", 32}};
        scaling.update(rest);
        return json{{"rope_scaling", scaling}};
    };
    const json divisors = {1.0, 1.1, 1.2, 1.4, 1.6, 1.8, 2.0, 2.2, 2.5, 2.8, 3.0, 3.2, 3.4, 3.6, 3.8, 4.0};
    const double geluTable = 3e-3;  // llama.cpp takes GELU from a table of float16
    expectTheSame(
        {{"llama3", small("llama3-rope-bf16"), "auto", "Q4_0", 0.04, four},
         {"llama-linear", changed("llama3-rope-bf16", scaled("linear")), "auto", "Q4_0", 0.04, four},
         {"llama-yarn", changed("llama3-rope-bf16", scaled("yarn")), "auto", "Q4_0", 0.04, four},
         {"llama-yarn-bounds", changed("llama3-rope-bf16", scaled("yarn", {{"beta_fast", 4.0}, {"attention_factor", 1.3}})), "auto", "Q4_0",
          0.04, four},
         {"llama-longrope", changed("llama3-rope-bf16", scaled("longrope", {{"short_factor", divisors}, {"long_factor", divisors}})),
          "auto", "Q4_0", 0.04, four},
         {"mistral-in-window", small("mistral-window-f16"), "auto", "Q4_0", 0.04, four, 20},
         {"qwen2-bias", small("qwen2-bias-bf16"), "auto", "Q4_0", 0.04, gridOf(4, 0, Scheme::Symmetric)},
         {"qwen2-yarn", changed("qwen2-bias-bf16", scaled("yarn", {{"attention_factor", 1.1}})), "auto", "Q4_0", 0.04,
          gridOf(4, 0, Scheme::Symmetric)},
         {"qwen3-tied", small("qwen3-tied-f16"), "auto", "Q4_0", 0.04, four},
         {"qwen3-untied", small("qwen3-untied-bf16-sharded"), "auto", "Q8_0", 0.04, gridOf(8, 32, Scheme::Symmetric)},
         {"gemma3", small("gemma3-bf16"), "auto", "Q4_0", 0.05, four, 0, geluTable},
         {"gemma3-softcap", small("gemma3-softcap-f32"), "auto", "Q4_0", 0.05, four, 0, geluTable}});
}

}  // namespace
}  // namespace qs
