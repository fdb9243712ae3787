// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "kernels/blas.h"
#include "kernels/blocked_cholesky.h"
#include "kernels/cuda_device.h"
#include "kernels/quadratic_form.h"
#include "support/random_matrix.h"

namespace qs {
namespace {

using testing::randomMatrix;

/// XᵀX / tokens + I.
Matrix<float> positiveMatrix(std::size_t n) {
    const Matrix<float> X = randomMatrix(n, n, 9);
    Matrix<float> A(n, n);
    for (std::size_t i = 0; i < n; ++i) A(i, i) = 1;
    gemm(Transpose::Yes, Transpose::No, n, n, n, 1.0f / static_cast<float>(n), X.data(), n, X.data(), n, 1.0f, A.data(), n);
    return A;
}

TEST(BlockedCholesky, EqualsTheWholeOneForAnyNumberOfThreads) {
    constexpr std::size_t n = 1500;  // several blocks, the last one short
    const Matrix<float> A = positiveMatrix(n);
    Matrix<float> whole = A, one = A, three = A;
    JobContext context;
    ASSERT_EQ(choleskyUpper(n, whole.data(), n), 0);
    ThreadPool single(1, beginSingleThreadedMath), several(3, beginSingleThreadedMath);
    ASSERT_EQ(blockedCholesky(n, one.data(), n, context, single), 0);
    ASSERT_EQ(blockedCholesky(n, three.data(), n, context, several), 0);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = i; j < n; ++j) {
            ASSERT_EQ(one(i, j), three(i, j));
            ASSERT_NEAR(one(i, j), whole(i, j), 2e-5);
        }
}

TEST(BlockedCholesky, NamesTheColumnAndCanBeStopped) {
    constexpr std::size_t n = 1300;
    Matrix<float> A = positiveMatrix(n);
    A(700, 700) = -5;
    JobContext context;
    ThreadPool pool(2, beginSingleThreadedMath);
    EXPECT_EQ(blockedCholesky(n, A.data(), n, context, pool), 701);
    context.stopNow();
    EXPECT_THROW(blockedCholesky(n, A.data(), n, context, pool), Cancelled);
}

TEST(QuadraticForm, ByHandAndInBlocks) {
    Matrix<float> M(1, 2), H(2, 2);
    M(0, 0) = 1;
    M(0, 1) = -2;
    H(0, 0) = 3;
    H(0, 1) = H(1, 0) = 1;
    H(1, 1) = 2;
    std::vector<float> workspace;
    EXPECT_EQ(quadraticForm(M.view(), H.view(), workspace), 3 - 4 + 8);
    const std::size_t n = 600;
    const Matrix<float> A = positiveMatrix(n), rows = randomMatrix(5, n, 2);
    double expected = 0;
    for (std::size_t r = 0; r < 5; ++r)
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j)
                expected += static_cast<double>(rows(r, i)) * static_cast<double>(A(i, j)) * static_cast<double>(rows(r, j));
    EXPECT_NEAR(quadraticForm(rows.view(), A.view(), workspace) / expected, 1, 1e-6);
}

TEST(CudaDevice, AbsentOnesAreReplacedAloud) {
    struct Recorder : JobObserver {
        void happened(const Event& event) override { events.push_back(event); }
        std::vector<Event> events;
    } recorder;
    JobContext context(&recorder);
    EXPECT_EQ(usableDevice({}, "layer", context), Device{});
    EXPECT_TRUE(recorder.events.empty());
    const Device absent{DeviceKind::Cuda, cudaDeviceCount()};
    EXPECT_EQ(usableDevice(absent, "layer", context), Device{});
    ASSERT_EQ(recorder.events.size(), 1u);
    EXPECT_EQ(recorder.events[0].kind, "device-fallback");
    EXPECT_EQ(recorder.events[0].subject, "layer");
    EXPECT_NE(recorder.events[0].message.find(textOf(absent)), std::string::npos);
    if (!builtWithCuda()) {
        EXPECT_EQ(cudaDeviceCount(), 0);
    }
    if (cudaAvailable()) {
        EXPECT_EQ(usableDevice({DeviceKind::Cuda, 0}, "layer", context).kind, DeviceKind::Cuda);
    }
}

}  // namespace
}  // namespace qs
