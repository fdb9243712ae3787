// SPDX-License-Identifier: GPL-3.0-or-later
// THE list of quantizers. Adding one: a file with its solve function, a value of Method, a line here.
#include "base/error.h"
#include "quant/awq_solver.h"
#include "quant/boa_solver.h"
#include "quant/gptaq.h"
#include "quant/gptq.h"
#include "quant/rtn.h"

namespace qs {

const std::vector<QuantizerEntry>& quantizers() {
    static const std::vector<QuantizerEntry> list{
        {Method::Rtn, "RTN", "Rounds every weight to the nearest point of its grid", false, false, solveRtn},
        {Method::Gptq, "GPTQ", "Rounds column by column and lets later columns make up for the error (Frantar et al., arXiv 2210.17323)",
         true, false, solveGptq},
        {Method::Gptaq, "GPTAQ", "GPTQ that also makes up for what earlier quantized linears did to the input (Li et al., ICML 2025)", true,
         true, solveGptaq},
        {Method::Awq, "AWQ",
         "Scales inputs so that channels with large activations lose less, clips, rounds to nearest (Lin et al., MLSys 2024)", false, false,
         solveAwq, true, false, true},
        {Method::Boa, "BoA",
         "GPTQ that also lets the rows of a head of q, k and v make up for one another, weighted by what attention makes of them (BoA, "
         "arXiv 2406.13474; TurboBoA, arXiv 2602.04929)",
         true, false, solveByColumns, true, true},
    };
    return list;
}

const QuantizerEntry& quantizerOf(Method method) {
    for (const QuantizerEntry& entry : quantizers())
        if (entry.method == method) return entry;
    throw Error(std::string("there is no quantizer for method ") + nameOfEnum(method), ErrorKind::Usage);
}

}  // namespace qs
