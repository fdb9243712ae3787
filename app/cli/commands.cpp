// SPDX-License-Identifier: GPL-3.0-or-later
// THE list of commands.
#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/options.h"
#include "cli/command.h"

namespace qs::cli {

const std::vector<CommandEntry>& commands() {
    static const std::vector<CommandEntry> list{
        {"inspect", "What a model consists of, and whether all of it is supported",
         "Prints architecture, sizes, tokenizer, storage type and every linear with its shape, input tag and parameters. "
         "Parts that are not supported are named.",
         "quantoscope-cli inspect resources/models/demo", makeInspect},
        {"tokenize", "Text to token ids, and back",
         "Reads JSON lines {\"text\": …} from standard input and writes one line {\"ids\": […]} for each; with --decode "
         "the other way round. With --text the whole file becomes one line. MODEL may also be a tokenizer.json, a "
         "tokenizer.model or a GGUF file.",
         "echo '{\"text\": \"Hello world\"}' | quantoscope-cli tokenize resources/models/demo", makeTokenize},
        {"forward", "Logits, residual stream and linear inputs of given token ids",
         "Reads a JSON file with a list of id lists and writes a safetensors file: logits.k [L, V] float32 for every list "
         "k, and for list 0 on request hidden.embed, hidden.b (after block b), hidden.norm and input.layers.b.… (inputs of "
         "the linears of the first and last block).",
         "quantoscope-cli forward resources/models/demo --ids ids.json --out logits.safetensors --hidden", makeForward},
        {"calibrate", "Hessian bank of every input, per sequence length, without quantizing",
         "Runs the calibration sequences through the untouched model and writes the bank to a run file. Started by mpirun "
         "the processes share the sequences.",
         "quantoscope-cli calibrate resources/models/demo --text resources/text/en.txt --lengths 128,256,512 --tokens "
         "16384 --out demo-bank.qsrun",
         makeCalibrate},
        {"quantize", "Quantizes a model block by block into a run file",
         "Draws sequences from the text, collects the Hessian bank behind the already quantized blocks, solves every "
         "linear and writes integers, scales, zero points, errors and events to a run file. Finished blocks survive an "
         "interruption; --resume goes on from them. Started by mpirun the processes share the sequences and the solving: "
         "mpirun --quiet -n 2 quantoscope-cli quantize … (without --quiet mpirun adds words of its own behind an error line).",
         "quantoscope-cli quantize resources/models/demo --text resources/text/en.txt --method gptq --bits 3 --group-size "
         "0 --lengths 128,256,512 --tokens 16384 --out demo.qsrun",
         makeQuantize},
        {"solve", "Quantizes one linear given as tensors, without a model",
         "Reads the tensors of a problem (W, H, …) and a JSON file of settings with \"method\", and writes codes, scales, "
         "zeros, dequantized and what else the method returns; scalar results stand in the output's metadata as JSON under "
         "\"values\".",
         "quantoscope-cli solve --problem problem.safetensors --settings settings.json --out result.safetensors", makeSolve},
        {"errors", "Reconstruction error of every linear at every length",
         "Relative errors tr(ΔW S ΔWᵀ) / tr(W S Wᵀ) from the run's own bank, from its held-out bank, or from a fresh bank "
         "on other text; beside a second run also the ratios (above 1: this run is better).",
         "quantoscope-cli errors demo.qsrun --baseline fixed.qsrun", makeErrors},
        {"plan", "Widths of the linears for the least error under a budget",
         "Takes the errors per linear and width from the run, or measures them on its full Hessian bank (calibrate --keep full, "
         "quantize --keep full) with the run's settings or those given here, and finds the exact optimum. Errors and plan are stored in "
         "the run; without a budget the stored plan is shown, and if the run was quantized by it, what it predicted beside what was "
         "measured.",
         "quantoscope-cli plan demo-bank.qsrun --budget 3 --group-size 128 --out plan.json", makePlan},
        {"evaluate", "Perplexity, zero-shot tasks and LongBench of a model or of a quantized run",
         "perplexity: exp of the mean negative log-likelihood in non-overlapping windows of plain text. Choice tasks: likelihoods of the "
         "choices of each item, with accuracies and standard errors. divergence: Kullback-Leibler divergence to the full-precision model. "
         "longbench:NAME: greedy answers and their scores. --items keeps every item and lets a stopped evaluation be resumed; --baseline "
         "compares two runs item by item. The result is added to the run file.",
         "quantoscope-cli evaluate demo.qsrun --task hellaswag --data hellaswag_val.jsonl --items hellaswag.items.jsonl", makeEvaluate},
        {"score", "Scores of given predictions, without a model",
         "METRIC is one of LongBench's (qa_f1, qa_f1_zh, rouge, rouge_zh, classification, retrieval, retrieval_zh, count, code_sim), the "
         "name "
         "of a LongBench data set, or labels. Lines are {\"prediction\": …, \"answers\": […]}, or {\"truth\": …, \"prediction\": …} for "
         "accuracy, precision, recall and F1 of labels.",
         "quantoscope-cli score qa_f1 --pairs predictions.jsonl", makeScore},
        {"export", "Writes the quantized model for other programs",
         "Writes a Hugging Face directory, reads it back and compares it with the run.",
         "quantoscope-cli export demo.qsrun --format dequantized --out demo-3bit", makeExport},
        {"study", "Runs a declared grid of quantizations as one job with one table",
         "Reads a study file: methods, bits, groups, weightings, seeds and texts, and what is measured. Cells run side by side, one a "
         "core, "
         "and share model, sequences and untouched chains; each gives what quantize and evaluate give alone. Finished cells are never "
         "repeated by --resume. Writes table.md, table.csv, comparison.json and, where ratios are asked for, ratios.csv.",
         "quantoscope-cli study resources/studies/demo.json --out demo-study", makeStudy},
        {"train", "Trains a model with quantized operands, and what it is compared with",
         "Quantization-aware training of MODEL, or with --scratch of a new small one, for classification (records with text and label) or "
         "as "
         "a language model (text). dsa-qat gives every layer a width from its sensitivity; fixed, lsq and full are the other methods, and "
         "--baselines trains them too. The result is a run file with integers like that of quantize, and the trained model beside it. A "
         "stopped training leaves a checkpoint; --resume goes on from it to the same bits.",
         "quantoscope-cli train --scratch --task classification --text languages.jsonl --steps 300 --baselines --out languages.qsrun",
         makeTrain},
        {"options", "Reference of every option of every command", "Made from the same fields as the options themselves.",
         "quantoscope-cli options quantize --json", makeOptions},
        {"selfcheck", "Compares the fast arithmetic of this machine with the plain reference",
         "Solves seeded problems with the production kernels and in double precision, compares Gram matrices and the "
         "forward pass of the bundled model, for every instruction set of the processor, and prints differences beside "
         "tolerances. Status 4 if one does not hold.",
         "quantoscope-cli selfcheck", makeSelfcheck},
    };
    return list;
}

const CommandEntry& commandOf(std::string_view name) {
    static constexpr std::array planned{"figure"};  // names that the command line reserves
    std::vector<std::string> names;
    for (const CommandEntry& entry : commands()) {
        if (entry.name == name) return entry;
        names.emplace_back(entry.name);
    }
    if (std::find(planned.begin(), planned.end(), name) != planned.end())
        throw Error(std::string(name) + ": this version has no such command yet; quantoscope-cli --help lists those it has",
                    ErrorKind::Usage);
    const std::string nearest = nearestName(name, names);
    throw Error("'" + std::string(name) + "' is not a command" +
                    (nearest.empty() ? "; quantoscope-cli --help lists them" : "; did you mean " + nearest + "?"),
                ErrorKind::Usage);
}

}  // namespace qs::cli
