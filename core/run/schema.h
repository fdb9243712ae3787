// SPDX-License-Identifier: GPL-3.0-or-later
// What a run file holds and where. HDF5, little-endian, contiguous datasets without filters; any HDF5 reader opens it (h5py, HDFView).
// Strings are UTF-8 of fixed length, padded with zero bytes (h5py: value.decode()). Tables are datasets of compound type.
// b = block number from 0, k = number of lengths, n = number of sequences, in / out = columns / rows of W.
//
// /                        attributes
//   format                   "quantoscope-run"
//   schema_major, _minor     int64. Readers refuse a higher major and ignore what they do not know under the same major;
//                            of a higher minor they say so in an event
//   kind                     "quantize", "calibrate", "train" or "measure" (errors per width alone: what quantize --budget keeps while it
//                            runs)
//   program, created         "quantoscope " and the version; UTC, ISO 8601
//   model, architecture, model_fingerprint, text_fingerprint      model path, model_type, content hashes (hex)
//   parameters, blocks       int64; of the whole model
//   device, compute, cpu     "cpu", "bf16", processor name
//   threads, seed            int64; threads of each process
//   processes                int64; absent in files of schema 1.0, which one process made
//   fingerprint              hash of model, text and every option that changes the result: --resume compares it
//   finished                 int64, 1 in a consolidated file
//   seconds                  float64, duration of the job
//   forecast, actual         float64 [3]: seconds, bytes of memory (peak), bytes of disk; absent if unknown
// /options                 table [options] {name, value}: every option of the job as text
// /sequences               the drawn calibration and held-out sequences
//   table                    [n] {length i32, document i32 (−1: ids were given), offset i64 (tokens), start i64 (first id in `ids`),
//                            held_out u8, second_half u8}
//   ids                      int32 [Σ length], tokens of all sequences one after the other
//   document_lengths         int64 [bins], documents of the calibration text by their number of tokens: bin k counts those with
//                            2^(k/4) ≤ tokens < 2^((k+1)/4); absent where ids were given, and in files of schema 1.0 and 1.1
// /events                  table [events] {severity u8 (0 info, 1 warning, 2 failure), kind, subject, message}: events of the run
// /blocks/<b>              attributes seconds f64, fingerprint (as at the root)
//   events                   as /events, of this block
//   phases                   table {name, seconds f64}: wall time of the first process by phase, those that took any: "forward", "held-out
//                            text" (forward passes and Hessians of it), "Hessians", "spectra" (and other records of the bank), "untouched
//                            chain" (with cross terms), "input scales", "output Hessians", "factor", "stage 1", "column loop", "stage 2",
//                            "losses of stages" (scale_steps), "errors per length"; what is missing to `seconds` went into reading
//                            weights, dequantisation and records; absent in files of schema 1.0 to 1.4 and of trainings
//   tags/<tag>               the Hessian bank of one input, <tag> = attention-in | attention-out | mlp-in | mlp-down; attribute dim i64
//     calibration, held_out    groups; each only if there are such sequences
//       table                    [k] {length i32 (tokens), sequences i32, half_0 i32, half_1 i32 (sequences of the two random halves),
//                                trace, condition_number, effective_rank, top_share, drift: f64}; ascending length. The last four
//                                are 0 where spectra were not asked for, and of held-out text
//       diagonal                 f64 [k, in], diag S_L with S_L = Σ X Xᵀ over the sequences of the length (not divided by anything)
//       half_diagonal            f64 [k, 2, in], the same of the two halves
//       first_token_diagonal     f64 [k, in], Σ x₀² over the first tokens of the sequences
//       eigenvalues              f32 [k, in], of S_L / (n_L L), descending; absent where spectra were not asked for, and of held-out text
//       S/<L>                    f32 [in, in], the full S_L; with --keep full
//       first_tokens/<L>         f32 [n_L, in], the first token's input of every sequence; with --keep full
//     input_scales             f32 [in], s > 0 of AWQ: the linears of this input are those of W diag(s), and what is before it is divided
//                              by s: the norm (attention-in, mlp-in), or the rows (and bias) of v (attention-out) and up (mlp-down). Banks,
//                              losses and errors are those of the input and weights as they are in the original model
//     scale_losses             f64 [20], Σ (ŵ−w)H(ŵ−w)ᵀ of the linears of this input for the ratios i / 20 that were tried
//   bit_errors               absent if no widths were tried; attributes settings (lines "name=value": every option that the errors depend
//                            on), inputs ("untouched" or "quantized": the weights before the linears)
//     linears                  table {name, role, tag, out i32, in i32, first_sensitivity f64, sensitivity f64}: of the prediction to the
//                              output at the first token of a sequence and at others (model/output_sensitivity.h); 0 = not measured
//     errors                   table {linear i32 (row of `linears`), bits i32, and the columns of /linears/<name>/errors}
// /linears/<name>          one quantised linear; <name> = checkpoint name without ".weight"
//   attributes               block, position (in the block), out, in, bits, group_size (0 = per channel): int64; role ("q_proj"), tag,
//                            method ("gptq"), scheme ("sym"): text; failed: int64 (1: fell back to RTN);
//                            loss, energy (Σ (ŵ−w)H(ŵ−w)ᵀ, Σ w H wᵀ), loss_inner, damping (added to the diagonal), seconds: f64;
//                            of methods with an untouched chain asymmetric_loss and asymmetric_energy: 2/N ‖W X̃ − Ŵ X‖² and 2/N ‖W X̃‖²
//                            with the inputs X̃ of the untouched model, weighted like H; absent without --asymmetric-loss and in files
//                            of schema 1.0 to 1.4;
//                            of a trained one loss and energy with H = 1 and, if its input is quantized, activation_bits i64 and
//                            activation_max f64 (the input's range is ± that, its step activation_max / (2^(activation_bits−1) − 1);
//                            0: every token t has the range ± activation_factor max_j |A_tj|), activation_factor f64 (1 unless learned;
//                            absent in files of schema 1.4)
//   codes                    u8 [out, in], natural column order;  ŵ = scale · (code − zero)
//   scales                   f32 [out, groups]
//   zeros                    u8 [out, groups]
//   solved_scales            f32 [out, groups], where `scales` were divided by a later input's input_scales: what they were before
//   g_idx                    i32 [in], group of each column; absent where it is column / group_size
//   order                    i32 [in], solve order of the columns (act-order); absent where it is natural
//   dead_columns             i32 [dead]; absent if there are none
//   weight_sample            f32 [≤ 128, ≤ 192], W of the first rows and columns before quantization; absent in files of schema 1.0 and 1.1
//   errors, held_out_errors  tables [k] {length i32, sequences i32, error, energy, error_without_first, energy_without_first: f64}:
//                            tr(ΔW S_L ΔWᵀ) and tr(W S_L Wᵀ), and both without the first token of every sequence
//   scale_steps              table [steps] {name, loss f64}: the way of the group scales with --stage1 or --refine and Σ (ŵ−w)H(ŵ−w)ᵀ at
//                            each station: "stage 1" (codes rounded to nearest on its grids), "codes" (after the column loop, same scales),
//                            "sweep 1" …, or "joint"; with GPTAQ and --refine the loss includes −2 w D (ŵ−w)ᵀ; absent without both, and
//                            with --trajectories none
//   scale_trajectory         f32 [steps, out, groups], the scales at these stations, the last as stored; see --trajectories
// /evaluations/<i>         attributes task, subject; dataset data (text: what was evaluated on);
//   settings                 table {name, value f64}
//   metrics                  table {name, value f64, standard_error f64}
//   items                    table {question, given, wanted, item i64, score f64}: every item of a task that has items, its score in the
//                            main metric, and the beginnings of its texts; absent for other tasks and in files of schema 1.0 to 1.2
//   positions                table {first i32, last i32, value f64}: mean over the tokens at these positions of all windows, of −log p
//                            (perplexity) or of the divergence, nats; absent likewise
//
// /plan                    the bit plan: by which the run was quantised, or made from its errors; absent if there is none. Attributes
//                            budget_kind ("bits", "bytes", or "file": widths came from a file without errors), budget, objective, settings,
//                            inputs (as in bit_errors), ties: int64, average_bits (code bits a weight), effective_bits (with scales and
//                            zero points), bytes, error (predicted): f64
//   pins                     table {pin}: "pattern=bits"
//   linears                  table {name, group i32, bits i32 (chosen), first_sensitivity f64, sensitivity f64, pinned u8}; linears of one
//                            group have one width
//   alternatives             table {group i32, bits i32, bytes f64, error f64}: what every width would cost a group
//   curve, uniform           tables {average_bits f64, bytes f64, error f64}: the exact optima at other budgets; one width for all linears
//
// /training                what a training went through (kind "train"; absent in other runs and in files of schema 1.0 to 1.2). V = number
//                          of variants, l = number of layers (quantized linears of the blocks), c = number of classes. Attributes task
//                          ("classification", "language-model"), method ("dsa-qat", "fixed", "lsq", "full"), steps (planned, i64)
//   data                     text: what was trained and measured on, and how it was split
//   layers                   table [l] {name, weights i64 (number of them)}
//   classes                  table [c] {name}; [0] for a language model
//   variants                 table [V] {name, label, average_bits f64}: the run's own model first, then what it is compared with
//   curves/<i>               attribute variant; steps: table {step i64 (from 1), loss, task_loss, penalty, distillation, learning_rate,
//                            gradient_norm, average_bits: f64}. loss = (1 − distill) task_loss + distill distillation + gamma penalty
//   updates                  of the widths of the run's own model: steps i64 [u] (steps done; the first is 0: the widths at the start),
//                            bits i32, gradient_variance f64, activation_error f64, sensitivity f64, suppressed u8 (a change was held
//                            back), flickers u8 (back to the width before): [u, l]; only `steps` if u = 0
//   thresholds               table {narrower i32, wider i32, sensitivity f64}: above this sensitivity a layer is better off with the wider
//                            width; [0] unless method is "dsa-qat"; absent in files of schema 1.3
//   metrics                  table {variant, metric, value f64, standard_error f64}, on the held-out part of the data
//   confusion/<i>            attribute variant; counts i64 [c, c], rows: true class, columns: predicted class
//   noise                    table {variant, level f64, seed i64, accuracy f64}: accuracy with added quantization noise
//   measurements             table {variant, quantity, unit, value f64, estimate u8 (1: from a formula, not measured)}; for latencies and
//                            memory of the run's own model the variant is the arithmetic: "float32", "int8", "int4-weights"
//
// A run that is being written is a folder RUN.qsrun.parts: head.h5 holds the root attributes, options and sequences; block-NNNN.h5 holds
// /blocks/<b> and its /linears; training.h5 holds /training and /events so far, written anew every few seconds; checkpoint-*.safetensors
// what a training continues from. `lock` is held (flock) by the writing process.
#pragma once

namespace qs::schema {

inline constexpr const char* kFormat = "quantoscope-run";
inline constexpr int kMajor = 1;
inline constexpr int kMinor = 5;
inline constexpr const char* kNewerSchema = "newer-schema";  ///< kind of the event that a reader adds to those of a file of a higher minor

}  // namespace qs::schema
