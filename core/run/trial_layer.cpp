// SPDX-License-Identifier: GPL-3.0-or-later
// S_L of the run file is split again into first tokens and the rest, as the bank keeps it:
//   rest_L [in, in] = S_L − F_LᵀF_L      F_L [n_L, in] first tokens
// Then H = Σ_L c_L S_L (hessian/weighting.h), its factor, the column loop and the errors per length are those of the main job.
#include "run/trial_layer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "base/error.h"
#include "hessian/bank.h"
#include "hessian/errors.h"
#include "kernels/blas.h"
#include "model/model.h"
#include "quant/grid_rule.h"
#include "quant/quantizer.h"
#include "quant/super_blocks.h"

namespace qs {
namespace {

/// H depends on these only.
std::string hessianKey(const TrialSettings& s) { return s.weighting + '|' + std::to_string(s.firstTokenWeight); }

std::string factorKey(const TrialSettings& s) {
    return hessianKey(s) + '|' + std::to_string(s.quant.damping) + '|' + std::to_string(s.quant.maxDamping) + '|' +
           std::to_string(s.quant.actOrder) + '|' + std::to_string(static_cast<int>(s.quant.onFailure));
}

std::vector<LengthError> recordsOf(const std::vector<BucketError>& errors) {
    std::vector<LengthError> records;
    for (const BucketError& e : errors)
        records.push_back({e.length, e.sequences, e.error, e.energy, e.errorWithoutFirst, e.energyWithoutFirst});
    return records;
}

class BankLayer final : public TrialLayer {
  public:
    BankLayer(std::string name, Matrix<float> W, std::vector<HessianBank> banks)
        : m_name(std::move(name)), m_W(std::move(W)), m_banks(std::move(banks)), m_pool(0, beginSingleThreadedMath) {}

    const std::string& name() const override { return m_name; }

    /// Energies of W per bank and length; also the test that W and bank belong together.
    const std::vector<std::vector<QuadraticForm>>& energies() {
        if (m_energies.empty()) m_energies = quadraticForms(pointers(), m_W.view(), m_pool);
        return m_energies;
    }

    TrialResult solve(const TrialSettings& settings, JobContext& context) override {
        beginSingleThreadedMath();
        const auto start = std::chrono::steady_clock::now();
        if (const std::string obstacle = trialObstacle(settings); !obstacle.empty()) throw Error(m_name + ": " + obstacle);
        checkSettings(settings.quant, static_cast<int>(m_W.cols()), m_name);
        context.takeEvents();
        prepare(settings, context);
        context.check();
        SolveInput input;
        input.W = m_W.view();
        input.H = m_H.view();
        input.factor = m_factor.get();
        input.name = m_name;
        input.energy = false;
        const SolveResult solved = quantizeLinear(input, settings.quant, StepDetail::None, context, m_pool, {});
        context.check();
        TrialResult result = measured(solved, settings);
        result.events = context.takeEvents();
        result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        return result;
    }

  private:
    std::vector<const HessianBank*> pointers() const {
        std::vector<const HessianBank*> list;
        for (const HessianBank& bank : m_banks) list.push_back(&bank);
        return list;
    }

    void prepare(const TrialSettings& settings, JobContext& context) {
        if (!needsHessian(settings.quant)) return m_factor.reset();
        if (hessianKey(settings) != m_hessianKey) {
            Weighting weighting = Weighting::parse(settings.weighting);
            weighting.firstTokenWeight = settings.firstTokenWeight;
            m_factorKey.clear();
            m_H = m_banks[0].combine(weighting, context, m_pool);
            m_hessianKey = hessianKey(settings);
        }
        if (!quantizerOf(settings.quant.method).needsHessian) return m_factor.reset(), m_factorKey.clear();
        if (factorKey(settings) == m_factorKey) return;
        m_factor = factorize(m_H.view(), settings.quant, m_name, context, m_pool);
        m_factorKey = factorKey(settings);
    }

    TrialResult measured(const SolveResult& solved, const TrialSettings& settings) {
        TrialResult result;
        const Matrix<float> quantized = dequantize(solved.quantized);
        const auto errors = lengthErrors(pointers(), m_W.view(), quantized.view(), energies(), m_pool);
        result.calibration = recordsOf(errors[0]);
        if (errors.size() > 1) result.heldOut = recordsOf(errors[1]);
        const auto factors = Weighting::parse(settings.weighting).factors(m_banks[0].counts());
        double loss = 0, energy = 0;
        for (std::size_t i = 0; i < errors[0].size(); ++i) {
            const BucketError& e = errors[0][i];
            loss += factors[i] * (e.errorWithoutFirst + settings.firstTokenWeight * (e.error - e.errorWithoutFirst));
            energy += factors[i] * (e.energyWithoutFirst + settings.firstTokenWeight * (e.energy - e.energyWithoutFirst));
        }
        result.relative = energy > 0 ? loss / energy : 0;
        result.damping = solved.report.dampingUsed;
        result.failed = solved.report.failed;
        const double groups = static_cast<double>(groupCount(settings.quant, m_W.cols()));
        const int bitsOfScale = scaleBits(settings.quant, m_W.cols());
        const double zeroBits = settings.quant.scheme == Scheme::Asymmetric ? settings.quant.bits : 0;
        result.bits = settings.quant.bits + groups * (bitsOfScale + zeroBits) / static_cast<double>(m_W.cols());
        return result;
    }

    std::string m_name;
    Matrix<float> m_W;
    std::vector<HessianBank> m_banks;  ///< calibration, and held-out text if there is some
    ThreadPool m_pool;
    std::vector<std::vector<QuadraticForm>> m_energies;
    std::string m_hessianKey, m_factorKey;
    Matrix<float> m_H;
    std::shared_ptr<const HessianFactor> m_factor;
};

/// S − FᵀF in place.
void takeFirstTokensOff(Matrix<float>& S, const Matrix<float>& F) {
    if (F.empty()) return;
    gemm(Transpose::Yes, Transpose::No, S.rows(), S.cols(), F.rows(), -1.0f, F.data(), F.cols(), F.data(), F.cols(), 1.0f, S.data(),
         S.cols());
}

/// Empty when the run did not keep the matrices.
std::vector<LengthBucket> readBuckets(const RunFile& run, const TagRecord& tag, bool heldOut, JobContext& context) {
    std::vector<LengthBucket> buckets;
    for (const BucketRecord& record : heldOut ? tag.heldOut : tag.calibration) {
        context.check();
        LengthBucket bucket;
        bucket.length = record.length;
        bucket.sequences = record.sequences;
        bucket.rest = run.fullS(tag.block, tag.tag, record.length, heldOut);
        if (bucket.rest.empty()) return {};
        bucket.firstTokens = run.firstTokens(tag.block, tag.tag, record.length, heldOut);
        takeFirstTokensOff(bucket.rest, bucket.firstTokens);
        bucket.diagonal = record.diagonal;
        bucket.firstTokenDiagonal = record.firstTokenDiagonal;
        bucket.halfDiagonal = record.halfDiagonal;
        bucket.halfSequences = record.halfSequences;
        buckets.push_back(std::move(bucket));
    }
    return buckets;
}

Matrix<float> readWeights(const RunFile& run, const LinearRecord& record, std::filesystem::path path) {
    if (path.empty()) path = run.provenance().model;
    if (!std::filesystem::exists(path))
        throw Error(run.path().string() + ": the model " + path.string() +
                    " it was made from is not there; open the model where it is now");
    Matrix<float> W = openModel(path)->read(record.name + ".weight");
    if (W.rows() != static_cast<std::size_t>(record.out) || W.cols() != static_cast<std::size_t>(record.in))
        throw Error(path.string() + ": " + record.name + " has another shape than in the run; the run was made from another model");
    return W;
}

void requireSameEnergies(const LinearRecord& record, BankLayer& layer) {
    for (const QuadraticForm& form : layer.energies().front()) {
        const auto index = static_cast<std::size_t>(&form - layer.energies().front().data());
        if (index >= record.calibrationErrors.size()) return;
        const double known = record.calibrationErrors[index].energy;
        if (std::abs(form.total() - known) > 0.01 * known)
            throw Error(record.name + ": the weights are not those that the run was made from; open the original model");
    }
}

}  // namespace

bool TrialSettings::operator==(const TrialSettings& other) const {
    const auto textsOf = [](TrialSettings settings) {
        OptionList list;
        settings.quant.describe(list);
        std::string texts = settings.weighting + '|' + std::to_string(settings.firstTokenWeight);
        for (const OptionField& field : list.fields()) texts += '|' + field.get();
        return texts;
    };
    return textsOf(*this) == textsOf(other);
}

TrialSettings trialSettingsOf(const RunFile& run) {
    TrialSettings settings;
    OptionList list;
    settings.quant.describe(list);
    for (const auto& [name, value] : run.provenance().options) {
        if (list.find(name)) list.set(name, value);
        if (name == "weighting") settings.weighting = value;
        if (name == "first-token-weight") settings.firstTokenWeight = std::stod(value);
    }
    return settings;
}

std::string trialObstacle(const TrialSettings& settings) {
    const QuantizerEntry& entry = quantizerOf(settings.quant.method);
    if (entry.scalesInputs || entry.outputHessians)
        return std::string(entry.title) + " looks at more than one linear and the bank of its input; start a run with it";
    if (needsCross(settings.quant))
        return std::string(entry.title) + " also needs the inputs of the untouched model, which a bank does not hold; start a run with it";
    return {};
}

std::shared_ptr<TrialLayer> TrialLayer::load(const RunFile& run, const std::string& linear, const std::filesystem::path& model,
                                             JobContext& context) {
    beginSingleThreadedMath();
    const auto record =
        std::find_if(run.linears().begin(), run.linears().end(), [&](const LinearRecord& other) { return other.name == linear; });
    if (record == run.linears().end()) throw Error(run.path().string() + ": has no linear " + linear);
    const auto tag = std::find_if(run.tags().begin(), run.tags().end(),
                                  [&](const TagRecord& other) { return other.block == record->block && other.tag == record->tag; });
    std::vector<HessianBank> banks;
    if (tag != run.tags().end())
        for (const bool heldOut : {false, true}) {
            auto buckets = readBuckets(run, *tag, heldOut, context);
            if (!buckets.empty()) banks.emplace_back(tag->dim, std::move(buckets));
            else if (!heldOut) break;
        }
    if (banks.empty())
        throw Error(linear + ": this run did not keep the full Hessian bank, which solving again needs; start the run with --keep full");
    context.check();
    auto layer = std::make_shared<BankLayer>(linear, readWeights(run, *record, model), std::move(banks));
    requireSameEnergies(*record, *layer);
    return layer;
}

std::shared_ptr<TrialLayer> TrialLayer::of(Matrix<float> W, std::vector<Lengths> lengths, const std::string& name) {
    beginSingleThreadedMath();
    const int dim = static_cast<int>(W.cols());
    std::vector<LengthBucket> buckets;
    for (Lengths& entry : lengths) {
        LengthBucket bucket;
        bucket.length = entry.length;
        bucket.sequences = entry.sequences;
        bucket.rest = std::move(entry.S);
        bucket.firstTokens = Matrix<float>(0, W.cols());
        for (std::size_t c = 0; c < W.cols(); ++c) bucket.diagonal.push_back(bucket.rest(c, c));
        bucket.firstTokenDiagonal.assign(W.cols(), 0.0);
        buckets.push_back(std::move(bucket));
    }
    std::vector<HessianBank> banks;
    banks.emplace_back(dim, std::move(buckets));
    return std::make_shared<BankLayer>(name, std::move(W), std::move(banks));
}

}  // namespace qs
