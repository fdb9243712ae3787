// SPDX-License-Identifier: GPL-3.0-or-later
// quantize MODEL
#include "cli/processes.h"
#include "cli/run_front.h"
#include "hessian/weighting.h"

namespace qs::cli {
namespace {

class Quantize : public Command {
  public:
    void describe(Arguments& arguments) override {
        m_front.describe(arguments, m_options);
        arguments.shorthand("symmetric", "scheme", "sym");
        arguments.shorthand("asymmetric", "scheme", "asym");
        arguments.shorthand("stage1", "search", "hessian");
        arguments.exclusive({"budget", "budget-bytes", "bit-plan"});
        arguments.exclusive({"budget", "bits"});
        arguments.exclusive({"budget-bytes", "bits"});
    }
    bool isSpread() const override { return true; }
    Status run(const Arguments&) override {
        Weighting::parse(m_options.weighting);  // wrong usage shows before anything is read
        return m_front.run({m_options.calibration, m_options.machine, m_options.out,
                            [this] { return estimateQuantize(m_options, processes()); },
                            [this](JobContext& context) { runQuantize(m_options, context, processes()); }});
    }

  private:
    QuantizeOptions m_options;
    RunFront m_front;
};

}  // namespace

std::unique_ptr<Command> makeQuantize() { return std::make_unique<Quantize>(); }

}  // namespace qs::cli
