// SPDX-License-Identifier: GPL-3.0-or-later
// The records of run_data.h to and from HDF5 objects, laid out as schema.h says. Private to run_file*.cpp.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "run/run_data.h"
#include "run/run_file_hdf5.h"
#include "run/training_record.h"

namespace qs::hdf5 {

/// The root of a run file: all but blocks and linears.
struct Head {
    Provenance provenance;
    std::vector<SequenceRecord> sequences;  ///< without ids
    std::vector<std::int64_t> starts;       ///< of each sequence in `ids`, plus the end
    bool finished = false;
    double seconds = 0;
    std::optional<Resources> forecast, actual;
    std::optional<Event> newer;  ///< the file is of a newer minor schema than this program knows
};

void writeHead(hid_t file, const Provenance& provenance, std::span<const SequenceRecord> sequences);
/// Checks format and schema version first. Throws Error saying what is wrong, without the file's name.
Head readHead(hid_t file);

/// Which parts of a record are read.
enum class Detail { Small, Everything };

void writeBlock(hid_t file, const BlockPart& part, const std::string& fingerprint);
/// A block without its linears and without full matrices of the bank.
BlockPart readBlock(hid_t file, int block);
/// All linears of the file, by block and position; codes, scales and zeros with Detail::Everything.
std::vector<LinearRecord> readLinears(hid_t file, Detail detail);
LinearRecord readLinear(hid_t file, const std::string& name, Detail detail);

/// The steps of a linear's group scales, with scales if the file has them.
std::vector<ScaleStepRecord> readScaleSteps(hid_t file, const std::string& linear);

/// A table {name, `column` f64}.
void writeNamedReals(hid_t parent, const std::string& table, const char* column, std::span<const std::pair<std::string, double>> rows);
std::vector<std::pair<std::string, double>> readNamedReals(hid_t parent, const std::string& table, const char* column);

void writeEvents(hid_t parent, std::span<const Event> events);
/// None if the table is absent.
std::vector<Event> readEvents(hid_t parent);

void writeEvaluation(hid_t file, int index, const EvaluationRecord& record);
std::vector<EvaluationRecord> readEvaluations(hid_t file);

/// Errors per width of one block, in the place of earlier ones (run_file_plan.cpp).
void writeBitErrors(hid_t file, int block, const BitErrors& errors);
/// Appends those of a block.
void readBitErrors(hid_t file, int block, BitErrors& errors);
/// The bit plan, in the place of an earlier one.
void writeBitPlan(hid_t file, const BitPlanRecord& plan);
std::optional<BitPlanRecord> readBitPlan(hid_t file);

/// The record of a training (run_file_training.cpp).
void writeTraining(hid_t file, const TrainingRecord& record);
std::optional<TrainingRecord> readTraining(hid_t file);

/// Name of the group of a block's tag: /blocks/3/tags/mlp-in/held_out.
std::string bankGroup(int block, const std::string& tag, bool heldOut);

}  // namespace qs::hdf5
