// SPDX-License-Identifier: GPL-3.0-or-later
#include "export/survey.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.h"
#include "export/gguf_blocks.h"

namespace qs {
namespace {

void include(ScaleFacts& facts, float scale) {
    if (scale == 0) return;
    const float half = toFloat(toFloat16(scale)), brain = toFloat(toBFloat16(scale));
    if (std::isinf(half)) facts.overflowsFloat16 = true;
    facts.worstFloat16 = std::max(facts.worstFloat16, std::isinf(half) ? 1.0 : std::abs(double{half} / scale - 1));
    facts.worstBFloat16 = std::max(facts.worstBFloat16, std::abs(double{brain} / scale - 1));
}

void include(ScaleFacts& all, const ScaleFacts& one) {
    all.worstFloat16 = std::max(all.worstFloat16, one.worstFloat16);
    all.worstBFloat16 = std::max(all.worstBFloat16, one.worstBFloat16);
    all.worstOffset = std::max(all.worstOffset, one.worstOffset);
    all.overflowsFloat16 = all.overflowsFloat16 || one.overflowsFloat16;
}

bool isScattered(const LinearRecord& record) {
    for (std::size_t c = 0; c < record.groupIndex.size(); ++c)
        if (record.groupIndex[c] != (record.groupSize > 0 ? static_cast<int>(c) / record.groupSize : 0)) return true;
    return false;
}

LinearFacts factsOf(const LinearRecord& record) {
    LinearFacts facts;
    facts.name = record.name;
    facts.block = record.block;
    facts.role = record.role;
    facts.out = record.out;
    facts.in = record.in;
    facts.bits = record.bits;
    facts.groupSize = record.groupSize >= record.in ? 0 : record.groupSize;  // one group is the whole row
    facts.groups = static_cast<int>(record.scales.cols());
    facts.scattered = isScattered(record);
    const auto zeros = record.zeros.values();
    const int middle = 1 << (record.bits - 1);
    facts.symmetric = std::all_of(zeros.begin(), zeros.end(), [&](std::uint8_t zero) { return zero == middle; });
    facts.smallestZero = zeros.empty() ? middle : *std::min_element(zeros.begin(), zeros.end());
    facts.largestZero = zeros.empty() ? middle : *std::max_element(zeros.begin(), zeros.end());
    facts.activationBits = record.activationBits;
    facts.superBlocks = superBlocksHold(record, facts.symmetric);
    for (const float scale : record.scales.values()) {
        if (!std::isfinite(scale)) throw Error(record.name + ": a scale is not finite; the run file is damaged");
        include(facts.scales, scale);
    }
    for (std::size_t i = 0; i < zeros.size(); ++i) {
        const float scale = record.scales.values()[i], offset = scale * static_cast<float>(zeros[i]);
        if (scale > 0)
            facts.scales.worstOffset = std::max(facts.scales.worstOffset, std::abs(double{toFloat(toFloat16(offset))} - offset) / scale);
    }
    return facts;
}

DType storageOf(const Model& model) {
    const std::string name = model.storage();
    return name == "BF16" ? DType::BF16 : name == "F16" ? DType::F16 : DType::F32;
}

bool endsWith(const std::string& text, const std::string& end) { return text.size() > end.size() && text.ends_with(end); }

}  // namespace

const LinearFacts& Survey::linear(const std::string& name) const {
    const auto found = std::find_if(linears.begin(), linears.end(), [&](const LinearFacts& l) { return l.name == name; });
    if (found == linears.end()) throw Error(name + ": the run has no such linear");
    return *found;
}

Survey surveyOf(const RunFile& run, const Model& model, JobContext& context) {
    Survey survey;
    const ModelSpec& spec = model.spec();
    survey.tiedHead = spec.headName.empty();
    survey.textPrefix = spec.embeddingName.substr(0, spec.embeddingName.size() - std::string("embed_tokens.weight").size());
    survey.storage = storageOf(model);
    std::set<std::string> quantized;
    for (const LinearRecord& known : run.linears()) {
        context.check();
        const LinearRecord record = run.linear(known.name);
        survey.linears.push_back(factsOf(record));
        include(survey.scales, survey.linears.back().scales);
        quantized.insert(record.name + ".weight");
    }
    if (survey.linears.empty()) throw Error(run.path().string() + ": holds no quantized linear; there is nothing to export");
    for (const TensorInfo& tensor : model.tensors()) {
        if (quantized.erase(tensor.name) > 0) {
            const LinearFacts& facts = survey.linear(tensor.name.substr(0, tensor.name.size() - 7));
            if (tensor.shape != std::vector<std::int64_t>{facts.out, facts.in})
                throw Error(facts.name + ": the run has another shape than the model");
            continue;
        }
        if (tensor.shape.size() == 2 && endsWith(tensor.name, ".weight") && tensor.name != spec.embeddingName)
            survey.untouched.push_back(tensor.name.substr(0, tensor.name.size() - 7));
    }
    if (!quantized.empty()) throw Error(run.path().string() + ": the model has no tensor " + *quantized.begin());
    if (std::find(survey.untouched.begin(), survey.untouched.end(), "lm_head") == survey.untouched.end())
        survey.untouched.insert(survey.untouched.begin(), "lm_head");
    return survey;
}

}  // namespace qs
