// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/train_options.h"

#include <algorithm>

#include "base/device.h"
#include "base/error.h"

namespace qs {

void TrainMeasures::describe(OptionList& list) {
    list.group("Measurements");
    list.flag("costs", costs, "Measure latency, memory and size of the trained model, with integers and in float32");
    list.integer("repeats", repeats, 1, 1 << 16, "passes",
                 "Forward passes whose median is the latency; fewer if they take longer than 20 s");
    list.integer("noise-seeds", noiseSeeds, 0, 1 << 16, "draws",
                 "Draws of added quantization noise at each level under which the accuracy is measured; 0: none");
    list.integer("noise-texts", noiseTexts, 1, 1 << 24, "texts", "Texts of the test on which that is measured");
    list.integer("window", window, 2, 1 << 20, "tokens", "Length of the windows of the perplexity of a language model");
    list.integer("windows", windows, 0, 1 << 24, "windows", "The first windows of the held-out text; 0 takes all");
    list.integer(
        "prompts", prompts, 0, 1 << 16, "prompts",
        "Prompts of 32 tokens whose most probable continuations BLEU is computed on: against the text (a few points even for good models, "
        "since a text goes on in many ways), and with --baselines as bleu-agreement against the continuations of the model trained "
        "in full precision; 0: none");
}

void TrainOptions::describe(OptionList& list) {
    list.group("Model and data");
    list.choice("task", task, "classification: texts with labels; language-model: plain text");
    list.text("model", model, "Hugging Face directory or GGUF file to train further");
    list.flag("scratch", scratch, "Begin with a new small model instead of MODEL");
    list.texts("text", text,
               "classification: one file of records with text and label (.jsonl, .json, .parquet or a folder of a data set); "
               "language-model: .txt, .jsonl or directories");
    data.describe(list);
    list.real("held-out-share", heldOutShare, 0.001, 0.9, "", "language-model: share at the end of the text that is kept for measuring");
    list.group("Model from scratch");
    list.text("tokenizer", tokenizer, "Directory or file of the tokenizer; without it a token is a byte");
    list.integer("hidden", shape.hidden, 2, 1 << 16, "channels", "Width of the residual stream");
    list.integer("blocks", shape.blocks, 1, 1024, "blocks", "Number of blocks");
    list.integer("heads", shape.heads, 1, 1024, "heads", "Attention heads; --hidden is a multiple of twice as many");
    list.integer("intermediate", shape.intermediate, 1, 1 << 18, "channels", "Width of the MLP");
    qat.describe(list);
    list.group("Comparison");
    list.flag(
        "baselines", baselines,
        "Also train and measure full precision, fixed 4 and 8 bits and learned steps, and round the full-precision model to the widths "
        "of the trained one");
    measures.describe(list);
    machine.describeThreads(list);
    list.text("device", machine.device, "Where arithmetic runs: cpu, cuda or cuda:N");
    list.group("Run");
    list.integer("checkpoint-seconds", checkpointSeconds, 1, 1 << 24, "s", "Time between checkpoints, beside the one when it is stopped");
    list.text("out", out, "Run file to write (*.qsrun); the trained model is written beside it, under the same name with .model");
    list.flag("resume", resume, "Go on from the last checkpoint of an interrupted training");
}

void TrainOptions::check() const {
    const auto refuse = [](const std::string& message) { throw Error(message, ErrorKind::Usage); };
    parseDevice(machine.device);
    qat.check();
    if (scratch == !model.empty())
        refuse(scratch ? "both MODEL and --scratch are given; choose one" : "no model; give MODEL, or --scratch for a new one");
    if (!tokenizer.empty() && !scratch) refuse("--tokenizer goes with --scratch; a model has its own");
    if (text.empty()) refuse("no data; give --text FILE");
    if (task == TrainTaskKind::Classification && text.size() > 1)
        refuse("--text: classification reads one file or folder; put the records into one");
    if (scratch && shape.hidden % (2 * shape.heads) != 0)
        refuse("--hidden " + std::to_string(shape.hidden) + " is no multiple of twice --heads " + std::to_string(shape.heads));
}

}  // namespace qs
