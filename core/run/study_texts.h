// SPDX-License-Identifier: GPL-3.0-or-later
// The texts of a study as files and as ids.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "run/study.h"
#include "text/tokenizer.h"

namespace qs {

/// Writes the documents of every text that is a part of its files to out/texts/NAME.txt, separated as loadCorpus reads them. Throws Error
/// if a text has fewer documents than it is divided by.
void writeTextParts(const Study& study, const std::filesystem::path& out);

/// Files of a text: its own, or the one that writeTextParts writes.
std::vector<std::string> filesOf(const Study& study, const std::string& text, const std::filesystem::path& out);

/// The options of a cell with files in the place of names of texts.
QuantizeOptions resolvedOptions(const Study& study, const StudyCell& cell, const std::filesystem::path& out);

/// What determines the sequences that are drawn.
std::string sequencesKey(CalibrationOptions options);

struct EvaluationStream {
    std::vector<TokenId> ids;
    std::string hash;  ///< of the ids
};
/// The ids that `evaluate` would measure on.
EvaluationStream evaluationStream(const Study& study, const std::string& text, const std::filesystem::path& out,
                                  const Tokenizer& tokenizer);

}  // namespace qs
