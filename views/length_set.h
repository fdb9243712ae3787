// SPDX-License-Identifier: GPL-3.0-or-later
// The length set that the chips show: which lengths, and how much each weighs in the mix.
#pragma once

#include <QJsonObject>
#include <string>
#include <vector>

#include "run/run_file.h"

namespace qs {

struct LengthSet {
    struct Entry {
        int length = 0, rank = 0;
        double share = 0;  ///< of the mix, per token; 0: not in the set
        bool recorded = true;
        qint64 tokens = 0;  ///< of the calibration sequences
        int sequences = 0;
        bool operator==(const Entry&) const = default;
    };
    std::vector<Entry> entries;  ///< ascending length
    bool operator==(const LengthSet&) const = default;

    double shareOf(int length) const;
    /// Gives a length a share; the others keep their proportions. A length that is not there yet is added.
    void setShare(int length, double share);
    /// Takes a length out of the set; refuses the last one.
    void remove(int length);
    /// Puts a length into the set with an equal part.
    void add(int length);
    /// Twice the longest: what a person might want to add.
    int suggestion() const;

    /// {"256": 0.25, …} of those in the set; empty object for an empty set.
    QJsonObject toJson() const;
    /// "mix:256=0.25,512=0.75"; only recorded lengths if asked for. Empty if nothing is left.
    std::string weighting(bool recordedOnly) const;
    /// "256,512".
    QString lengths() const;
};

/// The set of a run: its lengths, with the shares of its weighting unless `mix` gives others.
LengthSet lengthSetOf(const RunFile& run, const QJsonObject& mix);

}  // namespace qs
