// SPDX-License-Identifier: GPL-3.0-or-later
// solve: one linear as tensors, without a model.
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/output.h"
#include "cli/paths.h"
#include "kernels/blas.h"
#include "model/safetensors.h"
#include "model/safetensors_writer.h"
#include "run/options.h"
#include "run/solve_problem.h"

namespace qs::cli {
namespace {

struct SolveOptions {
    std::string problem, settings, out;
    void describe(OptionList& list) {
        list.group("Solve");
        list.text("problem", problem, "Safetensors file with the inputs (W, H, …)");
        list.text("settings", settings, "JSON file: {\"method\": …} and the settings of that method");
        list.text("out", out, "Safetensors file to write");
    }
};

std::map<std::string, NamedTensor> readProblem(const std::string& path) {
    const SafetensorsFile file(path);
    std::map<std::string, NamedTensor> problem;
    for (const auto& [name, entry] : file.tensors()) problem.emplace(name, NamedTensor{entry.shape, toDoubles(entry), nameOf(entry.dtype)});
    return problem;
}

DType storageOf(const NamedTensor& tensor) {
    for (const DType type : {DType::F64, DType::F32, DType::U8, DType::I32, DType::I64})
        if (tensor.dtype == nameOf(type)) return type;
    return DType::F64;
}

template <class T>
void writeAs(SafetensorsSink& sink, const std::string& name, const std::vector<double>& values) {
    std::vector<T> converted(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) converted[i] = static_cast<T>(values[i]);
    sink.writeValues(name, std::span<const T>(converted));
}

void writeTensor(SafetensorsSink& sink, const std::string& name, const NamedTensor& tensor) {
    switch (storageOf(tensor)) {
        case DType::F32: return writeAs<float>(sink, name, tensor.values);
        case DType::U8: return writeAs<std::uint8_t>(sink, name, tensor.values);
        case DType::I32: return writeAs<std::int32_t>(sink, name, tensor.values);
        case DType::I64: return writeAs<std::int64_t>(sink, name, tensor.values);
        default: return writeAs<double>(sink, name, tensor.values);
    }
}

void writeOutcome(const std::string& path, const SolveOutcome& outcome) {
    std::vector<TensorDeclaration> tensors;
    for (const auto& [name, tensor] : outcome.tensors) tensors.push_back({name, storageOf(tensor), tensor.shape});
    auto metadata = outputMetadata();
    metadata["values"] = outcome.valuesJson;
    writeSafetensors(path, tensors, metadata, [&](SafetensorsSink& sink) {
        for (const auto& [name, tensor] : outcome.tensors) writeTensor(sink, name, tensor);
    });
}

std::string outcomeText(const std::string& path, const SolveOutcome& outcome) {
    std::vector<std::vector<std::string>> rows;
    const auto values = nlohmann::json::parse(outcome.valuesJson);
    for (const auto& [name, value] : values.items()) rows.push_back({name, value.dump()});
    for (const auto& [name, tensor] : outcome.tensors) rows.push_back({name, tensor.dtype + " " + shapeText(tensor.shape)});
    return tableText(rows, {0, 1}) + "written to " + path + "\n";
}

class Solve : public Command {
  public:
    void describe(Arguments& arguments) override {
        arguments.add(m_options);
        arguments.add(m_machine);
        for (const char* field : {"device", "compute", "memory-budget"}) arguments.omit(field);
        arguments.add(m_output);
        arguments.add(m_force);
        for (const char* field : {"problem", "settings", "out"}) arguments.require(field);
    }
    Status run(const Arguments&) override {
        const auto problem = readProblem(m_options.problem);
        const std::string settings = readText(m_options.settings);
        checkOutputFile(m_options.out, {m_options.problem, m_options.settings});
        checkReplaced(m_options.out, m_force);
        SolveOutcome outcome;
        runJob(m_output, FirstSignal::Now, [&](JobContext& context) {
            ThreadPool pool(m_machine.threads, beginSingleThreadedMath);
            try {
                outcome = solveProblem(problem, settings, context, pool);
            } catch (const Error& error) {  // a wrong request is about the settings, anything else about the tensors
                throw error.within(error.kind() == ErrorKind::Usage ? m_options.settings : m_options.problem);
            }
        });
        writeOutcome(m_options.out, outcome);
        if (m_output.json) printDocument(nlohmann::json::parse(outcome.valuesJson));
        else print(outcomeText(m_options.out, outcome));
        return kDone;
    }

  private:
    SolveOptions m_options;
    MachineOptions m_machine;
    OutputOptions m_output;
    ForceOption m_force;
};

}  // namespace

std::unique_ptr<Command> makeSolve() { return std::make_unique<Solve>(); }

}  // namespace qs::cli
