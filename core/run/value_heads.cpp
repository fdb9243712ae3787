// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/value_heads.h"

#include <algorithm>

#include "quant/asymmetric_factor.h"
#include "quant/hessian_factor.h"

namespace qs {
namespace {

void keepCommon(std::vector<std::int32_t>& columns, const std::vector<std::int32_t>& others) {
    std::erase_if(columns, [&](std::int32_t column) { return !std::binary_search(others.begin(), others.end(), column); });
}

/// `whole` with the rows of the next head.
void addHead(SolveResult& whole, SolveResult part) {
    if (whole.quantized.codes.empty()) {
        whole = std::move(part);
        return;
    }
    keepCommon(whole.report.deadColumns, part.report.deadColumns);
    whole.report.dampingUsed = std::max(whole.report.dampingUsed, part.report.dampingUsed);
    appendRows(whole, part);
}

}  // namespace

bool attendsValues(const QuantSettings& settings, std::span<const LinearSpec> linears) {
    return quantizerOf(settings.method).outputHessians && settings.valueInputs == ValueInputs::Attended &&
           std::any_of(linears.begin(), linears.end(), [](const LinearSpec& linear) { return linear.role == LinearRole::V; });
}

SolveResult solveByHeads(const ValueHeads& heads, RowRange own, const SolveInput& input, const QuantSettings& settings, StepDetail detail,
                         JobContext& context, ThreadPool& pool, Device device) {
    const std::size_t rows = input.W.rows / heads.inputs.heads();
    SolveResult whole;
    for (std::size_t h = 0; h < heads.inputs.heads(); ++h) {
        const bool summed = !heads.sums.empty();
        const Matrix<float> here = summed ? Matrix<float>() : heads.inputs.hessian(h);  // all ranks sum it
        if (h < own.first || h >= own.last) continue;
        const Matrix<float>& H = summed ? heads.sums[h].H : here;
        const std::string subject = input.name + ", attended inputs of head " + std::to_string(h);
        const auto order = input.factor ? std::span<const std::int32_t>(input.factor->order) : std::span<const std::int32_t>();
        const auto factor = factorize(H.view(), settings, subject, context, pool, order);
        SolveInput head = input;
        head.W = {input.W.row(h * rows), rows, input.W.cols, input.W.stride};
        head.H = H.view();
        head.factor = factor.get();
        head.cross = nullptr;
        head.D = {};
        std::shared_ptr<const AsymmetricFactor> cross;
        if (summed && factor) {
            const MatrixView<const float> D = heads.sums[h].D.view();
            cross = factorizeCross(D, *factor, settings, subject, context, pool);
            head.cross = cross.get();
            if (!input.outputHessians.empty() || settings.refine != Refine::None) head.D = D;
        }
        if (!input.outputHessians.empty()) head.outputHessians = input.outputHessians.subspan(h, 1);
        addHead(whole, quantizeLinear(head, settings, detail, context, pool, device));
    }
    return whole;
}

std::size_t valueHeadBytes(const BlockSpec& block, int longest, DType dtype, DeviceKind device, int threads, bool cross) {
    const std::size_t square = static_cast<std::size_t>(block.hidden) * static_cast<std::size_t>(block.hidden) * sizeof(float);
    const std::size_t projections = static_cast<std::size_t>(block.heads + block.keyValueHeads) *
                                    static_cast<std::size_t>(block.headDim * block.hidden) * sizeof(float);
    const std::size_t kept = cross ? 2 * static_cast<std::size_t>(block.keyValueHeads) * square : 0;
    const std::size_t solving = (cross ? 3 : 2) * square;  // H and its factors
    return projections + kept + std::max(attendedInputBytes(block, longest, dtype, device, threads, cross) + square, solving);
}

}  // namespace qs
