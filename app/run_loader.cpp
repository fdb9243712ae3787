// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run_loader.h"

namespace qs {

RunLoader::RunLoader(QObject* parent) : QObject(parent) {
    connect(&m_runner, &JobRunner::ended, this, [this](const JobOutcome& outcome) {
        const QString path = m_path;
        const auto run = m_result ? *m_result : nullptr;
        m_result.reset();
        if (m_next) begin(*std::exchange(m_next, std::nullopt));
        if (outcome.done) emit opened(path, run);
        else emit failed(path, outcome.message);
    });
}

void RunLoader::open(const QString& path) {
    if (m_runner.running()) m_next = path;
    else begin(path);
}

void RunLoader::begin(const QString& path) {
    m_path = path;
    m_result = std::make_shared<std::shared_ptr<const RunFile>>();
    m_runner.start([result = m_result, file = path.toStdString()](JobContext&) { *result = RunFile::open(file); });
}

}  // namespace qs
