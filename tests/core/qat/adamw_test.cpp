// SPDX-License-Identifier: GPL-3.0-or-later
#include "qat/adamw.h"

#include <ATen/ops/full.h>
#include <gtest/gtest.h>

#include <cmath>

#include "kernels/blas.h"

namespace qs {
namespace {

TEST(ScheduledRate, RisesAndFalls) {
    QatSettings settings;
    settings.steps = 110;
    settings.warmup = 10.0 / 110;
    settings.learningRate = 0.2;
    settings.finalRate = 0.1;
    EXPECT_NEAR(scheduledRate(settings, 0), 0.02, 1e-15);
    EXPECT_NEAR(scheduledRate(settings, 9), 0.2, 1e-15);
    EXPECT_NEAR(scheduledRate(settings, 10), 0.2, 1e-15);
    EXPECT_NEAR(scheduledRate(settings, 60), 0.02 + 0.18 / 2, 1e-15);
    EXPECT_NEAR(scheduledRate(settings, 110), 0.02, 1e-15);
    EXPECT_NEAR(scheduledRate(settings, 500), 0.02, 1e-15);
    settings.warmup = 0;
    EXPECT_NEAR(scheduledRate(settings, 0), 0.2, 1e-15);
}

/// A parameter whose own rate is twice that of the step.
struct Scalar {
    static constexpr double kFactor = 2;
    explicit Scalar(double start, bool decays, double clip = 0) {
        settings.clipNorm = clip;
        settings.weightDecay = 0.1;
        value = at::full({1}, start, at::TensorOptions().dtype(at::kFloat));
        optimizer =
            std::make_unique<AdamW>(std::vector<at::Tensor>{value}, std::vector<bool>{decays}, std::vector<double>{kFactor}, settings);
    }
    double step(double gradient, double rate) {
        std::vector<at::Tensor> gradients{at::full({1}, gradient, at::TensorOptions().dtype(at::kFloat))};
        optimizer->step(gradients, std::abs(gradient), rate / kFactor, pool);
        return value.item().toDouble();
    }
    QatSettings settings;
    ThreadPool pool{1, beginSingleThreadedMath};
    at::Tensor value;
    std::unique_ptr<AdamW> optimizer;
};

/// The formula in double.
TEST(AdamW, TwoStepsByHand) {
    for (const bool decays : {false, true}) {
        Scalar scalar(2, decays);
        double w = 2, m = 0, v = 0;
        int t = 0;
        for (const double g : {3.0, -1.0}) {
            const double rate = 0.01 * ++t;
            m = 0.9 * m + 0.1 * g;
            v = 0.999 * v + 0.001 * g * g;
            w -= rate * (decays ? 0.1 : 0) * w;
            w -= rate * (m / (1 - std::pow(0.9, t))) / (std::sqrt(v / (1 - std::pow(0.999, t))) + 1e-8);
            EXPECT_NEAR(scalar.step(g, rate), w, 1e-6) << t;
        }
        EXPECT_EQ(scalar.optimizer->steps(), 2);
    }
}

TEST(AdamW, ClipsTheGradientAndSkipsWhatHasNone) {
    Scalar clipped(2, false, 1);
    clipped.step(4, 0.01);
    EXPECT_NEAR(clipped.optimizer->means()[0].item().toDouble(), 0.1, 1e-7);  // 4 became 1
    Scalar small(2, false, 1);
    small.step(0.5, 0.01);
    EXPECT_NEAR(small.optimizer->means()[0].item().toDouble(), 0.05, 1e-7);
    std::vector<at::Tensor> none{at::Tensor()};
    const double before = small.value.item().toDouble();
    small.optimizer->step(none, 0, 0.01, small.pool);
    EXPECT_EQ(small.value.item().toDouble(), before);
}

}  // namespace
}  // namespace qs
