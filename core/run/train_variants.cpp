// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/train_variants.h"

#include <algorithm>

namespace qs {
namespace {

std::string nameOf(const QatSettings& settings) {
    const std::string method = nameOfEnum(settings.method);
    return settings.method == QatMethod::Fixed || settings.method == QatMethod::Lsq ? method + "-" + std::to_string(settings.bits) : method;
}

std::string labelOf(const QatSettings& settings) {
    const std::string bits = std::to_string(settings.bits) + " bits";
    switch (settings.method) {
        case QatMethod::Full: return "trained in full precision";
        case QatMethod::Fixed: return "trained with " + bits + " in every layer";
        case QatMethod::Lsq: return "trained with " + bits + " and learned step sizes";
        case QatMethod::Dsa: return "trained with widths from sensitivity";
    }
    return "";
}

TrainVariant variantOf(QatSettings settings) {
    if (settings.method == QatMethod::Full) settings.distill = 0;
    return {nameOf(settings), labelOf(settings), settings};
}

QatSettings with(QatSettings settings, QatMethod method, int bits) {
    settings.method = method;
    settings.bits = bits;
    return settings;
}

}  // namespace

bool trainsTeacher(const TrainOptions& options) {
    return options.qat.distill > 0 && options.qat.method != QatMethod::Full &&
           (options.scratch || options.task == TrainTaskKind::Classification);
}

bool comparesContinuations(const TrainOptions& options) {
    return options.baselines && options.task == TrainTaskKind::LanguageModel && options.measures.prompts > 0;
}

std::string ownVariant(const TrainOptions& options) { return variantOf(options.qat).name; }

std::vector<TrainVariant> variantsOf(const TrainOptions& options) {
    const TrainVariant full = variantOf(with(options.qat, QatMethod::Full, options.qat.bits));
    std::vector<TrainVariant> variants;
    const auto add = [&](const TrainVariant& variant) {
        const bool there = std::any_of(variants.begin(), variants.end(), [&](const TrainVariant& v) { return v.name == variant.name; });
        if (!there) variants.push_back(variant);
    };
    if (trainsTeacher(options) || comparesContinuations(options)) add(full);
    add(variantOf(options.qat));
    if (!options.baselines) return variants;
    add(full);
    add(variantOf(with(options.qat, QatMethod::Fixed, 4)));
    add(variantOf(with(options.qat, QatMethod::Fixed, 8)));
    add(variantOf(with(options.qat, QatMethod::Lsq, 4)));
    return variants;
}

}  // namespace qs
