// SPDX-License-Identifier: GPL-3.0-or-later
// selfcheck: the comparisons of selfcheck_cases.h, on this device and with every instruction set of this processor.
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/arguments.h"
#include "cli/child_process.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/output.h"
#include "cli/paths.h"
#include "cli/selfcheck_cases.h"
#include "kernels/blas.h"
#include "kernels/cuda_device.h"
#include "kernels/isa.h"
#include "run/options.h"

namespace qs::cli {
namespace {

enum class InstructionSets { All, Current };

}  // namespace
}  // namespace qs::cli

template <>
struct qs::EnumNames<qs::cli::InstructionSets> {
    static constexpr std::pair<qs::cli::InstructionSets, const char*> values[] = {{qs::cli::InstructionSets::All, "all"},
                                                                                  {qs::cli::InstructionSets::Current, "current"}};
};

namespace qs::cli {
namespace {

using nlohmann::json;

struct SelfcheckOptions {
    InstructionSets instructionSets = InstructionSets::All;
    void describe(OptionList& list) {
        list.group("Selfcheck");
        list.choice("instruction-sets", instructionSets, "Check the best processor instructions and every fallback, or only those in use");
    }
};

void requireDevice(Device device) {
    if (device.kind == DeviceKind::Cpu) return;
    if (!builtWithCuda())
        throw Error(textOf(device) +
                    ": this program is built without CUDA; build it on a machine with a CUDA compiler, or give --device cpu");
    if (device.index >= cudaDeviceCount())
        throw Error(textOf(device) + ": this machine has " + std::to_string(cudaDeviceCount()) +
                    " CUDA devices that can be used; give --device cpu");
}

json rowJson(const CheckRow& row, const std::string& set) {
    return {
        {"name", row.name}, {"instruction_set", set}, {"difference", row.difference}, {"tolerance", row.tolerance}, {"held", row.held()}};
}

json checksOf(Device device, JobContext& context, ThreadPool& pool) {
    const std::string folder = resourceFolder();
    if (folder.empty()) throw Error("the bundled demo model is not found; set QUANTOSCOPE_RESOURCES to the folder that holds models/demo");
    const std::string set = nameOf(activeIsa());
    json checks = json::array();
    const auto add = [&](const std::vector<CheckRow>& rows) {
        for (const CheckRow& row : rows) checks.push_back(rowJson(row, set));
    };
    context.report(0, std::string("kernels, ") + set);
    if (device.kind == DeviceKind::Cpu) add(checkGramMatrices(pool));
    add(checkSolvers(device, context, pool));
    context.report(0.1, std::string("forward pass, ") + set);
    add(checkForward(folder + "/models/demo", device, context, pool));
    return checks;
}

/// The same checks in a child process that is held to a lesser instruction set.
json checksOfFallback(Isa isa, int threads) {
    const ChildResult child = runSelf({"selfcheck", "--instruction-sets", "current", "--json", "--threads", std::to_string(threads)},
                                      {{"QUANTOSCOPE_ISA", nameOf(isa)}});
    const json document = json::parse(child.output, nullptr, false);
    if (document.is_object() && document.contains("checks")) return document.at("checks");
    const json broken{{"name", "the program itself, exit status " + std::to_string(child.status)},
                      {"instruction_set", nameOf(isa)},
                      {"difference", nullptr},
                      {"tolerance", nullptr},
                      {"held", false}};
    return json::array({broken});
}

std::string cell(const json& number) { return number.is_number() ? qs::cli::number(number.get<double>(), 3) : "—"; }

std::string textOf(const json& checks) {
    std::vector<std::vector<std::string>> rows{{"check", "instructions", "difference", "tolerance", ""}};
    for (const json& check : checks)
        rows.push_back({check["name"], check["instruction_set"], cell(check["difference"]), cell(check["tolerance"]),
                        check["held"] ? "holds" : "DOES NOT HOLD"});
    return tableText(rows, {0, 1, 4});
}

class Selfcheck : public Command {
  public:
    void describe(Arguments& arguments) override {
        arguments.add(m_options);
        arguments.add(m_machine);
        arguments.omit("compute");
        arguments.omit("memory-budget");
        arguments.add(m_output);
    }
    Status run(const Arguments&) override {
        const Device device = parseDevice(m_machine.device);
        requireDevice(device);
        json checks;
        runJob(m_output, FirstSignal::Now, [&](JobContext& context) { checks = allChecks(device, context); });
        std::size_t failed = 0;
        for (const json& check : checks) failed += !check["held"].get<bool>();
        if (m_output.json) printDocument({{"device", qs::textOf(device)}, {"checks", checks}, {"held", failed == 0}});
        else print(textOf(checks));
        if (failed == 0) return kDone;
        say("check failed: " + std::to_string(failed) + " of " + std::to_string(checks.size()) + " comparisons do not hold");
        return kCheckFailed;
    }

  private:
    json allChecks(Device device, JobContext& context) const {
        ThreadPool pool(m_machine.threads, beginSingleThreadedMath);
        json checks = checksOf(device, context, pool);
        if (device.kind == DeviceKind::Cuda || m_options.instructionSets == InstructionSets::Current) return checks;
        double fraction = 0.25;
        for (const Isa isa : {Isa::Avx512, Isa::Avx2, Isa::Generic}) {
            if (isa >= activeIsa()) continue;
            context.report(fraction, std::string("fallback ") + nameOf(isa));
            context.check();
            fraction += 0.25;
            for (const json& check : checksOfFallback(isa, m_machine.threads)) checks.push_back(check);
        }
        return checks;
    }

    SelfcheckOptions m_options;
    MachineOptions m_machine;
    OutputOptions m_output;
};

}  // namespace

std::unique_ptr<Command> makeSelfcheck() { return std::make_unique<Selfcheck>(); }

}  // namespace qs::cli
