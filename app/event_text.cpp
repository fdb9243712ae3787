// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/event_text.h"

#include <QCoreApplication>
#include <algorithm>
#include <iterator>

namespace qs {
namespace {

struct EventWords {
    const char *kind, *title, *meaning;
};

constexpr EventWords kWords[] = {
    {"activations-rounded", QT_TRANSLATE_NOOP("Events", "Activations rounded"),
     QT_TRANSLATE_NOOP("Events",
                       "The trained run is evaluated as it was trained. Switch the rounding of activations off to see the weights alone.")},
    {"activations-spilled", QT_TRANSLATE_NOOP("Events", "Activations on disk"),
     QT_TRANSLATE_NOOP("Events", "The result is the same, the job is slower. Give it more memory or fewer tokens.")},
    {"cell-failed", QT_TRANSLATE_NOOP("Events", "Cell of the study failed"),
     QT_TRANSLATE_NOOP("Events", "The other cells are not affected. Put the cause right and resume the study: finished cells are kept.")},
    {"costs-not-measured", QT_TRANSLATE_NOOP("Events", "Costs not measured"),
     QT_TRANSLATE_NOOP("Events", "Times and memory of integer arithmetic need a training on the CPU.")},
    {"damping-retry", QT_TRANSLATE_NOOP("Events", "Damping raised"),
     QT_TRANSLATE_NOOP("Events", "The Hessian could not be factored as it was. More text for calibration makes it better conditioned.")},
    {"dead-columns", QT_TRANSLATE_NOOP("Events", "Dead channels"),
     QT_TRANSLATE_NOOP("Events", "Inputs that the calibration text never used. Their weights become zero; other text may need them.")},
    {"device-fallback", QT_TRANSLATE_NOOP("Events", "Fell back to the CPU"),
     QT_TRANSLATE_NOOP("Events", "The result is the same up to rounding, the job is slower. Check the driver of the GPU.")},
    {"factorization-failed", QT_TRANSLATE_NOOP("Events", "Factorization failed"),
     QT_TRANSLATE_NOOP("Events", "No damping made this Hessian positive. Calibrate with more or other text.")},
    {"gguf-type-fallback", QT_TRANSLATE_NOOP("Events", "Other GGUF type"),
     QT_TRANSLATE_NOOP("Events", "The type that was asked for does not fit this tensor, so that a wider one holds it.")},
    {"inputs-not-scaled", QT_TRANSLATE_NOOP("Events", "Input not scaled"),
     QT_TRANSLATE_NOOP("Events",
                       "This model has nothing before this input that AWQ's scales could be divided into. It is quantized without them.")},
    {"loader-limit", QT_TRANSLATE_NOOP("Events", "Limit of a loader"),
     QT_TRANSLATE_NOOP("Events", "The files are complete, but the program that loads them does not do everything they ask for.")},
    {"memory-short", QT_TRANSLATE_NOOP("Events", "Memory is short"),
     QT_TRANSLATE_NOOP("Events", "The job may be stopped by the system. Take fewer tokens, or close other programs.")},
    {"narrowing-waits", QT_TRANSLATE_NOOP("Events", "Narrowing waits"),
     QT_TRANSLATE_NOOP("Events", "Layers keep their width for now, so that the training can follow.")},
    {"newer-schema", QT_TRANSLATE_NOOP("Events", "Newer run file"),
     QT_TRANSLATE_NOOP(
         "Events",
         "A newer version of the program wrote this run. What this one does not know is not shown; update it to see everything.")},
    {"option-without-effect", QT_TRANSLATE_NOOP("Events", "Option without effect"),
     QT_TRANSLATE_NOOP("Events", "An option was set that the other options leave without a meaning. The result does not depend on it.")},
    {"processes-changed", QT_TRANSLATE_NOOP("Events", "Other number of processes"),
     QT_TRANSLATE_NOOP("Events", "The run went on with another number of processes. Its sums differ by rounding.")},
    {"range-clipped", QT_TRANSLATE_NOOP("Events", "Large weight cut off"),
     QT_TRANSLATE_NOOP("Events",
                       "A weight far beyond its group's range was clipped. If the perplexity suffers, search the scales with the Hessian "
                       "or take the full range.")},
    {"result", QT_TRANSLATE_NOOP("Events", "Result"), QT_TRANSLATE_NOOP("Events", "A figure that an evaluation found.")},
    {"result-not-kept", QT_TRANSLATE_NOOP("Events", "Result not kept"),
     QT_TRANSLATE_NOOP("Events",
                       "The evaluation is done, but the run file could not take its result. Make the file writable and evaluate again.")},
    {"rtn-fallback", QT_TRANSLATE_NOOP("Events", "Only rounded"),
     QT_TRANSLATE_NOOP("Events",
                       "This linear is rounded to nearest, without compensation of its errors. Calibrate with more or other text.")},
    {"runs-as-int8", QT_TRANSLATE_NOOP("Events", "Runs as int8"),
     QT_TRANSLATE_NOOP("Events", "Narrower codes save space on disk, but are multiplied as bytes. The times are those of int8.")},
    {"scales-kept", QT_TRANSLATE_NOOP("Events", "Scales kept"),
     QT_TRANSLATE_NOOP("Events", "The refinement leaves scales alone where a new one would be no better or not allowed.")},
    {"skipped-item", QT_TRANSLATE_NOOP("Events", "Item skipped"),
     QT_TRANSLATE_NOOP("Events", "An item of the task has no score and is not counted.")},
    {"spectra-skipped", QT_TRANSLATE_NOOP("Events", "Spectra left out"),
     QT_TRANSLATE_NOOP("Events", "Eigenvalues of wide inputs take long. Raise the width of spectra to have them.")},
    {"tensors-not-exported", QT_TRANSLATE_NOOP("Events", "Tensors left out"),
     QT_TRANSLATE_NOOP("Events", "Parts of the model that do not belong to its text part are not in the file.")},
    {"test-part", QT_TRANSLATE_NOOP("Events", "Test part of the data"),
     QT_TRANSLATE_NOOP("Events", "Only texts that the training has not seen are evaluated.")},
    {"text-reused", QT_TRANSLATE_NOOP("Events", "Text used repeatedly"),
     QT_TRANSLATE_NOOP("Events", "There is less text than asked for, so that sequences overlap. Give more text.")},
    {"tokenizer-differs", QT_TRANSLATE_NOOP("Events", "Tokenizer differs"),
     QT_TRANSLATE_NOOP("Events", "The exported tokenizer splits some texts differently. Compare before using it.")},
    {"tokenizer-not-exported", QT_TRANSLATE_NOOP("Events", "Tokenizer not exported"),
     QT_TRANSLATE_NOOP("Events", "The weights are complete. Programs that load them need the tokenizer of the original model.")},
    {"weighting-fitted", QT_TRANSLATE_NOOP("Events", "Weighting fitted"),
     QT_TRANSLATE_NOOP("Events", "The weights of the lengths that predict the error on the held-out text best.")},
    {"width-flicker", QT_TRANSLATE_NOOP("Events", "Width went back"),
     QT_TRANSLATE_NOOP("Events", "A layer returned to the width it had left. Raise hysteresis or smoothing if it happens often.")},
    {"width-hysteresis", QT_TRANSLATE_NOOP("Events", "Widths held by hysteresis"),
     QT_TRANSLATE_NOOP("Events", "Changes that gain too little were not made. A smaller hysteresis lets them happen.")},
    {"width-kept", QT_TRANSLATE_NOOP("Events", "Width kept"),
     QT_TRANSLATE_NOOP("Events", "Changes that gain too little were not made. A smaller hysteresis lets them happen.")},
    {"widths-changed", QT_TRANSLATE_NOOP("Events", "Widths changed"),
     QT_TRANSLATE_NOOP("Events", "Layers got other widths from their sensitivity.")},
};

const EventWords* wordsOf(const std::string& kind) {
    const auto* found = std::find_if(std::begin(kWords), std::end(kWords), [&](const EventWords& words) { return kind == words.kind; });
    return found == std::end(kWords) ? nullptr : found;
}

}  // namespace

QString eventTitle(const std::string& kind) {
    const EventWords* words = wordsOf(kind);
    return words ? QCoreApplication::translate("Events", words->title) : QString();
}

QString eventMeaning(const std::string& kind) {
    const EventWords* words = wordsOf(kind);
    return words ? QCoreApplication::translate("Events", words->meaning) : QString();
}

QString eventLine(const Event& event, const QString& subject) {
    QString head = eventTitle(event.kind);
    if (!subject.isEmpty()) head += (head.isEmpty() ? "" : " · ") + subject;
    return (head.isEmpty() ? QString() : head + ": ") + QString::fromStdString(event.message);
}

std::vector<std::string> eventKinds() {
    std::vector<std::string> kinds;
    for (const EventWords& words : kWords) kinds.emplace_back(words.kind);
    return kinds;
}

}  // namespace qs
