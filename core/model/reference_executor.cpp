// SPDX-License-Identifier: GPL-3.0-or-later
// The reference: every stage is one of the functions of reference_forward.h, its result copied into the buffers.
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/argmax.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/logsumexp.h>
#include <ATen/ops/stack.h>

#include <algorithm>
#include <mutex>

#include "base/error.h"
#include "model/block_tensors.h"
#include "model/executor.h"
#include "model/reference_forward.h"
#include "model/torch_device.h"
#include "model/wrapped_executor.h"

namespace qs {
namespace {

constexpr std::int64_t kLossRows = 128, kLossRowsOfGpu = 512;  // logits at once in tokenLosses
constexpr std::size_t kHeadSliceElements = 1 << 23;            // float32 values converted at once when the head is read

class ReferenceExecutor final : public Executor {
  public:
    ReferenceExecutor(const Model& model, Device device, DType dtype, LinearWrapper wrapper = {})
        : m_model(model),
          m_device(device),
          m_dtype(dtype),
          m_options(at::TensorOptions().dtype(torchType(dtype)).device(torchDevice(device))),
          m_wrapper(std::move(wrapper)) {
        if (dtype == DType::BF16) throw Error("the reference executor computes in F32 or F64; BF16 is for the fast one");
        model.requireSupported();
        const NormSpec& norm = model.spec().finalNorm;
        const Matrix<float> weight = model.read(norm.name + ".weight");
        m_finalGain = tensorOf(std::span(weight.data(), weight.size()), m_options).add(norm.offset);
    }

    DType dtype() const override { return m_dtype; }
    Device device() const override { return m_device; }

    void embed(std::span<const std::int32_t> ids, SequenceBuffers& out) override {
        const ModelSpec& spec = m_model.spec();
        Matrix<float> rows(ids.size(), static_cast<std::size_t>(spec.hidden));
        for (std::size_t t = 0; t < ids.size(); ++t) {
            if (ids[t] < 0 || ids[t] >= spec.vocabulary)
                throw Error("token id " + std::to_string(ids[t]) + " at position " + std::to_string(t) +
                            " is outside of the vocabulary of " + std::to_string(spec.vocabulary));
            const Matrix<float> row = m_model.readRows(spec.embeddingName, static_cast<std::size_t>(ids[t]), 1);
            std::copy_n(row.data(), row.size(), rows.row(t));
        }
        const at::NoGradGuard noGradient;
        view(out.h, out.length, spec.hidden)
            .copy_(onDevice(rows.data(), {out.length, spec.hidden}).mul(static_cast<double>(spec.embeddingScale)));
    }

    void setBlock(const BlockSpec& spec, const BlockWeights& weights) override {
        const at::NoGradGuard noGradient;
        m_block = std::make_shared<KeptBlock>();
        m_block->spec = spec;
        m_block->tensors = tensorsOf(spec, weights, m_options);
    }

    void replaceLinear(LinearRole role, MatrixView<const float> W) override {
        const at::NoGradGuard noGradient;
        m_block->tensors.weights[static_cast<std::size_t>(role)] = tensorOf(W, m_options);
    }

    void run(Stage stage, SequenceBuffers& buffers, int) override {
        const at::NoGradGuard noGradient;
        beginOnThread();
        const Activations own = viewsOf(buffers);
        const auto read = [&](at::Tensor Activations::*which) { return own.*which; };
        store(buffers, outputsOf(stage, read, [&](const at::Tensor& x) { return attentionOf(buffers, x); }));
    }

    bool runsTogether() const override { return m_device.kind == DeviceKind::Cuda; }
    void runTogether(Stage stage, std::span<SequenceBuffers* const> sequences) override {
        const at::NoGradGuard noGradient;
        beginOnThread();
        const auto attention = [&](const at::Tensor& x) {
            const at::Tensor positions = at::arange(0, x.size(-2), m_options.dtype(at::kDouble));
            const BlockSpec& block = m_block->spec;
            return attentionOutput(block, m_block->tensors.norms, x, rotaryTable(block.rotary, positions, x), linear());
        };
        const auto read = [&](at::Tensor Activations::*which) {
            std::vector<at::Tensor> each;
            for (const SequenceBuffers* buffers : sequences) each.push_back(viewsOf(*buffers).*which);
            return at::stack(each);
        };
        const Activations outputs = outputsOf(stage, read, attention);
        for (std::size_t i = 0; i < sequences.size(); ++i) {
            const auto own = [&](const at::Tensor& all) { return all.defined() ? all.select(0, static_cast<std::int64_t>(i)) : all; };
            store(*sequences[i], {own(outputs.h), own(outputs.x), own(outputs.a), own(outputs.m)});
        }
    }

    Matrix<float> finalNorm(const SequenceBuffers& buffers) override {
        const at::NoGradGuard noGradient;
        return toMatrix(normed(buffers));
    }

    Matrix<float> logits(const SequenceBuffers& buffers) override {
        const at::NoGradGuard noGradient;
        return toMatrix(capped(at::linear(normed(buffers), head())));
    }

    std::vector<float> tokenLosses(const SequenceBuffers& buffers, std::span<const std::int32_t> ids, int) override {
        const at::NoGradGuard noGradient;
        beginOnThread();
        const std::int64_t count = std::max(0, buffers.length - 1);
        const at::Tensor states = normed(buffers);
        std::vector<std::int64_t> wide(ids.begin(), ids.end());
        const at::Tensor targets =
            at::from_blob(wide.data(), {static_cast<std::int64_t>(wide.size())}, at::TensorOptions().dtype(at::kLong))
                .to(m_options.device());
        std::vector<float> losses;
        const std::int64_t most = m_device.kind == DeviceKind::Cuda ? kLossRowsOfGpu : kLossRows;
        for (std::int64_t first = 0; first < count; first += most) {
            const std::int64_t rows = std::min(most, count - first);
            const at::Tensor values = capped(at::linear(states.narrow(0, first, rows), head())).to(at::kDouble);
            const at::Tensor chosen = values.gather(1, targets.narrow(0, first + 1, rows).unsqueeze(1)).squeeze(1);
            const Matrix<float> part = toMatrix(at::logsumexp(values, 1).sub(chosen).unsqueeze(0));
            losses.insert(losses.end(), part.data(), part.data() + part.size());
        }
        return losses;
    }

    std::vector<TokenScore> tokenScores(std::span<const void* const> h, std::span<const std::int32_t> targets, int) override {
        const at::NoGradGuard noGradient;
        beginOnThread();
        std::vector<TokenScore> scores;
        for (std::size_t first = 0; first < targets.size(); first += kLossRows) {
            const std::size_t count = std::min<std::size_t>(kLossRows, targets.size() - first);
            const at::Tensor values = logitsOfRows(h.subspan(first, count)).to(at::kDouble);
            std::vector<std::int64_t> wanted(targets.begin() + static_cast<std::ptrdiff_t>(first),
                                             targets.begin() + static_cast<std::ptrdiff_t>(first + count));
            for (const std::int64_t target : wanted)
                if (target < 0 || target >= m_model.spec().vocabulary)
                    throw Error("token id " + std::to_string(target) + " is outside of the vocabulary");
            const at::Tensor index =
                at::from_blob(wanted.data(), {static_cast<std::int64_t>(count), 1}, at::TensorOptions().dtype(at::kLong))
                    .to(m_options.device());
            const at::Tensor scored = values.gather(1, index).squeeze(1).sub(at::logsumexp(values, 1)).cpu();
            const at::Tensor best = values.argmax(1).cpu();
            for (std::size_t i = 0; i < count; ++i)
                scores.push_back({scored.const_data_ptr<double>()[i], best.const_data_ptr<std::int64_t>()[i] == wanted[i]});
        }
        return scores;
    }
    Matrix<float> logitsOf(std::span<const void* const> h, int) override {
        const at::NoGradGuard noGradient;
        return toMatrix(logitsOfRows(h));
    }

    std::shared_ptr<Block> block() const override { return m_block; }
    void setBlock(std::shared_ptr<Block> block) override {
        auto kept = std::dynamic_pointer_cast<KeptBlock>(std::move(block));
        if (!kept) throw Error("the block belongs to another kind of executor");
        m_block = std::move(kept);
    }

    void toHost(const void* activations, std::size_t count, float* out) const override {
        const at::NoGradGuard noGradient;
        const auto n = static_cast<std::int64_t>(count);
        at::from_blob(out, {n}, at::TensorOptions().dtype(at::kFloat)).copy_(view(const_cast<void*>(activations), 1, n).squeeze(0));
    }

    void toHostTogether(std::span<const void* const> activations, std::size_t count, float* out) const override {
        if (activations.empty()) return;
        const at::NoGradGuard noGradient;
        const auto n = static_cast<std::int64_t>(count);
        std::vector<at::Tensor> each;
        for (const void* one : activations) each.push_back(view(const_cast<void*>(one), 1, n).squeeze(0));
        const at::Tensor all = at::stack(each);
        at::from_blob(out, all.sizes(), at::TensorOptions().dtype(at::kFloat)).copy_(all);
    }

  private:
    struct KeptBlock final : Block {
        BlockSpec spec;
        BlockTensors tensors;
    };

    /// A thread has no context on the GPU before its first kernel there, and cuBLAS warns when it is what comes first.
    void beginOnThread() const {
        thread_local bool begun = false;
        if (!begun && m_device.kind == DeviceKind::Cuda) at::empty({1}, m_options).zero_();
        begun = true;
    }

    at::Tensor view(void* data, std::int64_t rows, std::int64_t cols) const { return at::from_blob(data, {rows, cols}, m_options); }

    at::Tensor onDevice(const float* values, at::IntArrayRef shape) const {
        return at::from_blob(const_cast<float*>(values), shape, at::TensorOptions().dtype(at::kFloat)).to(m_options, false, true);
    }

    static Matrix<float> toMatrix(const at::Tensor& values) {
        Matrix<float> result(static_cast<std::size_t>(values.size(0)), static_cast<std::size_t>(values.size(1)));
        at::from_blob(result.data(), values.sizes(), at::TensorOptions().dtype(at::kFloat)).copy_(values);
        return result;
    }

    /// h, x, a and m of one sequence [L, width] or several of one length [B, L, width]; as outputs of a stage, what it changes.
    struct Activations {
        at::Tensor h, x, a, m;
    };

    Activations viewsOf(const SequenceBuffers& buffers) const {
        const BlockSpec& block = m_block->spec;
        return {view(buffers.h, buffers.length, block.hidden), view(buffers.x, buffers.length, block.hidden),
                view(buffers.a, buffers.length, block.heads * block.headDim), view(buffers.m, buffers.length, block.intermediate)};
    }
    void store(const SequenceBuffers& buffers, const Activations& outputs) const {
        const Activations views = viewsOf(buffers);
        for (const auto which : {&Activations::h, &Activations::x, &Activations::a, &Activations::m})
            if ((outputs.*which).defined()) (views.*which).copy_(outputs.*which);
    }

    LinearFn linear() const {
        const LinearFn plain = [this](const LinearSpec& spec, const at::Tensor& input) { return m_block->tensors.linear(spec, input); };
        if (!m_wrapper) return plain;
        return [this, plain](const LinearSpec& spec, const at::Tensor& input) { return m_wrapper(spec, input, plain); };
    }

    template <class Read, class Attention>
    Activations outputsOf(Stage stage, const Read& read, const Attention& attention) const {
        const BlockSpec& block = m_block->spec;
        const BlockNorms& norms = m_block->tensors.norms;
        const auto epsilon = static_cast<double>(block.normEpsilon);
        Activations out;
        switch (stage) {
            case Stage::AttentionIn: out.x = rmsNorm(read(&Activations::h), norms.input, epsilon); break;
            case Stage::AttentionOut: out.a = attention(read(&Activations::x)); break;
            case Stage::MlpIn:
                out.h = addToResidual(block, read(&Activations::h), read(&Activations::a), LinearRole::O, norms.postAttention, linear());
                out.x = rmsNorm(out.h, norms.preMlp, epsilon);
                break;
            case Stage::MlpDown: out.m = mlpProduct(block, read(&Activations::x), linear()); break;
            case Stage::Finish:
                out.h = addToResidual(block, read(&Activations::h), read(&Activations::m), LinearRole::Down, norms.postMlp, linear());
                break;
        }
        return out;
    }

    at::Tensor attentionOf(const SequenceBuffers& buffers, const at::Tensor& x) const {
        const BlockSpec& block = m_block->spec;
        const std::vector<TextPart> parts = partsOf(buffers);
        std::vector<at::Tensor> positions;
        for (const TextPart& part : parts)
            positions.push_back(at::arange(part.position, part.position + part.rows, m_options.dtype(at::kDouble)));
        const RotaryTable rotary = rotaryTable(block.rotary, at::cat(positions), x);
        if (buffers.parts.empty()) return attentionOutput(block, m_block->tensors.norms, x, rotary, linear());
        std::vector<PartCache> caches;
        for (const TextPart& part : parts) {
            const auto cached = [&](void* data) {
                return data ? at::from_blob(data, {block.keyValueHeads, part.capacity, block.headDim}, m_options) : at::Tensor();
            };
            caches.push_back({cached(part.keys), cached(part.values)});
        }
        return attentionOutput(block, m_block->tensors.norms, x, rotary, linear(), parts, caches);
    }

    at::Tensor normed(const at::Tensor& h) const { return rmsNorm(h, m_finalGain, static_cast<double>(m_model.spec().normEpsilon)); }
    at::Tensor normed(const SequenceBuffers& buffers) const { return normed(view(buffers.h, buffers.length, m_model.spec().hidden)); }

    /// Logits of rows of the residual stream.
    at::Tensor logitsOfRows(std::span<const void* const> h) {
        std::vector<at::Tensor> rows;
        for (const void* row : h) rows.push_back(view(const_cast<void*>(row), 1, m_model.spec().hidden));
        return capped(at::linear(normed(at::cat(rows)), head()));
    }

    at::Tensor capped(const at::Tensor& values) const {
        const auto cap = static_cast<double>(m_model.spec().finalSoftcap);
        return cap > 0 ? values.div(cap).tanh().mul(cap) : values;
    }

    /// The head [vocabulary, hidden], read in slices when it is first needed.
    const at::Tensor& head() {
        std::call_once(m_headOnce, [&] {
            const ModelSpec& spec = m_model.spec();
            const std::string& name = spec.headName.empty() ? spec.embeddingName : spec.headName;
            at::Tensor values = at::empty({spec.vocabulary, spec.hidden}, m_options);
            const auto rows = static_cast<std::size_t>(spec.vocabulary);
            const std::size_t slice = std::max<std::size_t>(1, kHeadSliceElements / static_cast<std::size_t>(spec.hidden));
            for (std::size_t first = 0; first < rows; first += slice) {
                const std::size_t count = std::min(slice, rows - first);
                const Matrix<float> part = m_model.readRows(name, first, count);
                values.narrow(0, static_cast<std::int64_t>(first), static_cast<std::int64_t>(count))
                    .copy_(onDevice(part.data(), {static_cast<std::int64_t>(count), spec.hidden}));
            }
            m_head = std::move(values);
        });
        return m_head;
    }

    const Model& m_model;
    Device m_device;
    DType m_dtype;
    at::TensorOptions m_options;
    LinearWrapper m_wrapper;
    at::Tensor m_finalGain, m_head;
    std::once_flag m_headOnce;
    std::shared_ptr<KeptBlock> m_block;
};

}  // namespace

std::unique_ptr<Executor> makeReferenceExecutor(const Model& model, Device device, DType dtype) {
    return std::make_unique<ReferenceExecutor>(model, device, dtype);
}

std::unique_ptr<Executor> makeReferenceExecutor(const Model& model, Device device, DType dtype, LinearWrapper wrapper) {
    return std::make_unique<ReferenceExecutor>(model, device, dtype, std::move(wrapper));
}

}  // namespace qs
