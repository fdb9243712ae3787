// SPDX-License-Identifier: GPL-3.0-or-later
// The bank of inputs on a GPU against the bank of the same inputs on the CPU. Tolerance 4e-6 of √(S_ii S_jj): two float32 sums in
// different orders.
#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/error.h"
#include "hessian/bank.h"
#include "kernels/blas.h"
#include "model/torch_device.h"

namespace qs {
namespace {

TEST(HessianBankOnCuda, EqualsTheOneOnTheCpu) {
    const Device device{DeviceKind::Cuda, 0};
    try {
        torchDevice(device);
    } catch (const Error& error) {
        GTEST_SKIP() << error.what();
    }
    constexpr std::size_t dim = 172, length = 200, count = 5;
    ThreadPool pool(2, beginSingleThreadedMath);
    std::mt19937 generator(1);
    std::normal_distribution<float> normal;
    HessianBank onCpu(dim, DType::BF16, Device{}), onGpu(dim, DType::BF16, device);
    for (std::size_t s = 0; s < count; ++s) {
        std::vector<BFloat16> x(length * dim);
        for (BFloat16& value : x) value = toBFloat16(normal(generator));
        const at::Tensor copy = at::from_blob(x.data(), {length, dim}, at::TensorOptions().dtype(at::kBFloat16)).to(torchDevice(device));
        onCpu.add(length, std::vector<SequenceInput>{{x.data(), s % 2 == 1}}, pool);
        onGpu.add(length, std::vector<SequenceInput>{{copy.data_ptr(), s % 2 == 1}}, pool);
    }
    onCpu.finish(pool);
    onGpu.finish(pool);
    const LengthBucket &expected = onCpu.buckets()[0], &bucket = onGpu.buckets()[0];
    EXPECT_TRUE(bucket.firstTokens == expected.firstTokens);
    for (std::size_t i = 0; i < dim; ++i) {
        EXPECT_NEAR(bucket.diagonal[i], expected.diagonal[i], 1e-12 * expected.diagonal[i]);
        for (std::size_t j = 0; j < dim; ++j)
            ASSERT_NEAR(bucket.rest(i, j), expected.rest(i, j), 4e-6 * std::sqrt(expected.diagonal[i] * expected.diagonal[j]));
    }
}

}  // namespace
}  // namespace qs
