// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/solve_request.h"

#include <cmath>
#include <limits>

#include "base/error.h"

namespace qs {
namespace {

std::string shapeOf(const std::vector<std::int64_t>& shape) {
    std::string text = "[";
    for (const std::int64_t n : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(n);
    return text + "]";
}

/// "3" or "3, 17" of a flat index.
std::string placeOf(const std::vector<std::int64_t>& shape, std::size_t index) {
    std::string text;
    for (std::size_t axis = shape.size(); axis-- > 0;) {
        const auto n = static_cast<std::size_t>(shape[axis]);
        text = std::to_string(index % n) + (text.empty() ? "" : ", ") + text;
        index /= n;
    }
    return "[" + text + "]";
}

std::string numberText(double value) { return nlohmann::json(value).dump(); }

}  // namespace

const NamedTensor& ProblemTensors::tensor(const std::string& name, std::size_t axes) const {
    const auto found = m_tensors.find(name);
    if (found == m_tensors.end()) throw Error("the problem has no tensor '" + name + "', which this method needs");
    const NamedTensor& t = found->second;
    std::size_t count = 1;
    for (const std::int64_t n : t.shape) count *= static_cast<std::size_t>(n);
    if (t.shape.size() != axes || count == 0)
        throw Error("tensor '" + name + "' has shape " + shapeOf(t.shape) + "; a non-empty " +
                    (axes == 3   ? "stack of matrices"
                     : axes == 2 ? "matrix"
                                 : "vector") +
                    " is needed");
    if (t.values.size() != count)
        throw Error("tensor '" + name + "' does not hold as many values as its shape " + shapeOf(t.shape) + " says");
    for (std::size_t i = 0; i < count; ++i)
        if (!std::isfinite(t.values[i]))
            throw Error("tensor '" + name + "' is not finite at " + placeOf(t.shape, i) + "; NaN and infinity are refused");
    return t;
}

MatrixView<const double> ProblemTensors::matrix(const std::string& name) const {
    const NamedTensor& t = tensor(name, 2);
    const auto rows = static_cast<std::size_t>(t.shape[0]), cols = static_cast<std::size_t>(t.shape[1]);
    return {t.values.data(), rows, cols, cols};
}

MatrixView<const double> ProblemTensors::matrix(const std::string& name, std::size_t rows, std::size_t cols) const {
    const MatrixView<const double> m = matrix(name);
    if (m.rows != rows || m.cols != cols)
        throw Error("tensor '" + name + "' is " + std::to_string(m.rows) + " x " + std::to_string(m.cols) + "; " + std::to_string(rows) +
                    " x " + std::to_string(cols) + " is needed");
    return m;
}

const std::vector<double>& ProblemTensors::vector(const std::string& name) const { return tensor(name, 1).values; }

MatrixView<const double> ProblemTensors::symmetric(const std::string& name, std::size_t n) const {
    const MatrixView<const double> m = matrix(name, n, n);
    requireSymmetric(m, name);
    return m;
}

void ProblemTensors::requireSymmetric(MatrixView<const double> m, const std::string& name) {
    for (std::size_t i = 0; i < m.rows; ++i) {
        if (m(i, i) < 0)
            throw Error("tensor '" + name + "' is negative on its diagonal at [" + std::to_string(i) + ", " + std::to_string(i) +
                        "]; a sum of products x xᵀ is not");
        for (std::size_t j = 0; j < i; ++j)
            if (std::abs(m(i, j) - m(j, i)) > 1e-5 * std::sqrt(std::abs(m(i, i) * m(j, j))))
                throw Error("tensor '" + name + "' is not symmetric: element [" + std::to_string(i) + ", " + std::to_string(j) +
                            "] differs from its mirror image");
    }
}

std::vector<MatrixView<const double>> ProblemTensors::matrices(const std::string& name) const {
    const NamedTensor& t = tensor(name, 3);
    const auto rows = static_cast<std::size_t>(t.shape[1]), cols = static_cast<std::size_t>(t.shape[2]);
    std::vector<MatrixView<const double>> list;
    for (std::size_t i = 0; i < static_cast<std::size_t>(t.shape[0]); ++i)
        list.push_back({t.values.data() + i * rows * cols, rows, cols, cols});
    return list;
}

ProblemSettings::ProblemSettings(const std::string& text) {
    m_object = nlohmann::json::parse(text, nullptr, false);
    if (!m_object.is_object())
        throw Error("the settings are not a JSON object; give for example {\"method\": \"rtn\", \"bits\": 4}", ErrorKind::Usage);
}

ProblemSettings::ProblemSettings(nlohmann::json object, std::string within) : m_object(std::move(object)), m_within(std::move(within)) {}

const nlohmann::json* ProblemSettings::find(const std::string& key) {
    m_read.insert(key);
    const auto found = m_object.find(key);
    return found == m_object.end() ? nullptr : &*found;
}

void ProblemSettings::refuse(const std::string& key, const std::string& allowed) const {
    throw Error("setting '" + m_within + key + "': " + m_object.at(key).dump() + " is not allowed; give " + allowed, ErrorKind::Usage);
}

std::string ProblemSettings::text(const std::string& key, const std::string& otherwise) {
    const nlohmann::json* value = find(key);
    if (!value) return otherwise;
    if (!value->is_string()) refuse(key, "a string");
    return value->get<std::string>();
}

double ProblemSettings::real(const std::string& key, double otherwise, double least, double most) {
    const nlohmann::json* value = find(key);
    if (!value) return otherwise;
    if (!value->is_number() || !(value->get<double>() >= least && value->get<double>() <= most))
        refuse(key, "a number from " + numberText(least) + " to " + numberText(most));
    return value->get<double>();
}

int ProblemSettings::integer(const std::string& key, int otherwise, int least, int most) {
    const double value = real(key, otherwise, least, most);
    if (value != std::floor(value)) refuse(key, "a whole number");
    return static_cast<int>(value);
}

bool ProblemSettings::flag(const std::string& key, bool otherwise) {
    const nlohmann::json* value = find(key);
    if (!value) return otherwise;
    if (!value->is_boolean()) refuse(key, "true or false");
    return value->get<bool>();
}

std::vector<int> ProblemSettings::integers(const std::string& key) {
    const nlohmann::json* value = find(key);
    if (!value) return {};
    std::vector<int> numbers;
    const bool isList = value->is_array();
    if (isList)
        for (const nlohmann::json& entry : *value) {
            constexpr double kMost = std::numeric_limits<int>::max();
            if (!entry.is_number_integer() || std::abs(entry.get<double>()) > kMost)
                refuse(key, "a list of whole numbers within ±2147483647");
            numbers.push_back(entry.get<int>());
        }
    if (!isList) refuse(key, "a list of whole numbers");
    return numbers;
}

ProblemSettings ProblemSettings::object(const std::string& key) {
    const nlohmann::json* value = find(key);
    if (!value) return {nlohmann::json::object(), m_within + key + "."};
    if (!value->is_object()) refuse(key, "an object");
    return {*value, m_within + key + "."};
}

void ProblemSettings::refuseUnknown() const {
    for (const auto& [key, value] : m_object.items())
        if (!m_read.count(key)) throw Error("setting '" + m_within + key + "' is not known to this method; remove it", ErrorKind::Usage);
}

QuantSettings readGridSettings(ProblemSettings& settings) {
    QuantSettings grid;
    grid.bits = settings.integer("bits", grid.bits, 2, 8);
    const int group = settings.integer("group", grid.groupSize, -1, 1 << 24);
    grid.groupSize = group < 0 ? 0 : group;
    grid.scheme = settings.choice("scheme", grid.scheme);
    grid.scaleType = settings.choice("scale_dtype", grid.scaleType);
    ProblemSettings search = settings.object("search");
    grid.search = search.choice("kind", grid.search);
    // absmax takes no further keys; hessian no exponent
    if (grid.search != SearchKind::AbsMax) {
        grid.searchGrid = search.integer("grid", grid.searchGrid, 1, 10000);
        grid.searchSteps = search.integer("steps", grid.search == SearchKind::Hessian ? grid.searchGrid : grid.searchSteps, 1, 10000);
    }
    if (grid.search == SearchKind::Mse) grid.searchNorm = search.real("norm", grid.searchNorm, 0.1, 16);
    search.refuseUnknown();
    return grid;
}

void readColumnSettings(ProblemSettings& settings, QuantSettings& into) {
    into.actOrder = settings.flag("act_order", into.actOrder);
    into.staticGroups = settings.flag("static", into.staticGroups);
    into.scaleTime = settings.choice("scale_time", into.scaleTime);
    into.blockSize = settings.integer("block", into.blockSize, 1, 1 << 24);
    into.damping = settings.real("percdamp", into.damping, 0, 1e6);
}

}  // namespace qs
