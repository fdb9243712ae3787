// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/output_sensitivity.h"

#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <random>

#include "base/error.h"
#include "model/block_tensors.h"
#include "model/reference_forward.h"
#include "model/torch_device.h"

namespace qs {
namespace {

constexpr std::int64_t kHeadRows = 128;  // logits at once

/// One sequence on its way through the model and back.
struct Chain {
    std::vector<std::int32_t> ids;
    std::vector<at::Tensor> inputs;  ///< of every block, and of the final norm [L, hidden]
    at::Tensor gradient;             ///< of ℓ with respect to what comes next on the way back
    std::array<double, kLinearRoles> first{}, rest{};
};

class Sensitivity {
  public:
    Sensitivity(const Model& model, std::span<const std::vector<std::int32_t>> sequences, std::uint64_t seed, Device device,
                ThreadPool& pool)
        : m_model(model),
          m_spec(model.spec()),
          m_seed(seed),
          m_pool(pool),
          m_options(at::TensorOptions().dtype(at::kFloat).device(torchDevice(device))) {
        for (const std::vector<std::int32_t>& ids : sequences) m_chains.push_back({ids, {embedded(ids)}, {}, {}, {}});
    }

    std::vector<std::array<OutputSensitivity, kLinearRoles>> run(const std::function<void(double)>& tick) {
        const std::size_t blocks = m_spec.blocks.size();
        for (std::size_t b = 0; b < blocks; ++b) {
            tick(static_cast<double>(b) / (4.0 * static_cast<double>(blocks)));
            const BlockTensors tensors = load(b);
            m_pool.run(m_chains.size(), [&](std::size_t i, int) { forward(b, tensors, m_chains[i]); });
        }
        passHead();
        std::vector<std::array<OutputSensitivity, kLinearRoles>> result(blocks);
        for (std::size_t b = blocks; b-- > 0;) {
            tick(1 - static_cast<double>(b + 1) * 3 / (4.0 * static_cast<double>(blocks)));
            const BlockTensors tensors = load(b);
            m_pool.run(m_chains.size(), [&](std::size_t i, int) { backward(b, tensors, m_chains[i]); });
            result[b] = summary(b);
        }
        return result;
    }

  private:
    at::Tensor embedded(const std::vector<std::int32_t>& ids) const {
        Matrix<float> rows(ids.size(), static_cast<std::size_t>(m_spec.hidden));
        for (std::size_t t = 0; t < ids.size(); ++t) {
            const Matrix<float> row = m_model.readRows(m_spec.embeddingName, static_cast<std::size_t>(ids[t]), 1);
            std::copy_n(row.data(), row.size(), rows.row(t));
        }
        const at::NoGradGuard noGradient;
        return tensorOf(rows.view(), m_options).mul(static_cast<double>(m_spec.embeddingScale));
    }

    BlockTensors load(std::size_t b) const {
        const at::NoGradGuard noGradient;
        return tensorsOf(m_spec.blocks[b], m_model.block(static_cast<int>(b)), m_options);
    }

    at::Tensor outputOf(std::size_t b, const BlockTensors& tensors, const at::Tensor& h, const LinearFn& linear) const {
        const BlockSpec& block = m_spec.blocks[b];
        const at::Tensor positions = at::arange(h.size(0), m_options.dtype(at::kDouble));
        return forwardBlock(block, tensors.norms, h, rotaryTable(block.rotary, positions, h), linear);
    }

    void forward(std::size_t b, const BlockTensors& tensors, Chain& chain) const {
        const at::NoGradGuard noGradient;
        chain.inputs.push_back(outputOf(b, tensors, chain.inputs.back(),
                                        [&](const LinearSpec& spec, const at::Tensor& x) { return tensors.linear(spec, x); }));
    }

    /// ∂ℓ/∂h of the final hidden states, slice by slice of tokens.
    void passHead() {
        const std::string& name = m_spec.headName.empty() ? m_spec.embeddingName : m_spec.headName;
        const Matrix<float> norm = m_model.read(m_spec.finalNorm.name + ".weight");
        const at::Tensor head = tensorOf(m_model.readRows(name, 0, static_cast<std::size_t>(m_spec.vocabulary)).view(), m_options);
        const at::Tensor gain = tensorOf(std::span(norm.data(), norm.size()), m_options).add(m_spec.finalNorm.offset);
        m_pool.run(m_chains.size(), [&](std::size_t i, int) {
            std::mt19937_64 random(m_seed + i);
            Chain& chain = m_chains[i];
            const at::Tensor h = chain.inputs.back();
            chain.gradient = at::zeros_like(h);
            for (std::int64_t first = 0; first < h.size(0); first += kHeadRows) {
                const std::int64_t rows = std::min(kHeadRows, h.size(0) - first);
                chain.gradient.narrow(0, first, rows).copy_(headGradient(h.narrow(0, first, rows), head, gain, random));
            }
            chain.inputs.pop_back();
        });
    }

    at::Tensor headGradient(const at::Tensor& slice, const at::Tensor& head, const at::Tensor& gain, std::mt19937_64& random) const {
        const at::Tensor h = slice.detach().clone().requires_grad_(true);
        at::Tensor logits = at::linear(rmsNorm(h, gain, static_cast<double>(m_spec.normEpsilon)), head);
        if (m_spec.finalSoftcap > 0) {
            const auto cap = static_cast<double>(m_spec.finalSoftcap);
            logits = logits.div(cap).tanh().mul(cap);
        }
        logits.backward(predictionGradient(logits.detach(), random));
        return h.grad();
    }

    /// ∂ℓ/∂logits = p − e_label, the label drawn from p.
    at::Tensor predictionGradient(const at::Tensor& logits, std::mt19937_64& random) const {
        const at::Tensor p = at::softmax(logits, -1).to(at::kCPU).contiguous();
        auto* values = p.mutable_data_ptr<float>();
        std::uniform_real_distribution<double> uniform;
        for (std::int64_t t = 0; t < p.size(0); ++t) {
            float* row = values + t * p.size(1);
            const double wanted = uniform(random);
            double sum = 0;
            std::int64_t label = 0;
            for (; label + 1 < p.size(1); ++label) {
                sum += static_cast<double>(row[label]);
                if (sum > wanted) break;
            }
            row[label] -= 1;
        }
        return p.to(m_options.device());
    }

    void backward(std::size_t b, const BlockTensors& tensors, Chain& chain) const {
        const at::Tensor h = chain.inputs[b].detach().requires_grad_(true);
        std::array<at::Tensor, kLinearRoles> outputs;
        const at::Tensor out = outputOf(b, tensors, h, [&](const LinearSpec& spec, const at::Tensor& x) {
            const at::Tensor y = tensors.linear(spec, x);
            y.retain_grad();
            outputs[static_cast<std::size_t>(spec.role)] = y;
            return y;
        });
        out.backward(chain.gradient);
        chain.gradient = h.grad().detach();
        chain.inputs.resize(b);
        for (const LinearSpec& linear : m_spec.blocks[b].linears) {
            const auto role = static_cast<std::size_t>(linear.role);
            const at::Tensor squares = outputs[role].grad().detach().to(at::kCPU).to(at::kDouble).square().sum(1).div(linear.out);
            chain.first[role] = squares[0].item().toDouble();
            chain.rest[role] = squares.sum().item().toDouble() - chain.first[role];
        }
    }

    std::array<OutputSensitivity, kLinearRoles> summary(std::size_t b) const {
        std::array<OutputSensitivity, kLinearRoles> result{};
        double others = 0;
        for (const Chain& chain : m_chains) others += static_cast<double>(chain.ids.size()) - 1;
        for (const LinearSpec& linear : m_spec.blocks[b].linears) {
            const auto role = static_cast<std::size_t>(linear.role);
            for (const Chain& chain : m_chains) {
                result[role].first += chain.first[role] / static_cast<double>(m_chains.size());
                result[role].rest += chain.rest[role] / others;
            }
        }
        return result;
    }

    const Model& m_model;
    const ModelSpec& m_spec;
    std::uint64_t m_seed;
    ThreadPool& m_pool;
    at::TensorOptions m_options;
    std::vector<Chain> m_chains;
};

}  // namespace

std::vector<std::array<OutputSensitivity, kLinearRoles>> outputSensitivities(const Model& model,
                                                                             std::span<const std::vector<std::int32_t>> sequences,
                                                                             std::uint64_t seed, Device device, ThreadPool& pool,
                                                                             const std::function<void(double)>& tick) {
    if (sequences.empty()) throw Error("sensitivities need at least one sequence");
    for (const std::vector<std::int32_t>& ids : sequences) {
        if (ids.size() < 2) throw Error("sensitivities need sequences of two tokens or more");
        for (const std::int32_t id : ids)
            if (id < 0 || id >= model.spec().vocabulary) throw Error("token id " + std::to_string(id) + " is outside of the vocabulary");
    }
    return Sensitivity(model, sequences, seed, device, pool).run(tick);
}

}  // namespace qs
