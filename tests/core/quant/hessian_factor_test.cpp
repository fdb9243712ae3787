// SPDX-License-Identifier: GPL-3.0-or-later
#include "quant/hessian_factor.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "core/quant/quant_support.h"

namespace qs {
namespace {

using testing::matrixOf;
using testing::Recorder;

struct Attempt {
    Recorder recorder;
    std::shared_ptr<const HessianFactor> factor;
    std::string error;
    ErrorKind kind{};
};

Attempt attempt(const Matrix<float>& H, const QuantSettings& settings) {
    Attempt result;
    JobContext context(&result.recorder);
    ThreadPool pool(2, beginSingleThreadedMath);
    try {
        result.factor = factorize(H.view(), settings, "layer", context, pool);
    } catch (const Error& error) {
        result.error = error.what();
        result.kind = error.kind();
    }
    return result;
}

QuantSettings undamped() {
    QuantSettings settings;
    settings.damping = 0;
    return settings;
}

TEST(Factorize, ByHand) {
    // [2 1; 1 2] = R Rᵀ with R = [√1.5 1/√2; 0 √2].
    const Attempt a = attempt(matrixOf(2, 2, {2, 1, 1, 2}), undamped());
    ASSERT_TRUE(a.factor) << a.error;
    EXPECT_FLOAT_EQ(a.factor->diagonal[0], std::sqrt(1.5f));
    EXPECT_FLOAT_EQ(a.factor->diagonal[1], std::sqrt(2.0f));
    EXPECT_FLOAT_EQ(a.factor->unitLower(1, 0), 0.5f);
    EXPECT_TRUE(a.recorder.events.empty());
}

TEST(Factorize, DeadColumnsAndLiveMean) {
    QuantSettings settings;
    settings.damping = 0.1;
    settings.actOrder = true;
    const Attempt a = attempt(matrixOf(3, 3, {2, 0, 1, 0, 0, 0, 1, 0, 4}), settings);
    ASSERT_TRUE(a.factor) << a.error;
    EXPECT_EQ(a.factor->deadColumns, (std::vector<std::int32_t>{1}));
    EXPECT_NEAR(a.factor->damping, 0.1 * 3, 1e-12);  // the mean over columns 0 and 2
    EXPECT_EQ(a.factor->order, (std::vector<std::int32_t>{2, 0, 1}));
    EXPECT_EQ(a.factor->position, (std::vector<std::int32_t>{1, 2, 0}));
    EXPECT_NEAR(a.factor->diagonal[2], std::sqrt(3.3f), 1e-6);
    EXPECT_EQ(a.recorder.kinds(), (std::vector<std::string>{"dead-columns"}));
}

TEST(Factorize, AllColumnsDead) {
    const Attempt a = attempt(Matrix<float>(3, 3), {});
    ASSERT_TRUE(a.factor) << a.error;
    EXPECT_EQ(a.factor->deadColumns.size(), 3u);
}

TEST(Factorize, RaisesDampingStepByStep) {
    // Eigenvalues 3.2 and −0.2 around a mean of 1.5: 0.01 fails, 0.1 fails (0.15 < 0.2), 1 succeeds.
    const Matrix<float> H = matrixOf(2, 2, {1.5, 1.7f, 1.7f, 1.5});
    const Attempt a = attempt(H, {});
    ASSERT_TRUE(a.factor) << a.error;
    EXPECT_NEAR(a.factor->damping, 1.5, 1e-12);
    EXPECT_EQ(a.recorder.kinds(), (std::vector<std::string>{"damping-retry", "damping-retry"}));
    EXPECT_NE(a.recorder.events[0].message.find("column 0"), std::string::npos) << a.recorder.events[0].message;
    QuantSettings bounded;
    bounded.maxDamping = 0.1;
    const Attempt b = attempt(H, bounded);
    EXPECT_FALSE(b.factor);
    EXPECT_EQ(b.kind, ErrorKind::Stopped);
    EXPECT_EQ(b.error,
              "layer: the Hessian is not positive definite at column 0 with damping 0.1; raise --damp or --max-damp, calibrate on more "
              "text, or use "
              "--on-failure rtn");
}

TEST(Factorize, RoundsInsteadIfAsked) {
    QuantSettings settings;
    settings.maxDamping = 0.1;
    settings.onFailure = OnFailure::Rtn;
    settings.groupSize = 0;
    Recorder recorder;
    JobContext context(&recorder);
    const Matrix<float> H = matrixOf(2, 2, {1.5, 1.7f, 1.7f, 1.5}), W = matrixOf(1, 2, {7.5, 1.4f});
    const SolveResult result = testing::solveFast(W, H, settings, context);
    EXPECT_TRUE(result.report.failed);
    EXPECT_EQ(result.quantized.codes(0, 1), 9);
    EXPECT_EQ(recorder.kinds(), (std::vector<std::string>{"damping-retry", "factorization-failed", "rtn-fallback"}));
}

TEST(CheckSettings, RefusesWhatMakesNoSense) {
    const auto refused = [](void (*change)(QuantSettings&)) {
        QuantSettings settings;
        change(settings);
        try {
            checkSettings(settings, 512, "layer");
        } catch (const Error& error) {
            return error.kind() == ErrorKind::Usage;
        }
        return false;
    };
    EXPECT_FALSE(refused([](QuantSettings&) {}));
    EXPECT_FALSE(refused([](QuantSettings& s) { s.groupSize = 100; }));
    EXPECT_FALSE(refused([](QuantSettings& s) { s.search = SearchKind::Hessian; }));
    EXPECT_TRUE(refused([](QuantSettings& s) { s.bits = 1; }));
    EXPECT_TRUE(refused([](QuantSettings& s) { s.bits = 9; }));
    EXPECT_TRUE(refused([](QuantSettings& s) { s.groupSize = -1; }));
    EXPECT_TRUE(refused([](QuantSettings& s) { s.search = SearchKind::Hessian, s.staticGroups = false; }));
    EXPECT_FALSE(refused([](QuantSettings& s) { s.search = SearchKind::Hessian, s.staticGroups = false, s.groupSize = 0; }));
    EXPECT_FALSE(refused([](QuantSettings& s) { s.search = SearchKind::Hessian, s.method = Method::Rtn; }));
    EXPECT_TRUE(refused([](QuantSettings& s) { s.sweeps = 0; }));
    EXPECT_TRUE(refused([](QuantSettings& s) { s.search = SearchKind::Mse, s.searchSteps = 101; }));
}

TEST(QuantSettings, DescribesEveryField) {
    QuantSettings settings;
    const OptionList list = describeOptions(settings);
    list.set("method", "rtn");
    list.set("bits", "2");
    list.set("scheme", "sym_narrow");
    list.set("search", "hessian");
    list.set("scale-type", "bf16");
    list.set("scale-time", "stale");
    list.set("on-failure", "rtn");
    list.set("refine", "joint");
    list.set("sweeps", "5");
    EXPECT_EQ(settings.method, Method::Rtn);
    EXPECT_EQ(settings.bits, 2);
    EXPECT_EQ(settings.scheme, Scheme::Narrow);
    EXPECT_EQ(settings.search, SearchKind::Hessian);
    EXPECT_EQ(settings.scaleType, ScaleType::BF16);
    EXPECT_EQ(settings.scaleTime, ScaleTime::Stale);
    EXPECT_EQ(settings.onFailure, OnFailure::Rtn);
    EXPECT_EQ(settings.refine, Refine::Joint);
    EXPECT_EQ(settings.sweeps, 5);
    EXPECT_THROW(list.set("bits", "9"), Error);
}

}  // namespace
}  // namespace qs
