// SPDX-License-Identifier: GPL-3.0-or-later
// Small trainings for tests.
#pragma once

#include <cmath>
#include <fstream>
#include <string>

#include "run/train_job.h"
#include "run/training_record.h"
#include "support/data.h"
#include "text/random.h"

namespace qs::testing {

/// `count` texts of two kinds, told apart by their letters: "north" has more of a … m, "south" of n … z.
inline std::string writeLabelledTexts(const std::filesystem::path& file, int count) {
    Random random(7);
    std::ofstream out(file);
    for (int i = 0; i < count; ++i) {
        std::string text;
        for (int word = 0; word < 8; ++word) {
            if (word) text += ' ';
            for (int letter = 0; letter < 3; ++letter) {
                const bool typical = random.below(10) < 8;
                text += static_cast<char>((typical == (i % 2 == 0) ? 'a' : 'n') + static_cast<char>(random.below(13)));
            }
        }
        out << R"({"text": ")" << text << R"(", "label": ")" << (i % 2 == 0 ? "north" : "south") << "\"}\n";
    }
    return file.string();
}

/// A classifier of one block from scratch, a few seconds of training; written to folder/run.qsrun.
inline TrainOptions smallTraining(const TemporaryFolder& folder) {
    TrainOptions options;
    options.scratch = true;
    options.shape.hidden = 16;
    options.shape.blocks = 1;
    options.shape.heads = 2;
    options.shape.intermediate = 32;
    options.text = {writeLabelledTexts(folder / "texts.jsonl", 400)};
    options.qat.steps = 60;
    options.qat.batch = 16;
    options.qat.interval = 10;
    options.qat.learningRate = 1e-2;
    options.qat.lengths = {16, 24};
    options.measures.repeats = 3;
    options.measures.noiseSeeds = 2;
    options.measures.noiseTexts = 50;
    options.machine.threads = 2;
    options.out = (folder / "run.qsrun").string();
    return options;
}

/// The demo model on a few short texts.
inline TrainOptions smallFineTuning(const TemporaryFolder& folder) {
    TrainOptions options;
    options.task = TrainTaskKind::LanguageModel;
    options.model = resource("models/demo").string();
    options.text = {resource("text/en.txt").string()};
    options.qat.steps = 4;
    options.qat.batch = 4;
    options.qat.interval = 2;
    options.qat.lengths = {32};
    options.measures.costs = false;
    options.measures.window = 64;
    options.measures.windows = 4;
    options.measures.prompts = 2;
    options.machine.threads = 2;
    options.out = (folder / "run.qsrun").string();
    return options;
}

inline void train(const TrainOptions& options) {
    JobContext context;
    runTrain(options, context);
}

/// Not a number if the record has no such value.
inline double metricOf(const TrainingRecord& record, const std::string& variant, const std::string& metric) {
    const TrainingMetric* found = record.metricOf(variant, metric);
    return found ? found->value : std::nan("");
}

}  // namespace qs::testing
