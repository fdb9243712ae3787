// SPDX-License-Identifier: GPL-3.0-or-later
// BoA on whole linears: rows of a head in blocks, columns by GPTQ or GPTAQ as every other linear. Formulas: boa_solver.cpp; the plain form
// is boa.h.
#pragma once

#include <vector>

#include "quant/quantizer.h"

namespace qs {

/// A linear without output Hessians under the settings of BoA: GPTQ or GPTAQ.
SolveResult solveByColumns(const SolveInput& input, const QuantSettings& settings, JobContext& context, ThreadPool& pool, Device device);

/// A linear with input.outputHessians, from start to end: --stage1 and --refine work on every block of rows, against its weights as they
/// were when it was reached. report.loss is Σ (ŵ−w) H (ŵ−w)ᵀ over the original weights. The losses of the steps are sums over the blocks.
/// Throws Error if shapes do not fit, or as factorWithRetries for an output Hessian.
SolveResult solveTwoSided(const SolveInput& input, const QuantSettings& settings, StepDetail detail, JobContext& context, ThreadPool& pool,
                          Device device);

}  // namespace qs
