// SPDX-License-Identifier: GPL-3.0-or-later
#include "distribute/communicator.h"

#include <gtest/gtest.h>

#include <map>
#include <numeric>

#include "distribute/launch.h"
#include "support/thread_ranks.h"

namespace qs {
namespace {

using testing::runRanks;

TEST(Communicator, AloneReturnsWhatItWasGiven) {
    Communicator group;
    EXPECT_EQ(group.rank(), 0);
    EXPECT_EQ(group.size(), 1);
    EXPECT_TRUE(group.isFirst());
    EXPECT_TRUE(group.isAlone());
    std::vector<float> values{1, 2};
    std::vector<double> doubles{0.5};
    group.sum(values);
    group.sum(doubles);
    EXPECT_EQ(values, (std::vector<float>{1, 2}));
    EXPECT_EQ(doubles, std::vector<double>{0.5});
    EXPECT_EQ(group.gather("abc"), std::vector<std::string>{"abc"});
    EXPECT_EQ(group.broadcast("abc"), "abc");
    EXPECT_TRUE(group.any(true));
    EXPECT_FALSE(group.any(false));
    EXPECT_STREQ(group.fail(Error("why")).what(), "why");
    const Neighbours neighbours = neighboursOf(group);
    EXPECT_EQ(neighbours.onMachine, 1);
    EXPECT_EQ(neighbours.onCores, 1);
    group.meet();
    group.leave();
}

TEST(Communicator, SumsAndGathers) {
    for (const int size : {1, 2, 3})
        runRanks(size, [&](Communicator& group) {
            const int rank = group.rank();
            std::vector<float> values{static_cast<float>(rank + 1), 10};
            group.sum(values);
            EXPECT_EQ(values, (std::vector<float>{static_cast<float>(size * (size + 1) / 2), static_cast<float>(10 * size)}));
            std::vector<double> doubles{0.25};
            group.sum(doubles);
            EXPECT_EQ(doubles[0], 0.25 * size);
            const auto texts = group.gather(std::string(static_cast<std::size_t>(rank), 'x') + std::string(1, '\0'));
            ASSERT_EQ(texts.size(), static_cast<std::size_t>(size));
            for (int r = 0; r < size; ++r) {
                EXPECT_EQ(texts[static_cast<std::size_t>(r)], std::string(static_cast<std::size_t>(r), 'x') + std::string(1, '\0'));
            }
            EXPECT_EQ(group.broadcast(rank == 0 ? "from the first" : "lost"), "from the first");
            EXPECT_EQ(group.any(rank == size - 1), true);
            EXPECT_EQ(group.any(false), false);
            EXPECT_EQ(neighboursOf(group).onMachine, size);
            group.meet();
        });
}

TEST(Communicator, AFailureEndsAllRanks) {
    std::vector<std::string> messages(3);
    std::vector<ErrorKind> kinds(3);
    runRanks(3, [&](Communicator& group) {
        const auto rank = static_cast<std::size_t>(group.rank());
        try {
            std::vector<float> values(4);
            group.sum(values);
            if (rank == 1) throw Error("no room", ErrorKind::Failed);
            group.gather("x");  // the others wait here
            group.meet();
            ADD_FAILURE() << "went on";
        } catch (const Error& error) {
            const Error shown = group.fail(error);
            messages[rank] = shown.what();
            kinds[rank] = shown.kind();
        }
    });
    EXPECT_TRUE(messages[0].starts_with("process 2 of 3 on ")) << messages[0];
    EXPECT_TRUE(messages[0].ends_with(": no room")) << messages[0];
    for (const std::string& message : messages) EXPECT_EQ(message, messages[0]);
    for (const ErrorKind kind : kinds) EXPECT_EQ(kind, ErrorKind::Failed);
}

TEST(Communicator, OfSeveralFailuresTheLowestRankIsHeard) {
    runRanks(3, [&](Communicator& group) {
        const Error shown = group.fail(Error(group.rank() == 0 ? "first" : "later", ErrorKind::Usage));
        EXPECT_STREQ(shown.what(), "first");
        EXPECT_EQ(shown.kind(), ErrorKind::Usage);
    });
}

TEST(Communicator, AStopIsNobodysFault) {
    runRanks(2, [&](Communicator& group) {
        try {
            if (group.rank() == 1) throw Cancelled();
            group.meet();
            ADD_FAILURE() << "went on";
        } catch (const Error& error) {
            const Error shown = group.fail(error);
            EXPECT_STREQ(shown.what(), Cancelled().what());
            EXPECT_EQ(shown.kind(), ErrorKind::Stopped);
        }
    });
}

Launch launchWith(const std::map<std::string, std::string>& environment) {
    return launchOf([&](const char* name) {
        const auto at = environment.find(name);
        return at == environment.end() ? nullptr : at->second.c_str();
    });
}

TEST(Launch, IsReadFromTheEnvironment) {
    const auto expect = [](const std::map<std::string, std::string>& environment, int rank, int size) {
        const Launch launch = launchWith(environment);
        EXPECT_EQ(launch.rank, rank);
        EXPECT_EQ(launch.size, size);
    };
    expect({}, 0, 1);
    expect({{"OMPI_COMM_WORLD_SIZE", "4"}, {"OMPI_COMM_WORLD_RANK", "3"}}, 3, 4);
    expect({{"OMPI_COMM_WORLD_SIZE", "1"}, {"OMPI_COMM_WORLD_RANK", "0"}}, 0, 1);
    expect({{"PMI_SIZE", "2"}, {"PMI_RANK", "1"}}, 1, 2);
    expect({{"MV2_COMM_WORLD_SIZE", "2"}, {"MV2_COMM_WORLD_RANK", "0"}}, 0, 2);
    expect({{"SLURM_STEP_NUM_TASKS", "8"}, {"PMIX_RANK", "7"}}, 7, 8);
    expect({{"SLURM_STEP_NUM_TASKS", "8"}}, 0, 1);  // a program inside a batch script
    expect({{"OMPI_COMM_WORLD_SIZE", "x"}, {"OMPI_COMM_WORLD_RANK", "0"}}, 0, 1);
    expect({{"PMI_SIZE", "2"}, {"PMI_RANK", "2"}}, 0, 1);
}

}  // namespace
}  // namespace qs
