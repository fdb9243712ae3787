// SPDX-License-Identifier: GPL-3.0-or-later
// The arrows of the architecture (CONTRIBUTING.md), checked on the #include lines of every source file.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {
namespace fs = std::filesystem;
using Set = std::set<std::string>;

/// Folder of core -> folders of core that it may include.
const std::map<std::string, Set> kArrows = {
    {"base", {}},
    {"kernels", {"base"}},
    {"text", {"base"}},
    {"model", {"base", "kernels"}},
    {"hessian", {"base", "kernels"}},
    {"quant", {"base", "kernels"}},
    {"qat", {"base", "kernels", "text", "model", "quant", "evaluate"}},
    {"evaluate", {"base", "kernels", "text", "model", "quant"}},
    {"distribute", {"base"}},
    {"run", {"base", "kernels", "distribute", "text", "model", "hessian", "quant", "qat", "evaluate", "export"}},
    {"export", {"base", "text", "model", "run"}},
};

struct Include {
    std::string file;  // relative to the source tree
    int line = 0;
    std::string target;  // as written
};

bool isSource(const fs::path& path) {
    const auto e = path.extension();
    return e == ".h" || e == ".cpp" || e == ".cu" || e == ".cuh";
}

std::vector<Include> includesBelow(const std::string& folder) {
    const fs::path root = QS_SOURCE_DIR;
    std::vector<Include> found;
    if (!fs::exists(root / folder)) return found;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
        if (!entry.is_regular_file() || !isSource(entry.path())) continue;
        std::ifstream file(entry.path());
        std::string text;
        for (int line = 1; std::getline(file, text); ++line) {
            const auto hash = text.find_first_not_of(" \t");
            if (hash == std::string::npos || text[hash] != '#') continue;
            const auto word = text.find("include", hash);
            const auto open = text.find_first_of("<\"", hash);
            if (word == std::string::npos || open == std::string::npos || open < word) continue;
            const auto close = text.find_first_of(">\"", open + 1);
            found.push_back({fs::relative(entry.path(), root).string(), line, text.substr(open + 1, close - open - 1)});
        }
    }
    return found;
}

std::string firstFolder(const std::string& path) {
    const auto slash = path.find('/');
    return slash == std::string::npos ? "" : path.substr(0, slash);
}

bool startsWith(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

bool isTorch(const std::string& t) { return startsWith(t, "ATen/") || startsWith(t, "c10/") || startsWith(t, "torch/"); }
bool isHdf5(const std::string& t) { return t == "hdf5.h" || startsWith(t, "H5") || startsWith(t, "highfive/"); }
bool isCuda(const std::string& t) { return startsWith(t, "cuda") || startsWith(t, "cublas"); }
bool isQt(const std::string& t) {
    return t == "qcustomplot.h" || (t.size() > 1 && t[0] == 'Q' && t[1] >= 'A' && t[1] <= 'Z') || startsWith(t, "Qt");
}

std::string place(const Include& i) { return i.file + ":" + std::to_string(i.line) + " includes " + i.target; }

TEST(Layering, CoreFollowsTheArrows) {
    int seen = 0;
    for (const auto& [folder, allowed] : kArrows)
        for (const Include& include : includesBelow("core/" + folder)) {
            ++seen;
            const std::string target = firstFolder(include.target);
            if (!kArrows.count(target) || target == folder) continue;
            EXPECT_TRUE(allowed.count(target)) << place(include) << ", but " << folder << " must not know " << target;
        }
    EXPECT_GT(seen, 100);
    for (const auto& entry : fs::directory_iterator(fs::path(QS_SOURCE_DIR) / "core"))
        if (entry.is_directory()) {
            EXPECT_TRUE(kArrows.count(entry.path().filename().string())) << entry.path() << " has no arrows";
        }
}

TEST(Layering, CoreKnowsNoQtAndNoHeavyTorchHeader) {
    for (const Include& include : includesBelow("core")) {
        EXPECT_FALSE(isQt(include.target)) << place(include);
        EXPECT_NE(include.target, "torch/torch.h") << place(include);
        EXPECT_NE(include.target, "ATen/ATen.h") << place(include);
        EXPECT_NE(include.target, "regex") << place(include);
    }
}

TEST(Layering, OnlyTheRunFileKnowsHdf5) {
    for (const Include& include : includesBelow("core"))
        if (isHdf5(include.target)) {
            EXPECT_TRUE(startsWith(include.file, "core/run/run_file")) << place(include);
        }
}

TEST(Layering, OnlyTheTransportKnowsMpi) {
    for (const char* folder : {"core", "views", "app"})
        for (const Include& include : includesBelow(folder))
            if (include.target == "mpi.h") {
                EXPECT_EQ(include.file, "core/distribute/mpi_transport.cpp") << place(include);
            }
}

TEST(Layering, KernelHeadersAndCudaFilesKnowPointersOnly) {
    for (const Include& include : includesBelow("core/kernels"))
        if (include.file.ends_with(".h") || include.file.ends_with(".cu")) {
            EXPECT_FALSE(isTorch(include.target)) << place(include);
        }
}

/// Open headers: base, run and the headers of the lists. Nothing that they include may name a torch type either.
TEST(Layering, OpenHeadersNameNoTorchCudaOrHdf5) {
    for (const char* folder : {"core/base", "core/run", "core/text"})
        for (const Include& include : includesBelow(folder))
            if (include.file.ends_with(".h") && !startsWith(include.file, "core/run/run_file_")) {
                EXPECT_FALSE(isTorch(include.target) || isCuda(include.target) || isHdf5(include.target)) << place(include);
            }
}

TEST(Layering, ViewsAndAppKnowOpenHeadersOnly) {
    const Set viewMayKnow{"base", "run"};
    for (const char* folder : {"views", "app"})
        for (const Include& include : includesBelow(folder)) {
            EXPECT_FALSE(isTorch(include.target) || isHdf5(include.target) || isCuda(include.target)) << place(include);
            const std::string target = firstFolder(include.target);
            if (std::string(folder) == "views" && kArrows.count(target)) {
                EXPECT_TRUE(viewMayKnow.count(target)) << place(include);
            }
        }
}

TEST(Layering, OnlyPlotKnowsQCustomPlotAndNoViewKnowsAnother) {
    const fs::path root = QS_SOURCE_DIR;
    Set viewFolders;
    if (fs::exists(root / "views"))
        for (const auto& entry : fs::directory_iterator(root / "views"))
            if (entry.is_directory() && entry.path().filename() != "plot") viewFolders.insert(entry.path().filename().string());
    for (const char* folder : {"views", "app"})
        for (const Include& include : includesBelow(folder)) {
            if (include.target == "qcustomplot.h") {
                EXPECT_TRUE(startsWith(include.file, "views/plot/")) << place(include);
            }
            if (std::string(folder) == "app") continue;
            std::string target = include.target;
            if (startsWith(target, "views/")) target.erase(0, 6);
            const std::string from = firstFolder(include.file.substr(6)), to = firstFolder(target);
            if (viewFolders.count(to) && !from.empty()) {
                EXPECT_EQ(from, to) << place(include);
            }
        }
}

TEST(Layering, EverySourceStartsWithItsLicence) {
    for (const char* folder : {"core", "views", "app", "tests"}) {
        if (!fs::exists(fs::path(QS_SOURCE_DIR) / folder)) continue;
        for (const auto& entry : fs::recursive_directory_iterator(fs::path(QS_SOURCE_DIR) / folder)) {
            if (!entry.is_regular_file() || !isSource(entry.path())) continue;
            std::ifstream file(entry.path());
            std::string first;
            std::getline(file, first);
            EXPECT_EQ(first, "// SPDX-License-Identifier: GPL-3.0-or-later") << entry.path();
        }
    }
}

}  // namespace
