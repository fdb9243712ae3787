// SPDX-License-Identifier: GPL-3.0-or-later
// Small runs and their exports, and the reference cases of tests/data/export as a run would hold them.
#pragma once

#include <algorithm>
#include <cstring>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "export/survey.h"
#include "model/safetensors.h"
#include "run/run_weights.h"
#include "support/data.h"
#include "support/messages.h"
#include "support/run_jobs.h"
#include "text/tokenizer.h"

namespace qs::testing {

namespace fs = std::filesystem;

struct EventList : JobObserver {
    std::vector<Event> all;
    void happened(const Event& event) override { all.push_back(event); }
    bool mentions(const std::string& text) const {
        return std::any_of(all.begin(), all.end(), [&](const Event& e) { return e.message.find(text) != std::string::npos; });
    }
};

/// Quantizes `model` to nearest, which needs no long calibration; `change` sets what matters. Returns the run file.
inline std::string quantizedModel(const TemporaryFolder& folder, const fs::path& model,
                                  const std::function<void(QuantizeOptions&)>& change) {
    QuantizeOptions options = smallQuantizationOf(writeIds(folder / "ids.json", {16}, 2, 90));
    options.calibration.model = model.string();
    options.out = (folder / "run.qsrun").string();
    options.quant.method = Method::Rtn;
    change(options);
    JobContext context;
    runQuantize(options, context);
    return options.out;
}

inline ExportSummary exportRun(const std::string& run, const fs::path& out, const std::string& format, EventList* events = nullptr,
                               const std::function<void(ExportOptions&)>& change = {}) {
    ExportOptions options{run, format, out.string(), ""};
    if (change) change(options);
    JobContext context(events);
    return runExport(options, context);
}

/// A copy of a model in the new folder `to` whose configuration has other values.
inline std::string changedModel(const fs::path& from, const fs::path& to, const nlohmann::json& values) {
    fs::create_directory(to);
    for (const auto& entry : fs::directory_iterator(from))
        if (entry.path().filename() != "golden.safetensors") fs::copy_file(entry.path(), to / entry.path().filename());
    auto config = nlohmann::json::parse(readText(from / "config.json"));
    config.update(values);
    writeText(to / "config.json", config.dump());
    return to.string();
}

/// The linear "x" of a reference file.
struct ReferenceCase {
    LinearRecord record;
    LinearFacts facts;
    DType scaleType{};
    std::shared_ptr<SafetensorsFile> file;
};

inline ReferenceCase referenceCase(const nlohmann::json& entry) {
    ReferenceCase c;
    c.file = std::make_shared<SafetensorsFile>(testData("export/" + entry["name"].get<std::string>() + ".safetensors"));
    LinearRecord& r = c.record;
    r.name = c.facts.name = "x";
    r.out = c.facts.out = entry["out_features"];
    r.in = c.facts.in = entry["in_features"];
    r.bits = c.facts.bits = entry["bits"];
    r.groupSize = c.facts.groupSize = std::max(0, entry["group_size"].get<int>());
    c.facts.symmetric = entry["sym"];
    c.facts.scattered = entry["actorder"];
    c.scaleType = entry["scale_dtype"] == "bf16" ? DType::BF16 : DType::F16;
    const auto out = static_cast<std::size_t>(r.out), in = static_cast<std::size_t>(r.in);
    r.codes = Matrix<std::uint8_t>(out, in);
    std::memcpy(r.codes.data(), c.file->tensor("codes").bytes.data(), r.codes.size());
    const std::vector<float> zeros = toFloats(c.file->tensor("zeros")), scales = toFloats(c.file->tensor("scales"));
    const std::size_t groups = zeros.size() / out;
    c.facts.groups = static_cast<int>(groups);
    r.zeros = Matrix<std::uint8_t>(out, groups);
    r.scales = Matrix<float>(out, groups);
    for (std::size_t i = 0; i < zeros.size(); ++i) {
        r.zeros.values()[i] = static_cast<std::uint8_t>(zeros[i]);
        r.scales.values()[i] = scales[i];
    }
    c.facts.smallestZero = *std::min_element(r.zeros.values().begin(), r.zeros.values().end());
    c.facts.largestZero = *std::max_element(r.zeros.values().begin(), r.zeros.values().end());
    if (c.facts.scattered)
        for (const double g : toDoubles(c.file->tensor("g_idx"))) r.groupIndex.push_back(static_cast<std::int32_t>(g));
    return c;
}

inline std::vector<ReferenceCase> referenceCases() {
    std::vector<ReferenceCase> cases;
    for (const auto& entry : nlohmann::json::parse(readText(testData("export/index.json")))) cases.push_back(referenceCase(entry));
    return cases;
}

}  // namespace qs::testing
