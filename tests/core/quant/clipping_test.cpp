// SPDX-License-Identifier: GPL-3.0-or-later
#include "quant/clipping.h"

#include <gtest/gtest.h>

namespace qs {
namespace {

/// Two groups of two columns, 3 bits, symmetric: grid −4s … 3s.
QuantizedLinear twoGroups(double first, double second) {
    QuantizedLinear q;
    q.bits = 3;
    q.groupSize = 2;
    q.codes = Matrix<std::uint8_t>(1, 4);
    q.scales = Matrix<double>(1, 2);
    q.scales(0, 0) = first;
    q.scales(0, 1) = second;
    q.zeros = Matrix<std::uint8_t>(1, 2);
    q.zeros(0, 0) = q.zeros(0, 1) = 4;
    return q;
}

Matrix<float> rowOf(std::initializer_list<float> values) {
    Matrix<float> W(1, values.size());
    std::copy(values.begin(), values.end(), W.values().begin());
    return W;
}

TEST(Clipping, CountsGroupsAndNamesTheWorst) {
    // Covered: −4.5 … 3.5 with s = 1; 2.5 times that is −11.25 … 8.75.
    const Matrix<float> W = rowOf({-11, 8.8f, -30, 12});
    const ClippedWeights found = findClipped(W.view(), twoGroups(1, 1));
    EXPECT_EQ(found.groups, 2u);
    EXPECT_EQ(found.column, 2u);
    EXPECT_FLOAT_EQ(found.weight, -30);
    EXPECT_FLOAT_EQ(found.end, -4);
}

TEST(Clipping, IsSilentWithinTheRange) {
    const Matrix<float> W = rowOf({-11, 8.7f, -0.01f, 0});
    EXPECT_EQ(findClipped(W.view(), twoGroups(1, 0.01)).groups, 0u);
    EXPECT_FALSE(clippingEvent(W.view(), twoGroups(1, 0.01), "layer").has_value());
}

TEST(Clipping, FollowsTheGroupOfEachColumn) {
    QuantizedLinear q = twoGroups(1, 100);
    q.groupIndex = {1, 0, 0, 1};
    const Matrix<float> W = rowOf({200, 1, 1, 200});
    EXPECT_EQ(findClipped(W.view(), q).groups, 0u);
    q.groupIndex = {0, 1, 1, 0};
    EXPECT_EQ(findClipped(W.view(), q).groups, 1u);
}

TEST(Clipping, EventNamesWeightAndRemedy) {
    const auto event = clippingEvent(rowOf({1, 1, 12, 1}).view(), twoGroups(1, 1), "model.layers.2.mlp.down_proj");
    ASSERT_TRUE(event.has_value());
    EXPECT_EQ(event->kind, "range-clipped");
    EXPECT_EQ(event->subject, "model.layers.2.mlp.down_proj");
    EXPECT_NE(event->message.find("row 0, column 2: 12 became 3"), std::string::npos) << event->message;
    EXPECT_NE(event->message.find("--search hessian"), std::string::npos) << event->message;
}

}  // namespace
}  // namespace qs
