// SPDX-License-Identifier: GPL-3.0-or-later
// forward MODEL --ids FILE.json --out F.safetensors
#include <nlohmann/json.hpp>

#include "base/device.h"
#include "base/error.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/output.h"
#include "cli/paths.h"
#include "kernels/blas.h"
#include "model/run_model.h"
#include "model/safetensors_writer.h"
#include "run/options.h"
#include "text/sequences.h"

namespace qs::cli {
namespace {

/// Which executor computes, and in what.
enum class Precision { ReferenceDouble, ReferenceFloat, FastFloat, FastBFloat16 };

}  // namespace
}  // namespace qs::cli

template <>
struct qs::EnumNames<qs::cli::Precision> {
    static constexpr std::pair<qs::cli::Precision, const char*> values[] = {{qs::cli::Precision::ReferenceDouble, "f64"},
                                                                            {qs::cli::Precision::ReferenceFloat, "f32"},
                                                                            {qs::cli::Precision::FastFloat, "fast-f32"},
                                                                            {qs::cli::Precision::FastBFloat16, "fast-bf16"}};
};

namespace qs::cli {
namespace {

using IdLists = std::vector<std::vector<std::int32_t>>;

struct ForwardOptions {
    std::string ids, out;
    bool hidden = false, inputs = false;
    Precision precision = Precision::ReferenceDouble;
    void describe(OptionList& list) {
        list.group("Forward");
        list.text("ids", ids, "JSON file with a list of lists of token ids");
        list.text("out", out, "Safetensors file to write");
        list.flag("hidden", hidden, "Write the residual stream of list 0: hidden.embed, hidden.b after every block b, hidden.norm");
        list.flag("inputs", inputs, "Write the inputs of all linears of the first and the last block for list 0: input.layers.b.…");
        list.choice("precision", precision,
                    "Arithmetic: the plain reference in double or single precision, or the fast CPU path that quantize uses");
    }
};

IdLists readIds(const std::string& path, const ModelSpec& spec) {
    IdLists lists;
    for (Sequence& sequence : loadIdLists(path, static_cast<std::size_t>(spec.vocabulary))) lists.push_back(std::move(sequence.ids));
    if (lists.empty()) throw Error(path + ": holds no list of ids; give [[1, 2, 3], …]");
    for (std::size_t k = 0; k < lists.size(); ++k) {
        const std::string place = path + ", list " + std::to_string(k);
        if (lists[k].empty()) throw Error(place + ": is empty; give at least one id");
        if (spec.maxPositions > 0 && lists[k].size() > static_cast<std::size_t>(spec.maxPositions))
            throw Error(place + ": has " + std::to_string(lists[k].size()) + " ids, the model has " + std::to_string(spec.maxPositions) +
                        " positions; shorten it");
    }
    return lists;
}

std::unique_ptr<Executor> makeExecutor(const Model& model, Precision precision, Device device, int threads) {
    const bool fast = precision == Precision::FastFloat || precision == Precision::FastBFloat16;
    if (fast && device.kind != DeviceKind::Cpu)
        throw Error("--precision " + std::string(nameOfEnum(precision)) + " runs on the CPU only; give --device cpu", ErrorKind::Usage);
    if (fast) return makeFastExecutor(model, precision == Precision::FastFloat ? DType::F32 : DType::BF16, threads);
    return makeReferenceExecutor(model, device, precision == Precision::ReferenceDouble ? DType::F64 : DType::F32);
}

class Forward : public Command {
  public:
    void describe(Arguments& arguments) override {
        arguments.positional("MODEL", m_model, "Hugging Face directory or GGUF file");
        arguments.add(m_options);
        arguments.require("ids");
        arguments.require("out");
        arguments.add(m_machine);
        arguments.omit("compute");
        arguments.omit("memory-budget");
        arguments.add(m_output);
        arguments.add(m_force);
    }
    Status run(const Arguments&) override {
        const Device device = parseDevice(m_machine.device);
        const auto model = openModel(m_model);
        const IdLists lists = readIds(m_options.ids, model->spec());
        checkOutputFile(m_options.out, {m_options.ids, m_model});
        checkReplaced(m_options.out, m_force);
        ThreadPool pool(m_machine.threads, beginSingleThreadedMath);
        const auto executor = makeExecutor(*model, m_options.precision, device, pool.size());
        const ForwardRequest request{m_options.hidden, m_options.inputs};
        const auto tensors = forwardOutputs(model->spec(), lists, request);
        runJob(m_output, FirstSignal::Now, [&](JobContext& context) {
            writeSafetensors(m_options.out, tensors, outputMetadata(), [&](SafetensorsSink& sink) {
                runModel(*model, *executor, lists, request, pool, context,
                         [&](const std::string& name, const Matrix<float>& values) { sink.writeValues(name, values.values()); });
            });
        });
        report(tensors);
        return kDone;
    }

  private:
    void report(const std::vector<TensorDeclaration>& tensors) const {
        nlohmann::json shapes = nlohmann::json::object();
        for (const TensorDeclaration& tensor : tensors) shapes[tensor.name] = tensor.shape;
        if (m_output.json) printDocument({{"out", m_options.out}, {"tensors", shapes}});
        else print(std::to_string(tensors.size()) + " tensors written to " + m_options.out + "\n");
    }

    std::string m_model;
    ForwardOptions m_options;
    MachineOptions m_machine;
    OutputOptions m_output;
    ForceOption m_force;
};

}  // namespace

std::unique_ptr<Command> makeForward() { return std::make_unique<Forward>(); }

}  // namespace qs::cli
