// SPDX-License-Identifier: GPL-3.0-or-later
#include "quant/settings.h"

namespace qs {

QuantSettings columnSettings(const QuantSettings& settings) {
    QuantSettings columns = settings;
    if (settings.method == Method::Boa) columns.method = settings.columns == ColumnMethod::Gptaq ? Method::Gptaq : Method::Gptq;
    return columns;
}

Scheme schemeOf(const QuantSettings& settings) {
    if (settings.scheme != Scheme::Automatic) return settings.scheme;
    return settings.method == Method::Awq ? Scheme::Asymmetric : Scheme::Symmetric;
}

void QuantSettings::describe(OptionList& list) {
    list.group("Method");
    list.choice(
        "method", method,
        "How codes are found: rtn rounds to nearest, gptq compensates errors column by column, gptaq besides what earlier linears changed; "
        "awq rounds to nearest after scaling the inputs and clipping the weights for the least output error; boa is gptq whose rows of q, "
        "k and v "
        "also make up for one another, weighted by what the scores of attention make of them");
    list.group("Grid");
    list.integer("bits", bits, 2, 8, "bits", "Width of a code");
    list.integer("group-size", groupSize, 0, 1 << 20, "columns", "Columns that share one scale; 0 takes the whole row (per channel)");
    list.choice(
        "scheme", scheme,
        "sym: zero point in the middle, scale 2 max|w| / (2^bits - 1); sym_narrow: max|w| / (2^(bits-1) - 1); asym: minimum to maximum; "
        "auto: asym for awq, else sym");
    list.choice("search", search,
                "absmax takes the range as it is; mse and hessian (stage 1 of the two-stage method) try shrunk ranges for the least weight "
                "or output "
                "error of a group");
    list.integer("search-grid", searchGrid, 1, 10000, "", "A search tries the fractions 1 - i / grid of the range");
    list.integer("search-steps", searchSteps, 0, 10000, "",
                 "How many fractions a search tries; 0: 80 for mse, all of the grid for hessian");
    list.real("search-norm", searchNorm, 0.1, 16, "", "Exponent of the error in the mse search");
    list.choice(
        "scale-type", scaleType,
        "Storage type of scales; they are rounded to it before any code is computed. k: multiples of one float16 number per 256 columns, "
        "which the K blocks of GGUF files hold exactly (symmetric; f16 where rows are no multiple of 256)");
    list.group("Solver");
    list.flag("act-order", actOrder, "Solve columns in descending order of the Hessian diagonal");
    list.flag("static-groups", staticGroups, "Fix all group scales before the column loop, from the original weights");
    list.choice("scale-time", scaleTime,
                "Where dynamic group scales come from: current weights, or stale ones of the start of the block as in the published code");
    list.integer("block-size", blockSize, 1, 1 << 20, "columns", "Block of --scale-time stale and --wp official; changes nothing else");
    list.real("alpha", alpha, 0, 10, "", "gptaq: weight of the correction for changed inputs; 1 is the derived objective, 0 is gptq");
    list.choice("wp", correctionWeight,
                "gptaq: value of a finished column that the correction multiplies: pre, just before quantization; official: the quantized "
                "one beyond the block, as in the published code");
    list.flag("clip", clip, "awq: search how far to clip the weights of each group (not of q and k)");
    list.choice("columns", columns, "boa: method of the columns of q, k and v, and of all other linears");
    list.integer("row-block", rowBlock, 1, 1 << 20, "rows",
                 "boa: rows of a head that are solved at once, before the rows behind make up for them");
    list.flag(
        "centre-keys", centreKeys,
        "boa: leave out of the output Hessian of q what the keys of a sequence have in common, as it moves all scores of a query alike; "
        "the published method keeps it");
    list.flag("value-rows", valueRows, "boa: rows of v make up for each other as well, by what o makes of them");
    list.choice(
        "value-inputs", valueInputs,
        "boa: what the rows of v are solved for: attended inputs, that is what the attention of each head makes of them, as published, "
        "with a Hessian for every head; or plain ones, as all other rows, which saves half of the time");
    list.flag("row-order", rowOrder, "boa: solve the rows of a head in descending order of their output Hessian's diagonal");
    list.real("damp", damping, 0, 10, "", "Added to the Hessian diagonal, as a fraction of its mean over live columns");
    list.real("max-damp", maxDamping, 0, 100, "", "If the factorisation fails, damping is raised tenfold up to this fraction");
    list.choice("on-failure", onFailure, "After that: stop, resumable, or round this layer to nearest and mark it failed");
    list.group("Refinement");
    list.choice("refine", refine,
                "Better group scales for the codes found (stage 2 of the two-stage method): group by group in sweeps, or all at once");
    list.integer("sweeps", sweeps, 1, 1000, "", "How often --refine sweeps goes over the groups of a row");
}

}  // namespace qs
