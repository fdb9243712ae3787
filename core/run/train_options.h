// SPDX-License-Identifier: GPL-3.0-or-later
// Options of `train`. No tensors here: the workbench reads this header.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/options.h"
#include "qat/scratch_shape.h"
#include "qat/settings.h"
#include "qat/task_data.h"
#include "run/options.h"

namespace qs {

enum class TrainTaskKind { Classification, LanguageModel };
template <>
struct EnumNames<TrainTaskKind> {
    static constexpr std::pair<TrainTaskKind, const char*> values[] = {{TrainTaskKind::Classification, "classification"},
                                                                       {TrainTaskKind::LanguageModel, "language-model"}};
};

/// What trained models are measured by.
struct TrainMeasures {
    bool costs = true;  ///< latency, memory, size of the quantized and the full-precision model
    int repeats = 15;   ///< of a latency
    int noiseSeeds = 10;
    int noiseTexts = 200;
    int window = 128;   ///< tokens of a perplexity window
    int windows = 200;  ///< 0: all
    int prompts = 32;   ///< of BLEU; 0: none
    void describe(OptionList& list);
};

struct TrainOptions {
    TrainTaskKind task = TrainTaskKind::Classification;
    std::string model;  ///< Hugging Face directory or GGUF file; empty with scratch
    bool scratch = false;
    ScratchShape shape;     ///< of scratch; vocabulary and positions follow from tokenizer and lengths
    std::string tokenizer;  ///< of scratch; empty: bytes
    std::vector<std::string> text;
    ClassificationOptions data;
    double heldOutShare = 0.05;  ///< language model
    QatSettings qat;
    bool baselines = false;
    TrainMeasures measures;
    int checkpointSeconds = 120;
    MachineOptions machine;  ///< of it: threads, device
    std::string out;
    bool resume = false;
    /// Writes the tokenizer of a GGUF file as files of a directory (export/tokenizer_json.h); without it GGUF files are not trained.
    std::function<void(const std::filesystem::path& gguf, const std::filesystem::path& folder)> writeTokenizer;
    void describe(OptionList& list);
    /// Throws Error(Usage) if options do not go together, before anything is read.
    void check() const;
};

}  // namespace qs
