// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/paths.h"

#include <cstdlib>
#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "model/safetensors.h"
#include "run/bit_plan.h"
#include "run/run_file.h"

namespace qs::cli {
namespace fs = std::filesystem;
namespace {

/// Whether an earlier run of this program wrote the file.
bool isOwnOutput(const std::string& path) {
    try {
        RunFile::open(path);
        return true;
    } catch (const Error&) {
    }
    try {
        const SafetensorsFile file(path);
        const auto producer = file.metadata().find("producer");
        return producer != file.metadata().end() && producer->second == outputMetadata().at("producer");
    } catch (const Error&) {
    }
    try {
        readBitPlanJson(readText(path), path);
        return true;
    } catch (const Error&) {
    }
    return false;
}

}  // namespace

void ForceOption::describe(OptionList& list) {
    list.group("Output");
    list.flag("force", force, "Replace --out also if it is a file that this program did not write");
}

void checkReplaced(const std::string& out, const ForceOption& force) {
    std::error_code ignored;
    if (force.force || !fs::is_regular_file(out, ignored) || fs::file_size(out, ignored) == 0 || isOwnOutput(out)) return;
    throw Error(out + ": exists and is not a file that an earlier run wrote; choose another --out, or give --force to replace it");
}

std::map<std::string, std::string> outputMetadata() { return {{"producer", "quantoscope"}}; }

void checkOutputFile(const std::string& out, const std::vector<std::string>& inputs) {
    for (const std::string& input : inputs) {
        std::error_code ignored;
        if (!input.empty() && fs::equivalent(out, input, ignored))
            throw Error(out + ": is an input too; choose another --out", ErrorKind::Usage);
    }
    requireWritable(out);
}

void checkOutputFolder(const std::string& out) {
    fs::path folder(out);
    if (!folder.has_filename()) folder = folder.parent_path();  // "folder/"
    std::error_code ignored;
    if (!fs::exists(folder, ignored)) requireWritable(folder);
    else if (!fs::is_directory(folder, ignored) || !fs::is_empty(folder, ignored))
        throw Error(out + ": exists and is not an empty folder; choose another --out or remove it");
}

std::string resourceFolder() {
    std::vector<fs::path> places;
    if (const char* folder = std::getenv("QUANTOSCOPE_RESOURCES")) places.emplace_back(folder);
    std::error_code ignored;
    const fs::path program = fs::read_symlink("/proc/self/exe", ignored).parent_path();
    for (const fs::path& place : {program / "../share/quantoscope", program / "../../../resources", fs::path(QS_RESOURCES)})
        places.push_back(place);
    for (const fs::path& place : places)
        if (fs::exists(place / "models/demo/config.json", ignored)) return place.lexically_normal().string();
    return "";
}

}  // namespace qs::cli
