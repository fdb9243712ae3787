// SPDX-License-Identifier: GPL-3.0-or-later
// Studies: a declared grid of quantizations of one model as one resumable job with one table at its end. What a study file may say stands
// in resources/studies/README.md.
//
// Folder of a study (`out`), in which nothing is ever half written:
//   cells/ID.json     a finished cell: options, errors per linear and length, perplexities; made once, never repeated by --resume
//   runs/ID.qsrun     the run of a cell until it is measured; kept with --keep-runs
//   texts/NAME.txt    documents that the study file takes out of a text
//   comparison.json, table.md, table.csv, ratios.csv      written at the end, also of what is there when it is stopped (study_tables.h)
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "run/jobs.h"
#include "run/options.h"

namespace qs {

/// What the command line says about a study.
struct StudyOptions {
    std::string file, model;
    std::vector<std::string> text;  ///< NAME=PATH
    std::int64_t tokens = 0, evaluationTokens = 0;
    int seeds = 0;                   ///< only the first so many; 0 = all
    std::vector<std::string> only;   ///< AXIS=LABEL: cells with this label, of several labels of an axis with one of them
    std::vector<std::string> reuse;  ///< folders of other studies, whose equal cells are taken over
    bool keepRuns = false;
    MachineOptions machine;
    std::string out;
    bool resume = false;
    void describe(OptionList& list);
};

/// A text by name.
struct StudyText {
    std::vector<std::string> files;  ///< empty: none was given
    bool optional = false;           ///< without files its measures are left out
    int documentsOf = 1;             ///< > 1: of every so many documents …
    std::vector<int> documents;      ///< … these (0, 1, …) belong to the text
    bool isPart() const { return documentsOf > 1; }
};

/// One quantization with its measures.
struct StudyCell {
    std::vector<std::pair<std::string, std::string>> labels;  ///< axis -> label, in the order of the axes
    QuantizeOptions options;                                  ///< calibration.text and heldOutText hold names of texts
    std::string id;                                           ///< file name: labels, seed and a hash of the options

    std::string labelOf(const std::string& axis) const;  ///< "" if the cell has no such axis
    std::string title() const;                           ///< "GPTQ, fixed length, 3 bit, seed 1"
};

struct StudyPerplexity {
    std::string text;  ///< name
    int window = 0;
    bool operator==(const StudyPerplexity&) const = default;
};

/// Errors of all cells beside those of the cells that differ from them in this axis alone: ratio = baseline / cell, above 1: the cell is
/// better.
struct StudyRatio {
    std::string axis, baseline;
};

/// A study file with the words of the command line.
struct Study {
    std::string title, about, model;
    std::map<std::string, StudyText> texts;
    std::vector<std::string> axes;  ///< in the order of their first appearance
    std::vector<StudyCell> cells;
    std::vector<StudyPerplexity> perplexities;
    std::int64_t evaluationTokens = 0;  ///< of every perplexity; 0 = the whole text
    bool bos = true;
    Compute evaluationCompute = Compute::Float32;
    std::vector<StudyRatio> ratios;
    std::vector<std::string> optima;  ///< axes whose best value is looked for per length and kind of linear
    std::vector<std::string> notes;   ///< what was left out
};

/// Reads and checks a study file. Throws Error naming file, field and remedy: unknown fields, values out of range, texts that are not
/// declared, given or there, two cells that are the same.
Study readStudy(const StudyOptions& options);

Estimate estimateStudy(const StudyOptions& options);

struct StudySummary {
    std::string comparison, table;  ///< files
    std::string markdown;           ///< what stands in `table`
    int cells = 0, reused = 0;      ///< of these, finished by an earlier call
    double seconds = 0;
};
/// Throws Error(Stopped) when it ended early and can be resumed; Error naming the cells that failed, once all others are done.
StudySummary runStudy(const StudyOptions& options, JobContext& context);

}  // namespace qs
