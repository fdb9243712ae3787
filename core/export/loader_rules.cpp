// SPDX-License-Identifier: GPL-3.0-or-later
// THE table of what loaders do not take. Sources: github.com/ModelCloud/GPTQModel (nn_modules/qlinear, utils/model.py),
// github.com/vllm-project/vllm (model_executor/layers/quantization), github.com/vllm-project/compressed-tensors,
// github.com/casper-hansen/AutoAWQ, github.com/ggml-org/llama.cpp (ggml/src/ggml-common.h).
#include "export/loader_rules.h"

#include <algorithm>
#include <cstdio>
#include <functional>

#include "base/error.h"
#include "export/gguf_blocks.h"
#include "export/module_names.h"

namespace qs {
namespace {

using Names = std::vector<std::string>;
using Find = std::function<Names(const Survey&)>;

/// A finding names those for which `bad` holds.
Find where(bool (*bad)(const LinearFacts&)) {
    return [bad](const Survey& survey) {
        Names names;
        for (const LinearFacts& linear : survey.linears)
            if (bad(linear)) names.push_back(linear.name);
        return names;
    };
}

bool isScattered(const LinearFacts& f) { return f.scattered; }
bool hasShortGroup(const LinearFacts& f) { return f.in % f.groupWidth() != 0; }
bool overflows(const LinearFacts& f) { return f.scales.overflowsFloat16; }
bool isAsymmetric(const LinearFacts& f) { return !f.symmetric; }

Names mixedFused(const Survey& survey) {
    Names names;
    for (const FusedSet& set : fusedSets(survey)) {
        const bool equal =
            std::all_of(set.linears.begin(), set.linears.end(), [&](const LinearFacts* l) { return sameGrid(*l, *set.linears.front()); });
        if (!equal || static_cast<int>(set.linears.size()) != set.size) names.push_back(set.name);
    }
    return names;
}

Names tiedHeadQuantized(const Survey& survey) {
    Names names;
    for (const LinearFacts& linear : survey.linears)
        if (survey.tiedHead && linear.name.ends_with("lm_head")) names.push_back(linear.name);
    return names;
}

Names roundedToHalf(const Survey& survey) {
    if (survey.scales.worstFloat16 == 0) return {};
    char text[64];
    std::snprintf(text, sizeof text, "by up to %.2g of a scale", survey.scales.worstFloat16);
    return {text};
}

/// In blocks of 32 and in super-blocks of one group; those of several groups hold their scales exactly or not at all.
Names roundedInBlocks(const Survey& survey) {
    Survey rounded;
    for (const LinearFacts& linear : survey.linears) {
        const GgufBlockType* type = ggufTypeFor(linear, survey.ggufType);
        const bool exact = !type || (type->elements == 256 && linear.groupWidth() < 256);
        if (!exact) rounded.scales.worstFloat16 = std::max(rounded.scales.worstFloat16, linear.scales.worstFloat16);
    }
    return roundedToHalf(rounded);
}

Names otherGrids(const Survey& survey) {
    Names names;
    for (const LinearFacts& linear : survey.linears)
        if (linear.groupSize != survey.linears.front().groupSize) names.push_back(linear.name);
    return names;
}

bool isFloat(const LinearFacts& f) { return ggufTypeFor(f, "auto") == nullptr; }

Names allFloat(const Survey& survey) {
    const auto& linears = survey.linears;
    if (!std::all_of(linears.begin(), linears.end(), isFloat)) return {};
    return where(isFloat)(survey);
}

Names roundedOffsets(const Survey& survey) {
    double worst = 0;
    for (const LinearFacts& linear : survey.linears) {
        const GgufBlockType* type = ggufTypeFor(linear, survey.ggufType);
        if (type && std::string(type->name).ends_with("_1")) worst = std::max(worst, linear.scales.worstOffset);
    }
    if (worst == 0) return {};
    char text[64];
    std::snprintf(text, sizeof text, "by up to %.2g of a scale", worst);
    return {text};
}

Names brainStorage(const Survey& survey) { return survey.storage == DType::BF16 ? Names{"the model is stored in bfloat16"} : Names{}; }

struct Rule {
    const char* formats;  ///< separated by spaces
    bool refuses;
    const char* loader;
    const char* reason;
    Find find;
};

const std::vector<Rule>& rules() {
    static const std::vector<Rule> table{
        {"compressed-tensors gptq gptq_v2 awq gguf", true, "every loader",
         "a head that is the embedding cannot be quantized by itself; leave it out", tiedHeadQuantized},
        // GPTQ
        {"gptq gptq_v2", true, "GPTQModel, vLLM, transformers",
         "GPTQ files hold 2, 3, 4 or 8 bits; quantize with one of these, by --budget with --widths 2,3,4,8",
         where([](const LinearFacts& f) { return f.bits != 2 && f.bits != 3 && f.bits != 4 && f.bits != 8; })},
        {"gptq gptq_v2", true, "GPTQModel, vLLM, transformers",
         "rows and columns must be multiples of 32; leave these linears out with --exclude or export to compressed-tensors",
         where([](const LinearFacts& f) { return f.in % 32 != 0 || f.out % 32 != 0; })},
        {"gptq gptq_v2 awq compressed-tensors", true, "GPTQModel, AutoAWQ, compressed-tensors, vLLM",
         "the group size must divide the columns; choose another --group-size", where(hasShortGroup)},
        {"gptq", true, "GPTQModel, vLLM, transformers", "version 1 stores zero points minus one, so that 0 has no place; export to gptq_v2",
         where([](const LinearFacts& f) { return !f.symmetric && f.smallestZero == 0; })},
        {"gptq gptq_v2", false, "GPTQModel, vLLM",
         "groups follow g_idx (desc_act), which faster kernels do not take; --act-order with --static-groups needs no g_idx",
         where(isScattered)},
        {"gptq_v2", false, "AutoGPTQ, vLLM before its change 26092", "older versions read the zero points of gptq_v2 as those of version 1",
         [](const Survey&) { return Names{"all linears"}; }},
        // AWQ
        {"awq", true, "AutoAWQ, vLLM, transformers", "AWQ files hold 4 bits only; quantize with --bits 4 or export to gptq",
         where([](const LinearFacts& f) { return f.bits != 4; })},
        {"awq", true, "AutoAWQ, vLLM, transformers", "rows must be multiples of 8; leave these linears out with --exclude",
         where([](const LinearFacts& f) { return f.out % 8 != 0; })},
        {"awq", true, "AutoAWQ, vLLM, transformers", "there is no g_idx in AWQ files; quantize with --static-groups or export to gptq",
         where(isScattered)},
        {"awq", true, "AutoAWQ, vLLM, transformers", "all linears must have the same group size; export to gptq", otherGrids},
        {"awq", false, "AutoAWQ", "its kernels compute in float16; load with dtype float16", brainStorage},
        // compressed-tensors
        {"compressed-tensors", true, "compressed-tensors from 0.19 on",
         "has no g_idx any more; quantize with --static-groups or export to gptq", where(isScattered)},
        {"compressed-tensors", false, "compressed-tensors before 0.17", "packs 3, 5, 6 and 7 bits otherwise; read with 0.17 or newer",
         where([](const LinearFacts& f) { return 32 % f.bits != 0; })},
        {"compressed-tensors", false, "vLLM", "its classic kernels take 4 and 8 bits only",
         where([](const LinearFacts& f) { return f.bits != 4 && f.bits != 8; })},
        {"compressed-tensors", false, "transformers 5.23", "cannot load asymmetric files (size mismatch of weight_zero_point); 5.17 can",
         where(isAsymmetric)},
        // all that are loaded by linears
        {"compressed-tensors gptq gptq_v2 awq", false, "vLLM",
         "fuses these linears and needs the same bits, group size and symmetry for all of them", mixedFused},
        {"gptq gptq_v2 awq gguf", true, "every loader", "a scale is above 65504, the largest number of float16", where(overflows)},
        {"gptq gptq_v2 awq", false, "every loader",
         "scales are stored in float16 and were rounded; quantize with --scale-type f16 for an exact export", roundedToHalf},
        {"compressed-tensors gptq gptq_v2 awq gguf dequantized", false, "every loader",
         "leaves inputs of linears as they are, which the training rounded: these files hold weights alone; evaluate with "
         "--no-round-activations computes as loaders do",
         where([](const LinearFacts& f) { return f.activationBits > 0; })},
        // GGUF
        {"gguf", false, "every loader",
         "scales are stored in float16 and were rounded; quantize with --scale-type f16 or k for an exact export", roundedInBlocks},
        {"gguf", false, "llama.cpp", "blocks need columns in multiples of 32; these linears are written as float32",
         where([](const LinearFacts& f) { return f.in % 32 != 0; })},
        {"gguf", false, "llama.cpp", "blocks need groups in multiples of 32 columns; these linears are written as float32",
         where([](const LinearFacts& f) { return f.in % 32 == 0 && f.groupWidth() % 32 != 0 && isFloat(f); })},
        {"gguf", false, "llama.cpp", "there is no g_idx in GGUF files; these linears are written as float32; quantize with --static-groups",
         where(isScattered)},
        {"gguf", false, "llama.cpp",
         "no block holds asymmetric integers of 8 bits; these linears are written as float32; quantize with --scheme sym",
         where([](const LinearFacts& f) { return !f.symmetric && f.bits == 8; })},
        {"gguf", true, "llama.cpp", "no block type holds a single linear of this run; export to gptq_v2 or dequantized", allFloat},
        {"gguf", false, "every loader",
         "the offsets of Q4_1 and Q5_1 are rounded to float16; --gguf-type exact writes Q5_0 and Q8_0 instead", roundedOffsets},
    };
    return table;
}

bool names(const char* formats, const std::string& format) {
    return (" " + std::string(formats) + " ").find(" " + format + " ") != std::string::npos;
}

std::string subjectOf(const Names& found) {
    std::string text = found.front();
    if (found.size() > 1) text += " and " + std::to_string(found.size() - 1) + " more";
    return text;
}

}  // namespace

std::string LoaderFinding::text() const { return loader + ": " + reason + " (" + subject + ")"; }

std::vector<LoaderFinding> lint(const std::string& format, const Survey& survey) {
    std::vector<LoaderFinding> findings;
    for (const Rule& rule : rules()) {
        if (!names(rule.formats, format)) continue;
        const Names found = rule.find(survey);
        if (!found.empty()) findings.push_back({rule.refuses, rule.loader, rule.reason, subjectOf(found)});
    }
    return findings;
}

std::vector<std::string> requireLoadable(const std::string& format, const Survey& survey, JobContext& context) {
    std::vector<std::string> warnings;
    std::string refusals;
    for (const LoaderFinding& finding : lint(format, survey)) {
        if (finding.refuses) {
            refusals += (refusals.empty() ? "" : "; ") + finding.text();
            continue;
        }
        warnings.push_back(finding.text());
        context.event({Severity::Warning, "loader-limit", "", finding.text()});
    }
    if (!refusals.empty()) throw Error("--format " + format + " cannot take this run: " + refusals);
    return warnings;
}

}  // namespace qs
