// SPDX-License-Identifier: GPL-3.0-or-later
// Drag the weight of a length, or try other bits, groups, damping or another method: diagonal and errors follow at once, the linear is
// solved again in the background, and the latest wins.
#pragma once

#include <QTimer>

#include "views/background.h"
#include "views/hessian_diagonal/hessian_diagonal_view.h"
#include "views/hessian_diagonal/length_tuner_model.h"

class QComboBox;
class QDoubleSpinBox;
class QPushButton;

namespace qs {

class LengthTunerView : public HessianDiagonalView {
    Q_OBJECT
  public:
    explicit LengthTunerView(QWidget* parent);
    void restoreSettings(const QJsonObject& settings) override;
    QMap<QString, QString> triedOptions() const override;
    const LengthTuner& tuner() const { return m_tuner; }
    QPushButton& applyButton() { return *m_apply; }
    QPushButton& resetButton() { return *m_reset; }
    QComboBox& bits() { return *m_bits; }
    bool solving() const { return m_background.busy(); }

  signals:
    void solved(const qs::TrialResult& result);

  protected:
    Figure compute(const ViewInput& input) override;
    ChartTable numbers() const override;
    void resizeEvent(QResizeEvent* event) override;
    void shown(const Figure& figure) override;

  private:
    void buildTries();
    QComboBox* addTry(const QString& option, const QString& name, const std::vector<std::pair<QString, QString>>& values);
    void tryOption(const QString& option, const QString& value);
    void followTries();
    void placeLead();
    void solve(const ViewInput& input);
    void apply();

    LengthTuner m_tuner;
    std::optional<TrialResult> m_trial;
    QString m_failure;
    std::string m_asked;                        ///< settings and linear that were last asked for
    std::shared_ptr<const RunFile> m_trialRun;  ///< what m_trial belongs to
    std::string m_trialLinear;
    std::shared_ptr<std::shared_ptr<TrialLayer>> m_layer;  ///< filled and used by the background only
    QComboBox *m_bits, *m_group, *m_method;
    QDoubleSpinBox* m_damping;
    QPushButton *m_apply, *m_reset;
    QWidget* m_tries;
    QTimer m_patience;  ///< no word about solving before it ends
    bool m_slow = false;
    Background m_background;  ///< last: its end waits for work that uses the rest
};

View* makeLengthTunerView(QWidget* parent);

}  // namespace qs
