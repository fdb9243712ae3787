// SPDX-License-Identifier: GPL-3.0-or-later
// Texts of a classification task: read, deduplicated and split the same way on every machine.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/options.h"
#include "evaluate/data_set.h"

namespace qs {

struct LabelledText {
    std::string text;  ///< UTF-8
    int label = 0;     ///< index into the classes
};

struct ClassificationOptions {
    std::string textField = "text", labelField = "label";
    double testShare = 0.2, validationShare = 0.1;  ///< of all texts; the rest is trained on

    void describe(OptionList& list);
};

struct ClassificationData {
    std::string name;                  ///< of the file
    std::vector<std::string> classes;  ///< labels as text, ascending; numbers by value
    std::vector<LabelledText> train, validation, test;
    std::size_t records = 0;         ///< in the file
    std::size_t duplicates = 0;      ///< left out: a text (blanks apart) that came before with the same label
    std::size_t contradictions = 0;  ///< left out: texts that the file gives several labels
    std::size_t blank = 0;           ///< left out: nothing but blanks
    std::string hash;                ///< of the texts and labels that are left, in the order of the file

    /// "5037 texts for training, 722 for validation, 1441 for the test, split by a hash of the text; left out: 3 duplicates, …".
    std::string description() const;
};

/// A field of a record as text. Throws Error naming file, record and fields if it is missing or something else.
std::string recordText(const DataSet& set, std::size_t record, const std::string& field, bool numberAllowed);

/// Reads what readDataSet (evaluate/data_set.h) reads; a label is a text or a whole number. A text falls into the part that a hash of its
/// words picks: u = hash / 2^64, test if u < testShare, validation if u < testShare + validationShare. So a text never changes sides when
/// others are added. Throws Error naming file and record: field missing or of another kind, fewer than two classes, a class or a part left
/// empty; Error(Usage) for shares that leave nothing to train on.
ClassificationData loadClassificationData(const std::filesystem::path& path, const ClassificationOptions& options);

}  // namespace qs
