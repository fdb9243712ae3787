// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/session.h"

#include "base/error.h"
#include "kernels/blas.h"
#include "run/resources.h"

namespace qs {
namespace {

std::unique_ptr<Executor> executorFor(const Model& model, const MachineOptions& machine, int threads, std::vector<Event>& events) {
    const Device device = parseDevice(machine.device);
    if (device.kind == DeviceKind::Cuda) {
        try {
            return makeReferenceExecutor(model, device, DType::F32);
        } catch (const Error& error) {
            events.push_back(
                {Severity::Warning, "device-fallback", "",
                 textOf(device) + " cannot be used (" + error.what() + "); the CPU does the work. Check the driver with nvidia-smi"});
        }
    }
    if (machine.compute == Compute::Reference) return makeReferenceExecutor(model, {}, DType::F32);
    return makeFastExecutor(model, machine.compute == Compute::BFloat16 ? DType::BF16 : DType::F32, threads);
}

}  // namespace

Session openSession(const std::string& model, const MachineOptions& machine, JobContext& context) {
    parseDevice(machine.device);  // a wrong name is wrong usage, before anything is read
    context.report(0, "opening the model");
    beginSingleThreadedMath();
    Session session;
    session.model = openModel(model);
    session.model->requireSupported();
    session.pool = std::make_unique<ThreadPool>(machine.threads, beginSingleThreadedMath);
    session.executor = executorFor(*session.model, machine, session.threads(), session.events);
    for (const Event& event : session.events) context.event(event);
    return session;
}

std::size_t activationBudget(const MachineOptions& machine) {
    if (machine.memoryBudget > 0) return static_cast<std::size_t>(machine.memoryBudget) << 20;
    return availableMemoryBytes() / 2;
}

}  // namespace qs
