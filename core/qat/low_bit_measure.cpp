// SPDX-License-Identifier: GPL-3.0-or-later
#include "qat/low_bit_measure.h"

#include <ATen/core/grad_mode.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <fstream>

#include "qat/sensitivity.h"

namespace qs {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds(Clock::time_point from, Clock::time_point to) { return std::chrono::duration<double, std::milli>(to - from).count(); }

double processMilliseconds() { return 1e3 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

double medianOf(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double residentBytes() {
    std::ifstream file("/proc/self/statm");
    double total = 0, resident = 0;
    file >> total >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

}  // namespace

std::vector<Measurement> measureForward(const TrainableModel& model, const Variant& variant, const at::Tensor& ids, int repeats) {
    const at::NoGradGuard noGradient;
    double inLinears = 0;
    const LinearFn timed = [&](const LinearSpec& spec, const at::Tensor& x) {
        const Clock::time_point start = Clock::now();
        at::Tensor y = variant.linear(spec, x);
        inLinears += milliseconds(start, Clock::now());
        return y;
    };
    std::vector<double> latencies, linears, processor;
    for (int i = 0; i <= repeats; ++i) {
        inLinears = 0;
        const double processorStart = processMilliseconds();
        const Clock::time_point start = Clock::now();
        model.logits(variant.values, model.forward(variant.values, ids, timed));
        const double latency = milliseconds(start, Clock::now());
        if (i == 0) continue;  // first touches of memory and code
        latencies.push_back(latency);
        linears.push_back(inLinears);
        processor.push_back(processMilliseconds() - processorStart);
    }
    const double median = medianOf(latencies);
    return {{"latency", "ms", median},
            {"cpu-time", "ms", medianOf(processor)},
            {"linear-time", "ms", medianOf(linears)},
            {"throughput", "tokens/s", 1e3 * static_cast<double>(ids.numel()) / median}};
}

double residentGrowth(const std::function<std::shared_ptr<void>()>& make) {
    malloc_trim(0);
    const double before = residentBytes();
    const std::shared_ptr<void> kept = make();
    malloc_trim(0);
    return std::max(0.0, residentBytes() - before);
}

Measurement energyEstimate(const TrainableModel& model, const std::vector<int>& bits) {
    std::vector<double> counts;
    for (const LinearSpec* layer : model.layers()) counts.push_back(static_cast<double>(layer->out) * static_cast<double>(layer->in));
    return {"energy", "bit weights", summarise(bits, counts).energy, true};
}

}  // namespace qs
