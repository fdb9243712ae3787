// SPDX-License-Identifier: GPL-3.0-or-later
// What a method of `solve` is given: named tensors and settings, both checked as they are read.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "base/array.h"
#include "quant/settings.h"
#include "run/solve_problem.h"

namespace qs {

/// Tensors by name, with errors that name the tensor.
class ProblemTensors {
  public:
    explicit ProblemTensors(const std::map<std::string, NamedTensor>& tensors) : m_tensors(tensors) {}

    bool has(const std::string& name) const { return m_tensors.count(name) != 0; }
    /// Finite matrix. Throws Error if it is missing, not two-dimensional, empty, or holds NaN or infinity.
    MatrixView<const double> matrix(const std::string& name) const;
    /// The same with a required shape.
    MatrixView<const double> matrix(const std::string& name, std::size_t rows, std::size_t cols) const;
    /// Finite vector. Throws Error likewise.
    const std::vector<double>& vector(const std::string& name) const;
    /// Finite matrices [rows, cols] of a tensor with three axes.
    std::vector<MatrixView<const double>> matrices(const std::string& name) const;
    /// matrix() of [n, n] that is symmetric to float32 precision.
    MatrixView<const double> symmetric(const std::string& name, std::size_t n) const;

    /// Throws the error of symmetric() under the name `name`.
    static void requireSymmetric(MatrixView<const double> m, const std::string& name);

  private:
    const NamedTensor& tensor(const std::string& name, std::size_t axes) const;
    const std::map<std::string, NamedTensor>& m_tensors;
};

/// Settings by key, with errors that name the key. Every key that was read is remembered, so that the rest can be refused.
class ProblemSettings {
  public:
    /// Throws Error(Usage) if `text` is not a JSON object.
    explicit ProblemSettings(const std::string& text);
    ProblemSettings(nlohmann::json object, std::string within);

    std::string text(const std::string& key, const std::string& otherwise);
    double real(const std::string& key, double otherwise, double least, double most);
    int integer(const std::string& key, int otherwise, int least, int most);
    bool flag(const std::string& key, bool otherwise);
    std::vector<int> integers(const std::string& key);
    /// The object under `key`, empty if absent.
    ProblemSettings object(const std::string& key);
    bool has(const std::string& key) const { return m_object.contains(key); }

    /// Value of an enum with EnumNames.
    template <class E>
    E choice(const std::string& key, E otherwise) {
        const std::string name = text(key, nameOfEnum(otherwise));
        std::string allowed;
        for (const auto& [value, known] : EnumNames<E>::values) {
            if (name == known) return value;
            allowed += (allowed.empty() ? "" : ", ") + std::string(known);
        }
        refuse(key, "one of " + allowed);
    }

    /// Throws Error(Usage) naming the first key that was never asked for.
    void refuseUnknown() const;

  private:
    const nlohmann::json* find(const std::string& key);
    [[noreturn]] void refuse(const std::string& key, const std::string& allowed) const;

    nlohmann::json m_object;
    std::string m_within;  // "" or "search."
    std::set<std::string> m_read;
};

/// bits, group, scheme, search, scale_dtype: the grid of every method.
QuantSettings readGridSettings(ProblemSettings& settings);
/// act_order, static, scale_time, block, percdamp: what every column loop takes besides.
void readColumnSettings(ProblemSettings& settings, QuantSettings& into);

struct SolveRequest {
    ProblemTensors tensors;
    ProblemSettings settings;
    bool production = false;  ///< precision "float32": the kernels that jobs run
    JobContext& context;
    ThreadPool& pool;
};

// The methods; each reads its settings, then calls settings.refuseUnknown(). THE list is in solve_problem.cpp.
SolveOutcome solveRtnProblem(SolveRequest& request);
SolveOutcome solveGptqProblem(SolveRequest& request);
SolveOutcome solveHessiansProblem(SolveRequest& request);
SolveOutcome solveGptaqProblem(SolveRequest& request);
SolveOutcome solveTwoStageProblem(SolveRequest& request);
SolveOutcome solveAwqScaleProblem(SolveRequest& request);
SolveOutcome solveAwqClipProblem(SolveRequest& request);
SolveOutcome solveTwoSidedProblem(SolveRequest& request);
SolveOutcome solveKeysProblem(SolveRequest& request);
SolveOutcome solveDsaBitsProblem(SolveRequest& request);
SolveOutcome solveDsaFakeProblem(SolveRequest& request);

}  // namespace qs
