// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/study.h"

namespace qs {

void StudyOptions::describe(OptionList& list) {
    constexpr std::int64_t kMostTokens = std::int64_t{1} << 40;
    list.group("Study");
    list.text("model", model, "Hugging Face directory or GGUF file, instead of the one that the study file names");
    list.texts("text", text, "NAME=PATH: where a text of the study file lies; for texts that it does not name itself, or others instead");
    list.integer("tokens", tokens, 0, kMostTokens, "tokens", "Calibration budget of every cell; 0 leaves it as the study file says");
    list.integer("evaluation-tokens", evaluationTokens, 0, kMostTokens, "tokens",
                 "Tokens of every perplexity; 0 leaves it as the study file says");
    list.integer("seeds", seeds, 0, 1000, "", "Only the first so many seeds; 0 takes all");
    list.texts("only", only, "AXIS=LABEL: only cells with this label; of several for one axis, with one of them");
    list.texts("reuse", reuse, "Folders of other studies: cells that are the same there, model, sequences and settings, are taken over");
    list.flag("keep-runs", keepRuns, "Keep the run file of every cell, to open it in the workbench or to export it");
    machine.describe(list);
    list.group("Run");
    list.text("out", out, "Folder for results, tables and unfinished runs");
    list.flag("resume", resume, "Go on from the finished cells and blocks of an interrupted study");
}

std::string StudyCell::labelOf(const std::string& axis) const {
    for (const auto& [name, label] : labels)
        if (name == axis) return label;
    return "";
}

std::string StudyCell::title() const {
    std::string title;
    for (const auto& [axis, label] : labels) title += label + ", ";
    return title + "seed " + std::to_string(options.calibration.seed);
}

}  // namespace qs
