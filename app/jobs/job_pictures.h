// SPDX-License-Identifier: GPL-3.0-or-later
// The two small pictures of a running job: at which stage of a block it is, and how long each block took.
#pragma once

#include <QStringList>
#include <QWidget>
#include <vector>

namespace qs {

/// What the engine calls a stage ("block 3 of 6 · solve q_proj") as one of four: 0 prepare, 1 record, 2 solve, 3 write; −1 unknown.
int stageIndex(const QString& stage);
/// Likewise of a training ("dsa-qat · step 7 of 400 …"): 0 prepare, 1 train, 2 measure, 3 write.
int trainingStageIndex(const QString& stage);

/// Four dots on a line; those behind are filled, the present one has a ring.
class StageDots : public QWidget {
    Q_OBJECT
  public:
    explicit StageDots(QWidget* parent = nullptr);
    void setStage(int stage);
    /// The words of a training instead of those of a quantization.
    void setTraining(bool training);
    QSize sizeHint() const override { return {240, 36}; }
    QSize minimumSizeHint() const override { return {160, 36}; }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QStringList m_names;
    bool m_training = false;
    int m_stage = -1;
};

/// One bar a block; the newest in the accent colour.
class BlockBars : public QWidget {
    Q_OBJECT
  public:
    explicit BlockBars(QWidget* parent = nullptr);
    void setSeconds(const std::vector<double>& seconds);
    QSize sizeHint() const override { return {240, 26}; }
    QSize minimumSizeHint() const override { return {80, 26}; }

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    std::vector<double> m_seconds;
};

}  // namespace qs
