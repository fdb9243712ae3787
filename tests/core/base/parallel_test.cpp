// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <string>

#include "base/error.h"

namespace qs {
namespace {

TEST(ThreadPool, RunsEveryItemOnce) {
    ThreadPool pool(3);
    EXPECT_EQ(pool.size(), 3);
    for (const std::size_t count : {0u, 1u, 2u, 1000u}) {
        std::vector<std::atomic<int>> runs(count);
        pool.run(count, [&](std::size_t item, int worker) {
            EXPECT_LT(worker, 3);
            ++runs[item];
        });
        for (const auto& n : runs) EXPECT_EQ(n, 1);
    }
}

TEST(ThreadPool, RethrowsTheErrorOfTheLowestItemAndGoesOnWorking) {
    ThreadPool pool(2);
    try {
        pool.run(100, [](std::size_t item, int) {
            if (item == 0 || item == 1) throw Error("item " + std::to_string(item));
        });
        FAIL();
    } catch (const Error& error) {
        EXPECT_TRUE(std::string(error.what()).starts_with("item "));
    }
    std::atomic<int> done{0};
    pool.run(10, [&](std::size_t, int) { ++done; });
    EXPECT_EQ(done, 10);
}

TEST(ThreadPool, NoNewItemsStartAfterAnError) {
    ThreadPool pool(1);
    int started = 0;
    EXPECT_THROW(pool.run(100,
                          [&](std::size_t item, int) {
                              ++started;
                              if (item == 3) throw Error("stop");
                          }),
                 Error);
    EXPECT_EQ(started, 4);
}

TEST(ThreadPool, StartsAndEndsManyTimes) {
    std::atomic<int> starts{0};
    for (int i = 0; i < 200; ++i) ThreadPool pool(3, [&] { ++starts; });
    EXPECT_EQ(starts, 600);
    EXPECT_GE(availableCores(), 1);
}

}  // namespace
}  // namespace qs
