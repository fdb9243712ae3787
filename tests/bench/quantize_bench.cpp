// SPDX-License-Identifier: GPL-3.0-or-later
// Whole quantizations, W4 symmetric g128 GPTQ, on the two shapes whose peers were measured: seeded random bf16 weights and token ids.
// Counters: peak resident MiB, tokens a second. Process time against a peer: compare_llm_compressor.py.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>

#include "model/safetensors_writer.h"
#include "run/jobs.h"
#include "run/run_file.h"

namespace qs {
namespace {
namespace fs = std::filesystem;

/// A Qwen3-shaped model: hidden, inter, blocks, heads / key-value heads × 64, vocabulary, tied head.
struct Shape {
    const char* name;
    int hidden, intermediate, blocks, heads, keyValueHeads, vocabulary;
};
constexpr Shape kTiny{"tiny", 256, 768, 6, 4, 2, 4096};
constexpr Shape k60m{"60m", 512, 1536, 12, 8, 4, 8192};

/// A folder that is removed with the object.
class Folder {
  public:
    Folder() {
        std::string name = (fs::temp_directory_path() / "quantoscope-bench-XXXXXX").string();
        m_path = mkdtemp(name.data());
    }
    ~Folder() {
        std::error_code ignored;
        fs::remove_all(m_path, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    const fs::path& path() const { return m_path; }

  private:
    fs::path m_path;
};

std::vector<TensorDeclaration> tensorsOf(const Shape& s) {
    const auto matrix = [](std::string name, std::int64_t rows, std::int64_t cols) {
        return TensorDeclaration{std::move(name), DType::BF16, {rows, cols}};
    };
    const auto vector = [](std::string name, std::int64_t n) { return TensorDeclaration{std::move(name), DType::BF16, {n}}; };
    std::vector<TensorDeclaration> tensors{matrix("model.embed_tokens.weight", s.vocabulary, s.hidden),
                                           vector("model.norm.weight", s.hidden)};
    for (int b = 0; b < s.blocks; ++b) {
        const std::string p = "model.layers." + std::to_string(b) + ".";
        const int q = s.heads * 64, kv = s.keyValueHeads * 64;
        for (TensorDeclaration& t : std::vector{
                 vector(p + "input_layernorm.weight", s.hidden), vector(p + "post_attention_layernorm.weight", s.hidden),
                 vector(p + "self_attn.q_norm.weight", 64), vector(p + "self_attn.k_norm.weight", 64),
                 matrix(p + "self_attn.q_proj.weight", q, s.hidden), matrix(p + "self_attn.k_proj.weight", kv, s.hidden),
                 matrix(p + "self_attn.v_proj.weight", kv, s.hidden), matrix(p + "self_attn.o_proj.weight", s.hidden, q),
                 matrix(p + "mlp.gate_proj.weight", s.intermediate, s.hidden), matrix(p + "mlp.up_proj.weight", s.intermediate, s.hidden),
                 matrix(p + "mlp.down_proj.weight", s.hidden, s.intermediate)})
            tensors.push_back(std::move(t));
    }
    return tensors;
}

void writeModel(const fs::path& folder, const Shape& s) {
    std::mt19937 random(7);
    const auto tensors = tensorsOf(s);
    writeSafetensors(folder / "model.safetensors", tensors, {{"format", "pt"}}, [&](SafetensorsSink& sink) {
        for (const TensorDeclaration& tensor : tensors) {
            const bool norm = tensor.shape.size() == 1;
            std::size_t count = 1;
            for (const std::int64_t extent : tensor.shape) count *= static_cast<std::size_t>(extent);
            std::normal_distribution<float> normal(norm ? 1.0f : 0.0f,
                                                   norm ? 0.1f : 1.0f / std::sqrt(static_cast<float>(tensor.shape.back())));
            std::vector<BFloat16> values(count);
            for (BFloat16& value : values) value = toBFloat16(normal(random));
            sink.writeValues(tensor.name, std::span<const BFloat16>(values));
        }
    });
    std::ofstream(folder / "config.json")
        << R"({"architectures":["Qwen3ForCausalLM"],"model_type":"qwen3","hidden_size":)" << s.hidden << R"(,"intermediate_size":)"
        << s.intermediate << R"(,"num_hidden_layers":)" << s.blocks << R"(,"num_attention_heads":)" << s.heads
        << R"(,"num_key_value_heads":)" << s.keyValueHeads << R"(,"head_dim":64,"vocab_size":)" << s.vocabulary
        << R"(,"rms_norm_eps":1e-6,"rope_theta":1e6,"max_position_embeddings":4096,"tie_word_embeddings":true,"hidden_act":"silu"})";
}

void writeIds(const fs::path& file, int sequences, int length, int vocabulary) {
    std::mt19937 random(3);
    std::ofstream out(file);
    for (int i = 0; i < sequences; ++i) {
        out << (i ? ",[" : "[[");
        for (int t = 0; t < length; ++t) out << (t ? "," : "") << static_cast<int>(random() % static_cast<unsigned>(vocabulary));
        out << "]";
    }
    out << "]";
}

/// state.range: 0 = tiny, 1 = 60m; sequences; length; threads; weighting (0 token, 1 maca).
void quantizeModelAs(benchmark::State& state, const QuantSettings& quant) {
    const Shape& shape = state.range(0) == 0 ? kTiny : k60m;
    const Folder folder;
    writeModel(folder.path(), shape);
    writeIds(folder.path() / "ids.json", static_cast<int>(state.range(1)), static_cast<int>(state.range(2)), shape.vocabulary);
    QuantizeOptions options;
    options.calibration.model = folder.path().string();
    options.calibration.ids = (folder.path() / "ids.json").string();
    options.calibration.spectra = false;
    options.quant = quant;
    options.weighting = state.range(4) ? "maca" : "token";
    options.machine.threads = static_cast<int>(state.range(3));
    options.out = (folder.path() / "run.qsrun").string();
    for (auto _ : state) {
        JobContext context;
        runQuantize(options, context);
    }
    const auto run = RunFile::open(options.out);
    state.SetLabel(shape.name);
    state.counters["peak_MiB"] = run->actual()->memoryBytes / (1 << 20);
    state.counters["forecast_MiB"] = run->forecast()->memoryBytes / (1 << 20);
    state.counters["tokens/s"] =
        benchmark::Counter(static_cast<double>(state.range(1) * state.range(2)), benchmark::Counter::kIsIterationInvariantRate);
}
void quantizeModel(benchmark::State& state) { quantizeModelAs(state, {}); }
BENCHMARK(quantizeModel)
    ->ArgNames({"shape", "sequences", "length", "threads", "maca"})
    ->Args({0, 64, 512, 2, 0})
    ->Args({0, 16, 2048, 2, 0})
    ->Args({1, 64, 512, 2, 0})
    ->Args({1, 64, 512, 2, 1})
    ->Args({1, 16, 2048, 2, 0})
    ->Unit(benchmark::kSecond)
    ->Iterations(1)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

/// Two chains and the cross terms: compare with the same sizes above.
void quantizeModelWithGptaq(benchmark::State& state) {
    QuantSettings quant;
    quant.method = Method::Gptaq;
    quantizeModelAs(state, quant);
}
BENCHMARK(quantizeModelWithGptaq)
    ->ArgNames({"shape", "sequences", "length", "threads", "maca"})
    ->Args({0, 64, 512, 2, 0})
    ->Args({1, 64, 512, 2, 0})
    ->Unit(benchmark::kSecond)
    ->Iterations(1)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

/// 2 bits in groups of 64 with the scales of absmax, then by both stages (three sweeps): what the stages cost.
void quantizeModelInTwoBits(benchmark::State& state, bool stages) {
    QuantSettings quant;
    quant.bits = 2;
    quant.groupSize = 64;
    if (stages) {
        quant.search = SearchKind::Hessian;
        quant.refine = Refine::Sweeps;
    }
    quantizeModelAs(state, quant);
}
void twoBits(benchmark::internal::Benchmark* bench) {
    bench->ArgNames({"shape", "sequences", "length", "threads", "maca"})->Args({0, 64, 512, 2, 0})->Args({1, 64, 512, 2, 0});
    bench->Unit(benchmark::kSecond)->Iterations(1)->MeasureProcessCPUTime()->UseRealTime();
}
BENCHMARK_CAPTURE(quantizeModelInTwoBits, absmax, false)->Apply(twoBits);
BENCHMARK_CAPTURE(quantizeModelInTwoBits, both_stages, true)->Apply(twoBits);

}  // namespace
}  // namespace qs
