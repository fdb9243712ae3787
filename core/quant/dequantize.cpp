// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/dequantize.h"

#include <algorithm>

#include "kernels/cuda_device.h"
#include "quant/quantizer.h"

#ifdef QS_CUDA
#include "kernels/cuda_memory.h"
#endif

namespace qs {
namespace {

#ifdef QS_CUDA
/// dequantize on the device; the arithmetic is the inline function of the CPU (kernels/grid.h).
Matrix<float> dequantizeOnDevice(const QuantizedLinear& q, int device) {
    useCudaDevice(device);
    const std::size_t rows = q.codes.rows(), in = q.codes.cols(), groups = q.scales.cols();
    std::vector<std::int32_t> groupOf(in);
    for (std::size_t c = 0; c < in; ++c) groupOf[c] = q.groupOf(static_cast<int>(c));
    const std::vector<float> scales(q.scales.values().begin(), q.scales.values().end());
    const CudaArray<std::uint8_t> codes(rows * in), zeros(rows * groups);
    const CudaArray<float> deviceScales(rows * groups), out(rows * in);
    const CudaArray<std::int32_t> deviceGroups(in);
    copyToCuda(codes.data(), q.codes.data(), rows * in);
    copyToCuda(zeros.data(), q.zeros.data(), rows * groups);
    copyToCuda(deviceScales.data(), scales.data(), scales.size() * sizeof(float));
    copyToCuda(deviceGroups.data(), groupOf.data(), in * sizeof(std::int32_t));
    dequantizeOnCuda(codes.data(), rows, in, deviceScales.data(), zeros.data(), groups, deviceGroups.data(), out.data());
    Matrix<float> weights(rows, in);
    copyFromCuda(weights.data(), out.data(), rows * in * sizeof(float));
    return weights;
}
#endif

}  // namespace

void dequantizeRow(const QuantizedLinear& q, std::size_t row, float* out) {
    const std::size_t in = q.codes.cols();
    const std::uint8_t* codes = q.codes.row(row);
    if (!q.groupIndex.empty()) {
        for (std::size_t c = 0; c < in; ++c) {
            const auto g = static_cast<std::size_t>(q.groupIndex[c]);
            dequantizeRun(codes + c, 1, static_cast<float>(q.scales(row, g)), q.zeros(row, g), out + c);
        }
        return;
    }
    const std::size_t width = q.groupSize > 0 ? static_cast<std::size_t>(q.groupSize) : in;
    for (std::size_t first = 0, g = 0; first < in; first += width, ++g)
        dequantizeRun(codes + first, std::min(width, in - first), static_cast<float>(q.scales(row, g)), q.zeros(row, g), out + first);
}

Matrix<float> dequantize(const QuantizedLinear& q, [[maybe_unused]] Device device) {
#ifdef QS_CUDA
    if (device.kind == DeviceKind::Cuda && cudaAvailable()) return dequantizeOnDevice(q, device.index);
#endif
    Matrix<float> weights(q.codes.rows(), q.codes.cols());
    for (std::size_t r = 0; r < weights.rows(); ++r) dequantizeRow(q, r, weights.row(r));
    return weights;
}

}  // namespace qs
