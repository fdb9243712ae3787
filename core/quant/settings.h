// SPDX-License-Identifier: GPL-3.0-or-later
// What a quantizer of one linear can be told. Defaults and help live here and nowhere else.
#pragma once

#include "base/options.h"

namespace qs {

/// Automatic: what the method is usually run with (schemeOf).
enum class Scheme { Automatic, Symmetric, Narrow, Asymmetric };
template <>
struct EnumNames<Scheme> {
    static constexpr std::pair<Scheme, const char*> values[] = {
        {Scheme::Automatic, "auto"}, {Scheme::Symmetric, "sym"}, {Scheme::Narrow, "sym_narrow"}, {Scheme::Asymmetric, "asym"}};
};

enum class SearchKind { AbsMax, Mse, Hessian };
template <>
struct EnumNames<SearchKind> {
    static constexpr std::pair<SearchKind, const char*> values[] = {
        {SearchKind::AbsMax, "absmax"}, {SearchKind::Mse, "mse"}, {SearchKind::Hessian, "hessian"}};
};

/// K: float16 as multiples of one number per 256 columns (quant/super_blocks.h).
enum class ScaleType { F32, F16, BF16, K };
template <>
struct EnumNames<ScaleType> {
    static constexpr std::pair<ScaleType, const char*> values[] = {
        {ScaleType::F32, "f32"}, {ScaleType::F16, "f16"}, {ScaleType::BF16, "bf16"}, {ScaleType::K, "k"}};
};

/// When a dynamic group takes its scale from the weights.
enum class ScaleTime { Current, Stale };
template <>
struct EnumNames<ScaleTime> {
    static constexpr std::pair<ScaleTime, const char*> values[] = {{ScaleTime::Current, "current"}, {ScaleTime::Stale, "stale"}};
};

enum class Method { Rtn, Gptq, Gptaq, Awq, Boa };
template <>
struct EnumNames<Method> {
    static constexpr std::pair<Method, const char*> values[] = {
        {Method::Rtn, "rtn"}, {Method::Gptq, "gptq"}, {Method::Gptaq, "gptaq"}, {Method::Awq, "awq"}, {Method::Boa, "boa"}};
};

/// What BoA solves the columns by.
enum class ColumnMethod { Gptq, Gptaq };
template <>
struct EnumNames<ColumnMethod> {
    static constexpr std::pair<ColumnMethod, const char*> values[] = {{ColumnMethod::Gptq, "gptq"}, {ColumnMethod::Gptaq, "gptaq"}};
};

/// What BoA takes the Hessian of v's rows from: its inputs, or what the attention of each head makes of them.
enum class ValueInputs { Plain, Attended };
template <>
struct EnumNames<ValueInputs> {
    static constexpr std::pair<ValueInputs, const char*> values[] = {{ValueInputs::Plain, "plain"}, {ValueInputs::Attended, "attended"}};
};

/// Which value of a finished column the correction P of GPTAQ multiplies.
enum class CorrectionWeight {
    Before,    ///< just before quantization, for every later column
    Published  ///< the same inside the block, the quantized value for columns beyond it, as the published code does
};
template <>
struct EnumNames<CorrectionWeight> {
    static constexpr std::pair<CorrectionWeight, const char*> values[] = {{CorrectionWeight::Before, "pre"},
                                                                          {CorrectionWeight::Published, "official"}};
};

enum class OnFailure { Stop, Rtn };
template <>
struct EnumNames<OnFailure> {
    static constexpr std::pair<OnFailure, const char*> values[] = {{OnFailure::Stop, "stop"}, {OnFailure::Rtn, "rtn"}};
};

/// Better group scales for codes that are found (quant/scale_refinement.h).
enum class Refine { None, Sweeps, Joint };
template <>
struct EnumNames<Refine> {
    static constexpr std::pair<Refine, const char*> values[] = {
        {Refine::None, "none"}, {Refine::Sweeps, "sweeps"}, {Refine::Joint, "joint"}};
};

struct QuantSettings {
    Method method = Method::Gptq;
    int bits = 4;
    int groupSize = 128;  ///< columns that share a scale; 0 = the whole row (per channel)
    Scheme scheme = Scheme::Automatic;
    SearchKind search = SearchKind::AbsMax;
    int searchGrid = 100;   ///< p = 1 − i / grid
    int searchSteps = 0;    ///< i < steps; 0: searchStepsOf (quant/grid_rule.h)
    double searchNorm = 2;  ///< of Mse: 2, or 2.4 as in the GPTQ code
    ScaleType scaleType = ScaleType::F32;
    bool actOrder = false;
    bool staticGroups = true;
    ScaleTime scaleTime = ScaleTime::Current;
    int blockSize = 128;  ///< matters for ScaleTime::Stale and CorrectionWeight::Published only
    double alpha = 0.25;  ///< GPTAQ: weight of the correction; 0.25 as in the published code, 1 is the derived objective
    CorrectionWeight correctionWeight = CorrectionWeight::Before;
    bool clip = true;                                 ///< AWQ: search of clipping bounds
    ColumnMethod columns = ColumnMethod::Gptq;        ///< of BoA
    int rowBlock = 16;                                ///< BoA: rows of a head that are solved before the others make up for them
    bool centreKeys = false;                          ///< BoA: q's output Hessian from the keys' deviations from their mean
    bool valueRows = true;                            ///< BoA: the rows of v, too
    ValueInputs valueInputs = ValueInputs::Attended;  ///< BoA: inputs of v
    bool rowOrder = false;                            ///< BoA: rows of a head in descending order of the diagonal of their output Hessian
    double damping = 0.01;                            ///< fraction of the mean live diagonal
    double maxDamping = 1;                            ///< retries multiply by 10 up to this fraction
    OnFailure onFailure = OnFailure::Stop;
    Refine refine = Refine::None;
    int sweeps = 3;  ///< of Refine::Sweeps: within 0.1 % of the joint optimum as a rule

    void describe(OptionList& list);
};

/// The settings by which columns are solved: those of GPTQ or GPTAQ for BoA, else the same.
QuantSettings columnSettings(const QuantSettings& settings);

/// The scheme of the settings, Automatic resolved: asymmetric for AWQ, as it was published, symmetric for the other methods.
Scheme schemeOf(const QuantSettings& settings);

}  // namespace qs
