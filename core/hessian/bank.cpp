// SPDX-License-Identifier: GPL-3.0-or-later
// S_L = rest + FᵀF per length, see bank.h. `rest` is summed in float32 by addGram (kernels/gram.h says why that is enough); with double
// inputs in double until finish(). Diagonals are always summed in double.
#include "hessian/bank.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.h"
#include "hessian/bank_device.h"
#include "hessian/sequence_rows.h"
#include "kernels/blas.h"
#include "kernels/convert.h"
#include "kernels/gram.h"

namespace qs {
namespace {

using Tick = std::function<void()>;

void toFloats(const BFloat16* x, std::size_t n, float* out) { convert(x, out, n); }
void toFloats(const float* x, std::size_t n, float* out) { convert(x, out, n); }
void toFloats(const double* x, std::size_t n, float* out) {
    for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<float>(x[i]);
}

/// Adds the squares of all tokens to halfDiagonal. Sequences go to a fixed number of shares, so that the order of the sums does not depend
/// on the workers.
template <class T>
void addDiagonals(LengthBucket& bucket, std::span<const SequenceInput> sequences, std::size_t dim, ThreadPool& pool) {
    const std::size_t shares = std::min<std::size_t>(sequences.size(), 16);
    std::vector<std::vector<double>> sums(2 * shares, std::vector<double>(dim, 0.0));
    pool.run(shares, [&](std::size_t share, int) {
        const std::size_t first = share * sequences.size() / shares, last = (share + 1) * sequences.size() / shares;
        for (std::size_t s = first; s < last; ++s) {
            double* sum = sums[2 * share + (sequences[s].secondHalf ? 1 : 0)].data();
            const T* x = static_cast<const T*>(sequences[s].x);
            for (int t = 0; t < bucket.length; ++t) addSquares(x + static_cast<std::size_t>(t) * dim, dim, sum);
        }
    });
    for (std::size_t k = 0; k < sums.size(); ++k)
        for (std::size_t i = 0; i < dim; ++i) bucket.halfDiagonal[k % 2][i] += sums[k][i];
}

void appendRows(Matrix<float>& F, const Matrix<float>& more) {
    Matrix<float> all(F.rows() + more.rows(), more.cols());
    std::copy(F.values().begin(), F.values().end(), all.data());
    std::copy(more.values().begin(), more.values().end(), all.row(F.rows()));
    F = std::move(all);
}

template <class T>
Matrix<float> firstTokensOf(std::span<const SequenceInput> sequences, std::size_t dim) {
    Matrix<float> F(sequences.size(), dim);
    for (std::size_t s = 0; s < sequences.size(); ++s) toFloats(static_cast<const T*>(sequences[s].x), dim, F.row(s));
    return F;
}

template <class T, class Sum>
void addOnCpu(LengthBucket& bucket, Matrix<Sum>& rest, std::span<const SequenceInput> sequences, ThreadPool& pool, const Tick& tick) {
    const std::size_t dim = rest.rows();
    addDiagonals<T>(bucket, sequences, dim, pool);
    appendRows(bucket.firstTokens, firstTokensOf<T>(sequences, dim));
    for (const SequenceInput& sequence : sequences) addSquares(static_cast<const T*>(sequence.x), dim, bucket.firstTokenDiagonal.data());
    addGram(std::span<const T* const>(restOf<T>(sequences, bucket.length, dim)), dim, rest.data(), dim, pool, tick);
}

void requireFinite(const LengthBucket& bucket) {
    for (std::size_t i = 0; i < bucket.diagonal.size(); ++i)
        if (!std::isfinite(bucket.diagonal[i]))
            throw Error("the inputs of the sequences of " + std::to_string(bucket.length) +
                        " tokens hold a NaN or infinite value in channel " + std::to_string(i) +
                        "; the model overflows in this number type, try --compute f32");
}

constexpr std::size_t kTileRows = 128;
std::size_t tileCount(std::size_t dim) { return (dim + kTileRows - 1) / kTileRows; }

/// Rows [first, last) of H, columns from `first` on: += factor · FᵀF.
void addFirstTokenProduct(const Matrix<float>& F, float factor, std::size_t first, std::size_t last, Matrix<float>& H) {
    if (F.rows() == 0 || factor == 0) return;
    gemm(Transpose::Yes, Transpose::No, last - first, H.cols() - first, F.rows(), factor, F.data() + first, F.cols(), F.data() + first,
         F.cols(), 1.0f, H.row(first) + first, H.cols());
}

}  // namespace

HessianBank::HessianBank(int dim, DType dtype, Device device) : m_dim(dim), m_dtype(dtype), m_device(device) {
    if (dim < 1) throw Error("a Hessian bank needs at least one channel, got " + std::to_string(dim));
    if (dtype != DType::BF16 && dtype != DType::F32 && dtype != DType::F64)
        throw Error(std::string("a Hessian bank takes inputs of BF16, F32 or F64, not ") + nameOf(dtype));
}
HessianBank::HessianBank(int dim, std::vector<LengthBucket> buckets)
    : m_dim(dim), m_dtype(DType::F32), m_finished(true), m_buckets(std::move(buckets)) {}
HessianBank::HessianBank(HessianBank&&) noexcept = default;
HessianBank& HessianBank::operator=(HessianBank&&) noexcept = default;
HessianBank::~HessianBank() = default;

std::size_t HessianBank::indexOf(int length) {
    const auto at = std::lower_bound(m_buckets.begin(), m_buckets.end(), length,
                                     [](const LengthBucket& bucket, int wanted) { return bucket.length < wanted; });
    const std::size_t index = static_cast<std::size_t>(at - m_buckets.begin());
    if (at != m_buckets.end() && at->length == length) return index;
    const auto dim = static_cast<std::size_t>(m_dim);
    LengthBucket bucket;
    bucket.length = length;
    bucket.rest = m_dtype == DType::F64 ? Matrix<float>() : Matrix<float>(dim, dim);
    bucket.diagonal.assign(dim, 0);
    bucket.firstTokenDiagonal.assign(dim, 0);
    for (auto& half : bucket.halfDiagonal) half.assign(dim, 0);
    bucket.firstTokens = Matrix<float>(0, dim);
    m_buckets.insert(at, std::move(bucket));
    if (m_dtype == DType::F64) m_doubleRest.insert(m_doubleRest.begin() + static_cast<std::ptrdiff_t>(index), Matrix<double>(dim, dim));
    return index;
}

void HessianBank::add(int length, std::span<const SequenceInput> sequences, ThreadPool& pool, const Tick& tick) {
    if (length < 1) throw Error("a calibration sequence needs at least one token");
    if (m_finished) throw Error("a Hessian bank takes no more sequences after finish()");
    if (sequences.empty()) return;
    const std::size_t index = indexOf(length);
    LengthBucket& bucket = m_buckets[index];
    if (m_device.kind == DeviceKind::Cuda) addOnDevice(index, sequences, tick);
    else if (m_dtype == DType::BF16) addOnCpu<BFloat16>(bucket, bucket.rest, sequences, pool, tick);
    else if (m_dtype == DType::F32) addOnCpu<float>(bucket, bucket.rest, sequences, pool, tick);
    else addOnCpu<double>(bucket, m_doubleRest[index], sequences, pool, tick);
    bucket.sequences += static_cast<int>(sequences.size());
    for (const SequenceInput& sequence : sequences) ++bucket.halfSequences[sequence.secondHalf ? 1 : 0];
    for (std::size_t i = 0; i < bucket.diagonal.size(); ++i) bucket.diagonal[i] = bucket.halfDiagonal[0][i] + bucket.halfDiagonal[1][i];
    requireFinite(bucket);
}

void HessianBank::addOnDevice(std::size_t index, std::span<const SequenceInput> sequences, const Tick& tick) {
    LengthBucket& bucket = m_buckets[index];
    void* rest = m_dtype == DType::F64 ? static_cast<void*>(m_doubleRest[index].data()) : bucket.rest.data();
    const DeviceSums sums = sumOnDevice(m_device, m_dtype, m_dim, bucket.length, sequences, rest, tick);
    for (std::size_t half = 0; half < 2; ++half)
        for (std::size_t i = 0; i < sums.halfDiagonal[half].size(); ++i) bucket.halfDiagonal[half][i] += sums.halfDiagonal[half][i];
    for (std::size_t i = 0; i < sums.firstTokenDiagonal.size(); ++i) bucket.firstTokenDiagonal[i] += sums.firstTokenDiagonal[i];
    appendRows(bucket.firstTokens, sums.firstTokens);
}

void HessianBank::finish(ThreadPool& pool) {
    if (m_finished) return;
    m_finished = true;
    const auto dim = static_cast<std::size_t>(m_dim);
    for (std::size_t b = 0; b < m_buckets.size(); ++b) {
        Matrix<float>& rest = m_buckets[b].rest;
        if (m_dtype == DType::F64) {
            rest = Matrix<float>(dim, dim);
            std::transform(m_doubleRest[b].values().begin(), m_doubleRest[b].values().end(), rest.data(),
                           [](double sum) { return static_cast<float>(sum); });
        }
        mirrorUpper(rest.data(), dim, dim, pool);
    }
    m_doubleRest.clear();
}

std::vector<LengthCount> HessianBank::counts() const {
    std::vector<LengthCount> counts;
    for (const LengthBucket& bucket : m_buckets) counts.push_back({bucket.length, bucket.sequences});
    return counts;
}

Matrix<float> HessianBank::sum(std::size_t index, ThreadPool& pool) const {
    const LengthBucket& bucket = m_buckets.at(index);
    Matrix<float> S = bucket.rest;
    pool.run(tileCount(S.rows()), [&](std::size_t item, int) {
        addFirstTokenProduct(bucket.firstTokens, 1, item * kTileRows, std::min(S.rows(), (item + 1) * kTileRows), S);
    });
    mirrorUpper(S.data(), S.rows(), S.cols(), pool);
    return S;
}

Matrix<float> HessianBank::combine(const Weighting& weighting, JobContext& context, ThreadPool& pool) const {
    const std::vector<double> factors = weighting.factors(counts());
    const auto dim = static_cast<std::size_t>(m_dim);
    Matrix<float> H(dim, dim);
    pool.run(tileCount(dim), [&](std::size_t item, int) {
        context.check();
        const std::size_t first = item * kTileRows, last = std::min(dim, first + kTileRows);
        std::vector<double> row(dim);
        for (std::size_t i = first; i < last; ++i) {
            std::fill(row.begin(), row.end(), 0);
            for (std::size_t b = 0; b < factors.size(); ++b) {
                if (factors[b] == 0) continue;
                const float* rest = m_buckets[b].rest.row(i);
                for (std::size_t j = first; j < dim; ++j) row[j] += factors[b] * static_cast<double>(rest[j]);
            }
            for (std::size_t j = first; j < dim; ++j) H(i, j) = static_cast<float>(row[j]);
        }
        for (std::size_t b = 0; b < factors.size(); ++b)
            addFirstTokenProduct(m_buckets[b].firstTokens, static_cast<float>(factors[b] * weighting.firstTokenWeight), first, last, H);
    });
    mirrorUpper(H.data(), dim, dim, pool);
    return H;
}

std::size_t HessianBank::bytesFor(int dim, std::size_t lengths) {
    const auto d = static_cast<std::size_t>(dim);
    return lengths * (d * d * sizeof(float) + 4 * d * sizeof(double));
}

}  // namespace qs
