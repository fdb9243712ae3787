// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/device.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace qs {
namespace {

TEST(Device, IsReadAndWritten) {
    EXPECT_EQ(parseDevice("cpu"), Device{});
    EXPECT_EQ(parseDevice("cuda"), (Device{DeviceKind::Cuda, 0}));
    EXPECT_EQ(parseDevice("cuda:3"), (Device{DeviceKind::Cuda, 3}));
    EXPECT_EQ(textOf(Device{}), "cpu");
    EXPECT_EQ(textOf(Device{DeviceKind::Cuda, 3}), "cuda:3");
}

TEST(Device, OtherTextsAreRefused) {
    for (const char* text : {"", "gpu", "CPU", "cuda:", "cuda:-1", "cuda:x", "cuda:1x", "cuda:99999999999"}) {
        try {
            parseDevice(text);
            FAIL() << text;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Usage);
        }
    }
}

}  // namespace
}  // namespace qs
