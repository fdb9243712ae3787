// SPDX-License-Identifier: GPL-3.0-or-later
// The run file: one HDF5 file a run (*.qsrun), the only contract between computing and viewing; schema.h documents it.
//
// While a job runs, RUN.qsrun.parts/ holds immutable parts: head.h5 (provenance, options, sequences) and block-0003.h5 …, each written
// under another name and renamed into place; so is training.h5, again and again. finish() consolidates them into RUN.qsrun the same way and
// removes the folder. So a reader never sees half a block, kill -9 loses at most the block in progress, and a full disk leaves the parts
// usable.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "run/run_data.h"
#include "run/training_record.h"

namespace qs {

/// Writing side of a run.
class RunWriter {
  public:
    /// Starts a run at `path`: writes head.h5. With `resume`, parts that are there and whose fingerprint matches are kept; parts with
    /// another fingerprint throw Error naming what differs. Without `resume`, old parts are removed first.
    RunWriter(std::filesystem::path path, Provenance provenance, std::vector<SequenceRecord> sequences, bool resume);
    /// Leaves the parts of an unfinished run, but nothing behind where no block was finished and there is no checkpoint.
    ~RunWriter();

    /// Blocks that earlier runs finished, ascending: 0 … k − 1 (a gap ends the list).
    std::vector<int> finishedBlocks() const;
    /// A finished part, without full matrices of the bank.
    BlockPart readPart(int block) const;
    /// Writes one part. Throws Error (disk full …) with the part's file removed and the others usable.
    void writePart(const BlockPart& part);
    std::filesystem::path partPath(int block) const;
    /// Bytes of all parts written so far (they and the final file exist together for a moment).
    std::uintmax_t partBytes() const;

    void addEvent(const Event& event);  ///< events of the run that belong to no block
    void setResources(Resources forecast, Resources actual);
    void setBitPlan(BitPlanRecord plan);  ///< written by finish()
    /// finish() names this model as the one of the run instead of the one it was started with: a training makes its own.
    void setModel(const std::string& path, const std::string& fingerprint, std::int64_t parameters);

    /// Puts the record of a training, and the events up to now, in the place of earlier ones; finish() takes it over.
    void writeTraining(const TrainingRecord& record, const std::vector<Event>& events);
    std::filesystem::path trainingPath() const;
    /// With `resume`: the record and events that the interrupted training wrote last; none if there are none.
    std::optional<TrainingRecord> earlierTraining(std::vector<Event>& events) const;
    /// A file of the unfinished run that a resumed one finds again and finish() removes.
    std::filesystem::path checkpointPath(const std::string& name) const;
    /// Consolidates into the final file and removes the parts. On failure (disk full) the parts stay.
    void finish(double seconds);

  private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// Reading side: a finished file, or the parts folder of a run that another process is writing (`RUN.qsrun` while only its parts exist).
/// Small values are read when opened, evaluations, bit errors and the bit plan when first asked for, matrices whenever they are asked for.
/// What is added to the file later is seen by opening it again. Thread-safe.
class RunFile {
  public:
    /// Throws Error naming the file and what is wrong with it: not HDF5, not a run file, newer schema, truncated.
    static std::shared_ptr<const RunFile> open(const std::filesystem::path& path);
    virtual ~RunFile() = default;

    virtual const std::filesystem::path& path() const = 0;
    virtual const Provenance& provenance() const = 0;
    virtual bool finished() const = 0;
    virtual double seconds() const = 0;
    virtual std::optional<Resources> forecast() const = 0;
    virtual std::optional<Resources> actual() const = 0;
    virtual const std::vector<SequenceRecord>& sequences() const = 0;  ///< without ids
    virtual std::vector<std::int32_t> sequenceIds(std::size_t index) const = 0;
    virtual const std::vector<LinearRecord>& linears() const = 0;  ///< without codes, scales, zeros; model order
    virtual const std::vector<TagRecord>& tags() const = 0;        ///< without full S; diagonals included
    virtual const std::vector<Event>& events() const = 0;
    virtual std::vector<EvaluationRecord> evaluations() const = 0;
    virtual PhaseSeconds phases() const = 0;  ///< of all blocks; empty in files of schema 1.4 and of trainings
    virtual BitErrors bitErrors() const = 0;  ///< of all blocks, model order; without linears if no widths were tried
    virtual std::optional<BitPlanRecord> bitPlan() const = 0;
    /// What a training went through; of one that is running, what it last wrote. None for other runs.
    virtual std::optional<TrainingRecord> training() const = 0;
    /// With codes, scales, zeros. Throws Error if there is no such linear.
    virtual LinearRecord linear(const std::string& name) const = 0;
    /// The steps of a linear's group scales, with scales if they were kept; empty if there are none. Throws Error if there is no such
    /// linear.
    virtual std::vector<ScaleStepRecord> scaleSteps(const std::string& linear) const = 0;
    /// Full S_L of a bucket, empty if it was not kept.
    virtual Matrix<float> fullS(int block, const std::string& tag, int length, bool heldOut) const = 0;
    virtual Matrix<float> firstTokens(int block, const std::string& tag, int length, bool heldOut) const = 0;
};

/// Adds an evaluation to a finished run file (copy, append, rename: the old file stays whole if anything fails).
void appendEvaluation(const std::filesystem::path& path, const EvaluationRecord& record);
/// Puts a bit plan, and errors per width if they are given, in the place of earlier ones, likewise.
void storeBitPlan(const std::filesystem::path& path, const BitPlanRecord& plan, const BitErrors* errors);

}  // namespace qs
