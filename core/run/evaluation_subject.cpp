// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/evaluation_subject.h"

#include <filesystem>

#include "base/error.h"
#include "run/run_weights.h"

namespace qs {
namespace fs = std::filesystem;

bool isRun(const std::string& path) {
    if (fs::is_directory(path)) return fs::path(path).extension() == ".parts";
    const auto extension = fs::path(path).extension();
    return extension == ".qsrun" || (extension != ".gguf" && fs::is_regular_file(path) && extension != ".safetensors");
}

namespace {

void roundActivations(EvaluationSubject& subject, JobContext& context) {
    subject.activations = trainedActivations(*subject.run);
    if (!subject.activations.rounds()) return;
    context.event({Severity::Info, "activations-rounded", "",
                   "inputs of the linears are rounded as in training, in float32; --no-round-activations leaves them as they are"});
    subject.session.executor =
        makeReferenceExecutor(*subject.session.model, subject.session.device(), DType::F32, subject.activations.wrapper());
}

}  // namespace

EvaluationSubject openSubject(const std::string& path, const std::string& moved, const MachineOptions& machine, bool roundsActivations,
                              JobContext& context) {
    EvaluationSubject subject;
    if (isRun(path)) subject.run = openQuantization(path);
    subject.session = openSession(subject.run ? modelOfRun(*subject.run, moved)->path().string() : path, machine, context);
    subject.tokenizer = loadTokenizer(subject.session.model->path());
    if (subject.run && roundsActivations) roundActivations(subject, context);
    return subject;
}

BlockSource EvaluationSubject::blocks() const {
    const Model* model = session.model.get();
    if (!run) return [model](int b) { return model->block(b); };
    return [model, file = run](int b) { return blockOfRun(*model, *file, b); };
}

std::string EvaluationSubject::fingerprint() const {
    return session.model->fingerprint() + (run ? "+" + run->provenance().fingerprint : "") + (activations.rounds() ? "+activations" : "");
}

void EvaluationSubject::describe(EvaluationRecord& record) const {
    if (run && trainedActivations(*run).rounds()) record.settings["activations_rounded"] = activations.rounds() ? 1 : 0;
}

RequestEncoder encoderFor(const EvaluationSubject& subject, bool special, int maxLength) {
    constexpr int kUnknown = 2048;
    const Model& model = *subject.session.model;
    const int positions = model.spec().maxPositions;
    if (positions > 0 && maxLength > positions)
        throw Error("--max-length " + std::to_string(maxLength) + " exceeds the " + std::to_string(positions) + " positions of the model",
                    ErrorKind::Usage);
    const int length = maxLength > 0 ? maxLength : positions > 0 ? positions : kUnknown;
    return {*subject.tokenizer, special, prefixToken(*subject.tokenizer, model.path(), model.config()), length};
}

void keepResult(const EvaluationSubject& subject, const EvaluationRecord& record, JobContext& context) {
    if (!subject.run) return;
    try {
        appendEvaluation(subject.run->path(), record);
    } catch (const Error& error) {
        context.event(
            {Severity::Warning, "result-not-kept", record.task, std::string("the result is not added to the run: ") + error.what()});
    }
}

ForwardModel forwardModelOf(const EvaluationSubject& subject, const MachineOptions& machine) {
    return {*subject.session.model, subject.blocks(), *subject.session.executor, *subject.session.pool, activationBudget(machine) / 2};
}

}  // namespace qs
