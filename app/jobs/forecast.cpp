// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/jobs/forecast.h"

namespace qs {
namespace {
constexpr int kWaitMilliseconds = 400;
}  // namespace

Forecaster::Forecaster(const Engine& engine, QObject* parent) : QObject(parent), m_engine(engine) {
    m_wait.setSingleShot(true);
    connect(&m_wait, &QTimer::timeout, this, &Forecaster::begin);
    connect(&m_runner, &JobRunner::ended, this, [this](const JobOutcome& outcome) {
        const bool again = std::exchange(m_again, false);
        if (m_wait.isActive()) return;  // the options changed meanwhile: what came back answers an old question
        if (again) return begin();
        m_current = outcome.done ? *m_result : std::nullopt;
        m_failure = outcome.done ? QString() : outcome.message;
        emit changed();
    });
}

void Forecaster::setOptions(const std::optional<JobOptions>& options) {
    m_wanted = options;
    m_again = m_runner.running();
    m_runner.stopNow();
    if (m_wanted && m_engine.forecasts(*m_wanted)) return m_wait.start(kWaitMilliseconds);
    m_wait.stop();
    m_current.reset();
    m_failure.clear();
    emit changed();
}

void Forecaster::begin() {
    if (!m_wanted) return;
    if (m_runner.running()) {
        m_again = true;
        return;
    }
    m_result = std::make_shared<std::optional<Estimate>>();
    m_runner.start(
        [options = *m_wanted, engine = m_engine, result = m_result](JobContext& context) { *result = engine.forecast(options, context); });
}

}  // namespace qs
