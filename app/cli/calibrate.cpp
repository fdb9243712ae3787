// SPDX-License-Identifier: GPL-3.0-or-later
// calibrate MODEL
#include "cli/processes.h"
#include "cli/run_front.h"

namespace qs::cli {
namespace {

class Calibrate : public Command {
  public:
    void describe(Arguments& arguments) override { m_front.describe(arguments, m_options); }
    bool isSpread() const override { return true; }
    Status run(const Arguments&) override {
        return m_front.run({m_options.calibration, m_options.machine, m_options.out,
                            [this] { return estimateCalibrate(m_options, processes()); },
                            [this](JobContext& context) { runCalibrate(m_options, context, processes()); }});
    }

  private:
    CalibrateOptions m_options;
    RunFront m_front;
};

}  // namespace

std::unique_ptr<Command> makeCalibrate() { return std::make_unique<Calibrate>(); }

}  // namespace qs::cli
