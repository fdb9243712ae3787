// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/provenance.h"

#include <ctime>
#include <filesystem>

#include "base/content_hash.h"
#include "base/resources.h"
#include "base/version.h"

namespace qs {
namespace fs = std::filesystem;
namespace {

std::string nowText() {
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&now, &utc);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return text;
}

}  // namespace

Provenance newProvenance(const std::string& kind) {
    Provenance p;
    p.kind = kind;
    p.program = std::string("quantoscope ") + kVersion;
    p.created = nowText();
    p.cpu = processorName();
    return p;
}

ContentHash identityOf(const Provenance& provenance) {
    ContentHash hash;
    for (const std::string& text :
         {provenance.kind, provenance.program, provenance.modelFingerprint, provenance.textFingerprint, provenance.device})
        hash.add(text);
    for (const auto& [name, value] : provenance.options)
        if (changesResult(name)) {
            hash.add(name);
            hash.add(value);
        }
    return hash;
}

Provenance provenanceOf(const BlockJob& job, const Session& session, const CalibrationSet& set, const std::string& modelFingerprint,
                        int processes) {
    Provenance p = newProvenance(job.kind);
    p.model = fs::absolute(job.calibration.model).lexically_normal().string();
    p.architecture = session.model->spec().architecture;
    p.modelFingerprint = modelFingerprint;
    p.textFingerprint = set.fingerprint;
    p.parameters = session.model->parameters();
    p.blocks = static_cast<int>(session.model->spec().blocks.size());
    p.device = textOf(session.device());
    p.compute = nameOfEnum(job.machine.compute);
    p.threads = session.threads();
    p.processes = processes;
    p.seed = job.calibration.seed;
    p.options = job.options;
    p.documentLengths = set.documentLengths;
    ContentHash hash = identityOf(p);
    if (job.plan)
        for (const BitGroupRecord& group : job.plan->groups)
            for (const std::string& linear : group.linears) {
                hash.add(linear);
                hash.add(std::int64_t{group.bits});
            }
    p.fingerprint = hash.text();
    return p;
}

}  // namespace qs
