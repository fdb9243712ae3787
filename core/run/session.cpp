// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/session.h"

#include <algorithm>

#include "base/error.h"
#include "base/resources.h"
#include "kernels/blas.h"

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
    std::shared_ptr<const Model> opened = openModel(model);
    opened->requireSupported();
    return openSession(std::move(opened), machine, context);
}

Session openSession(std::shared_ptr<const Model> model, const MachineOptions& machine, JobContext& context) {
    beginSingleThreadedMath();
    Session session;
    session.model = std::move(model);
    session.pool = std::make_unique<ThreadPool>(machine.threads, beginSingleThreadedMath);
    session.executor = executorFor(*session.model, machine, session.threads(), session.events);
    for (const Event& event : session.events) context.event(event);
    return session;
}

MachineOptions machineOfRank(const MachineOptions& machine, Communicator& group) {
    MachineOptions own = machine;
    if (group.isAlone()) return own;
    const Neighbours neighbours = neighboursOf(group);
    if (own.threads == 0) own.threads = std::max(1, availableCores() / neighbours.onCores);
    if (own.memoryBudget == 0)
        own.memoryBudget =
            std::max(1, static_cast<int>((activationBudget(machine) / static_cast<std::size_t>(neighbours.onMachine)) >> 20));
    return own;
}

std::string fingerprintOfAllRanks(const Model& model, Communicator& group) {
    std::string own = model.fingerprint();
    if (group.broadcast(own) != own)
        throw Error("the model here is another than that of the first process (its content differs); give all processes the same files");
    return own;
}

void requireFiniteWeights(Session& session, JobContext& context, const Communicator& group) {
    struct Piece {
        std::string tensor;
        std::size_t first, count;
    };
    std::vector<Piece> pieces;
    const auto add = [&](const std::string& tensor, std::size_t rows, std::size_t cols) {
        const std::size_t step = std::max<std::size_t>(1, (std::size_t{4} << 20) / cols);  // 16 MiB as float32
        for (std::size_t first = 0; first < rows; first += step) pieces.push_back({tensor, first, std::min(step, rows - first)});
    };
    const ModelSpec& spec = session.model->spec();
    const auto hidden = static_cast<std::size_t>(spec.hidden), vocabulary = static_cast<std::size_t>(spec.vocabulary);
    add(spec.embeddingName, vocabulary, hidden);
    if (!spec.headName.empty()) add(spec.headName, vocabulary, hidden);
    if (spec.finalNorm.present()) add(spec.finalNorm.name + ".weight", 1, hidden);
    for (const BlockSpec& block : spec.blocks) {
        for (const LinearSpec& linear : block.linears)
            add(linear.name + ".weight", static_cast<std::size_t>(linear.out), static_cast<std::size_t>(linear.in));
        for (const NormSpec* norm :
             {&block.inputNorm, &block.preMlpNorm, &block.postAttentionNorm, &block.postMlpNorm, &block.qNorm, &block.kNorm})
            if (norm->present()) add(norm->name + ".weight", 1, hidden);
    }
    context.report(0, "checking the weights");
    const auto rank = static_cast<std::size_t>(group.rank()), ranks = static_cast<std::size_t>(group.size());
    session.pool->run((pieces.size() + ranks - 1 - rank) / ranks, [&](std::size_t item, int) {
        context.check();
        const Piece& piece = pieces[item * ranks + rank];
        session.model->readRows(piece.tensor, piece.first, piece.count);  // refuses what is not finite
    });
}

std::size_t activationBudget(const MachineOptions& machine) {
    if (machine.memoryBudget > 0) return static_cast<std::size_t>(machine.memoryBudget) << 20;
    return availableMemoryBytes() / 2;
}

}  // namespace qs
