// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/options.h"

namespace qs {
namespace {
constexpr int kLongest = 1 << 20;
constexpr std::int64_t kMostTokens = std::int64_t{1} << 40;
}  // namespace

void MachineOptions::describeThreads(OptionList& list) {
    list.group("Machine");
    list.integer("threads", threads, 0, 1024, "threads", "Worker threads; 0 takes every core");
}

void MachineOptions::describe(OptionList& list) {
    describeThreads(list);
    list.text("device", device, "Where arithmetic runs: cpu, cuda or cuda:N");
    list.choice("compute", compute, "Arithmetic of the forward pass on the CPU: bf16, f32, or the plain reference in float32");
    list.integer("memory-budget", memoryBudget, 0, 1 << 24, "MiB", "Activations beyond this go to a file; 0 takes half of the free memory");
}

void CalibrationOptions::describe(OptionList& list) {
    list.group("Model and text");
    list.text("model", model, "Hugging Face directory or GGUF file");
    list.texts("text", text, "Calibration text: .txt, .jsonl or directories");
    list.text("ids", ids, "JSON file with a list of id lists, used instead of text for exact repetition");
    list.text("text-field", textField, "Field of JSON lines that holds the text");
    list.texts("held-out", heldOutText, "Other text, never used for solving, on which errors are measured as well");
    list.integer("held-out-tokens", heldOutTokens, 0, kMostTokens, "tokens",
                 "Token budget of the held-out text; 0 takes a quarter of --tokens");
    list.integers("held-out-lengths", heldOutLengths, 2, kLongest, "tokens",
                  "Length set of the held-out text; without it that of the calibration text");
    list.group("Calibration");
    list.integers("lengths", lengths, 2, kLongest, "tokens", "Length set from which sequence lengths are drawn uniformly");
    list.integer("tokens", tokens, 2, kMostTokens, "tokens", "Token budget");
    list.integer("seed", seed, 0, std::int64_t{1} << 53, "", "Seed of all random draws");
    list.choice("boundary", boundary, "pack: sequences may span documents; document: a sequence lies inside one document");
    list.choice("keep", keep, "What of the Hessian bank is kept on disk: none, diagonals and spectra, or the full matrices");
    list.flag("spectra", spectra, "Eigenvalues, condition number, effective rank and drift per input and length of the calibration text");
    list.integer("spectra-width", spectraWidth, 1, kLongest, "channels",
                 "Widest input whose spectra are computed; their time grows with the cube of the width (4096 channels: seconds a matrix)");
}

void BitPlanOptions::describe(OptionList& list) {
    list.group("Bit plan");
    list.real("budget", budget, 0, 8, "bits",
              "Mean code bits a weight; the widths of the linears are chosen for the least error under it; 0: no budget");
    list.integer("budget-bytes", budgetBytes, 0, std::int64_t{1} << 50, "bytes",
                 "The budget as size of codes, scales and zero points instead; 0: no budget");
    list.texts("pin", pins, "PATTERN=BITS: linears whose name fits the pattern (* and ?) get this width; the last pin that fits counts");
    list.flag("ties", ties, "One width for q, k and v, and one for gate and up, which loaders fuse");
    list.integers("widths", widths, 2, 8, "bits", "Widths that may be chosen");
    list.choice("objective", objective,
                "What the sum over linears adds up: sensitivity, output errors times how much the prediction depends on that output "
                "(nats a token); relative, or absolute output errors under the weighting of the Hessian");
}

void QuantizeOptions::describeWeighting(OptionList& list) {
    list.text("weighting", weighting,
              "How lengths enter the Hessian: token, maca, length:L, mix:256=1,512=2, power:P (L^P; -1 is maca, 0 token) "
              "or fitted, which takes for every input the power with the least error on the held-out text");
    list.real("first-token-weight", firstTokenWeight, 0, 1e6, "",
              "Weight of the first token of every sequence in the Hessian; 0 leaves it out");
}

void QuantizeOptions::describe(OptionList& list) {
    calibration.describe(list);
    describeWeighting(list);
    quant.describe(list);
    plan.describe(list);
    list.text("bit-plan", bitPlan, "JSON file with the widths of the linears, as plan --out writes it; others get --bits");
    list.choice("trajectories", trajectories,
                "What is kept of the way of the group scales under --stage1 and --refine: the loss after every step, and the scales too; "
                "auto keeps the scales if those of the whole run take at most 256 MiB");
    list.flag(
        "asymmetric-loss", asymmetricLoss,
        "Of gptaq, measure what it minimises for every linear: the error of its outputs against those of the untouched model; takes up "
        "to a quarter more time");
    list.group("Which linears");
    list.texts("include", include, "Patterns (* and ?) of linear names to quantize; without it all linears of the blocks");
    list.texts("exclude", exclude, "Patterns of linear names to leave as they are");
    machine.describe(list);
    list.group("Run");
    list.text("out", out, "Run file to write (*.qsrun)");
    list.flag("resume", resume, "Go on from the finished blocks of an interrupted run");
}

void CalibrateOptions::describe(OptionList& list) {
    calibration.describe(list);
    machine.describe(list);
    list.group("Run");
    list.text("out", out, "Run file to write (*.qsrun)");
    list.flag("resume", resume, "Go on from the finished blocks of an interrupted run");
}

bool changesResult(std::string_view option) {
    for (const char* name : {"out", "resume", "threads", "memory-budget", "model", "text", "text-field", "ids", "held-out", "bit-plan",
                             "tokenizer", "checkpoint-seconds"})
        if (option == name) return false;
    return true;
}

void PlanOptions::describe(OptionList& list) {
    plan.describe(list);
    list.group("Measuring");
    list.text("model", model, "Where the original model lies now, if it has moved since the run");
    list.text("out", out, "Write the plan to this JSON file, for quantize --bit-plan");
    solver.describeWeighting(list);
    solver.quant.describe(list);
    machine.describeThreads(list);
}

void PerplexityOptions::describe(OptionList& list) {
    list.group("Evaluation");
    list.texts("text", text, "What to measure on: plain text, JSON lines, Parquet, or the folder of a task's data set");
    list.text("text-field", textField, "Field of JSON lines or Parquet that holds the text");
    list.integer("window", window, 2, kLongest, "tokens", "Length of the non-overlapping windows");
    list.integer("max-tokens", maxTokens, 0, kMostTokens, "tokens", "Stop after this many tokens; 0 takes the whole text");
    list.flag("bos", bos, "Put the tokenizer's own special tokens at the start of the text");
    list.text("model", model, "Of a run: where the original model lies now, if it has moved since");
    machine.describe(list);
}

}  // namespace qs
