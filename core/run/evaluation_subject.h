// SPDX-License-Identifier: GPL-3.0-or-later
// What is evaluated: a model, or the model of a run with the run's linears in place.
#pragma once

#include <memory>
#include <string>

#include "evaluate/forward_model.h"
#include "evaluate/requests.h"
#include "run/run_file.h"
#include "run/session.h"
#include "run/trained_activations.h"
#include "text/tokenizer.h"

namespace qs {

struct EvaluationSubject {
    Session session;
    std::shared_ptr<const RunFile> run;  ///< null for a plain model
    std::unique_ptr<Tokenizer> tokenizer;
    TrainedActivations activations;  ///< that the executor rounds as the training did; without grids: none are rounded

    /// Weights of a block: dequantised from the run, or the model's own.
    BlockSource blocks() const;
    const char* kind() const { return run ? "quantized" : "model"; }
    /// Adds whether activations were rounded to the settings of a trained run.
    void describe(EvaluationRecord& record) const;
    /// Identifies weights: the model's fingerprint, and the run's; and rounded activations.
    std::string fingerprint() const;
};

/// `path`: model directory, GGUF or run; `moved`: where a run's model lies now, empty if where it was. Throws Error as openModel and
/// openQuantization do. `roundsActivations`: a trained run computes with inputs rounded as in training, in float32 (an event says so).
EvaluationSubject openSubject(const std::string& path, const std::string& moved, const MachineOptions& machine, bool roundsActivations,
                              JobContext& context);

/// True if the path names a run rather than a model.
bool isRun(const std::string& path);

/// The encoder for requests. `maxLength` 0 = the model's positions. Throws Error(Usage) if it exceeds them.
RequestEncoder encoderFor(const EvaluationSubject& subject, bool special, int maxLength);

/// Adds the record to the subject's run, if it is one. That it cannot be added is an event: hours of measuring must not be lost because a
/// run lies where it cannot be changed, or the disk is full.
void keepResult(const EvaluationSubject& subject, const EvaluationRecord& record, JobContext& context);

/// The model ready for passes, with half of what memory allows for its blocks.
ForwardModel forwardModelOf(const EvaluationSubject& subject, const MachineOptions& machine);

}  // namespace qs
