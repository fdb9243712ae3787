// SPDX-License-Identifier: GPL-3.0-or-later
// A sequence takes two areas: h [L, hidden], and one shared by x, a and m, as wide as the widest of them. Areas begin at multiples of 64
// bytes.
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "base/error.h"
#include "base/file.h"
#include "base/resources.h"
#include "model/executor.h"
#include "model/torch_device.h"

namespace qs {
namespace {

std::size_t roundUp(std::size_t bytes) { return (bytes + 63) / 64 * 64; }

int widestInput(const ModelSpec& spec) {
    int width = spec.hidden;
    for (const BlockSpec& block : spec.blocks)
        for (const InputTag tag : kInputTags) width = std::max(width, widthOf(tag, block));
    return width;
}

struct AreaSizes {
    std::size_t residual, shared;
    std::size_t total() const { return residual + shared; }
};

AreaSizes areasOf(int hidden, int widest, int length, DType dtype) {
    const std::size_t row = static_cast<std::size_t>(length) * byteSize(dtype);
    return {roundUp(row * static_cast<std::size_t>(hidden)), roundUp(row * static_cast<std::size_t>(widest))};
}

std::string gibibytes(std::size_t bytes) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f GiB", static_cast<double>(bytes) / (1024.0 * 1024.0 * 1024.0));
    return text;
}

}  // namespace

struct ActivationStore::Memory {
    at::Tensor onDevice;
    void* anonymous = nullptr;
    void* spilled = nullptr;
    std::size_t anonymousBytes = 0, spilledBytes = 0, deviceBytes = 0;

    ~Memory() {
        if (anonymous) ::munmap(anonymous, anonymousBytes);
        if (spilled) ::munmap(spilled, spilledBytes);
    }

    void allocateOnDevice(Device device, std::size_t bytes) {
        try {
            onDevice = at::empty({static_cast<std::int64_t>(bytes)}, at::TensorOptions().dtype(at::kByte).device(torchDevice(device)));
        } catch (const c10::Error&) {
            throw Error("activations need " + gibibytes(bytes) + " on " + textOf(device) +
                        ", which does not have that much free; use fewer tokens or --device cpu");
        }
        deviceBytes = bytes;
    }

    void allocateAnonymous(std::size_t bytes) {
        if (bytes == 0) return;
        const std::size_t free = availableMemoryBytes();
        void* data = free != 0 && bytes > free
                         ? MAP_FAILED
                         : ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (data == MAP_FAILED)
            throw Error("activations need " + gibibytes(bytes) + " of memory, " + gibibytes(free) +
                        " are free; set a smaller --memory-budget or use fewer tokens");
        anonymous = data;
        anonymousBytes = bytes;
    }

    void allocateSpilled(std::size_t bytes, const std::string& folder) {
        if (bytes == 0) return;
        std::string name = (std::filesystem::path(folder.empty() ? "." : folder) / ".quantoscope-activations-XXXXXX").string();
        const int file = ::mkostemp(name.data(), O_CLOEXEC);
        if (file < 0)
            throw Error(folder + ": the file for activations beyond the memory budget cannot be created: " + std::strerror(errno));
        ::unlink(name.c_str());
        const int reserved = ::posix_fallocate(file, 0, static_cast<::off_t>(bytes));  // a full disk shows here, not as a crash later
        void* data = reserved == 0 ? ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) : MAP_FAILED;
        ::close(file);
        if (data == MAP_FAILED)
            throw Error(folder + ": activations beyond the memory budget need " + gibibytes(bytes) + " on disk, " +
                        gibibytes(freeDiskBytes(folder)) + " are free; raise --memory-budget, use fewer tokens or another place");
        spilled = data;
        spilledBytes = bytes;
    }
};

std::size_t ActivationStore::bytesFor(const ModelSpec& spec, std::span<const int> lengths, DType dtype) {
    const int widest = widestInput(spec);
    std::size_t sum = 0;
    for (const int length : lengths) sum += areasOf(spec.hidden, widest, length, dtype).total();
    return sum;
}

ActivationStore::ActivationStore(const Executor& executor, const ModelSpec& spec, std::span<const int> lengths, std::size_t budgetBytes,
                                 const std::string& spillFolder)
    : m_memory(std::make_unique<Memory>()) {
    const int widest = widestInput(spec);
    const bool onDevice = executor.device().kind != DeviceKind::Cpu;
    std::size_t inMemory = 0, inFile = 0;
    std::vector<bool> spills;
    for (const int length : lengths) {
        const std::size_t bytes = areasOf(spec.hidden, widest, length, executor.dtype()).total();
        spills.push_back(!onDevice && budgetBytes != 0 && inMemory + bytes > budgetBytes);
        (spills.back() ? inFile : inMemory) += bytes;
    }
    if (onDevice) m_memory->allocateOnDevice(executor.device(), inMemory);
    else m_memory->allocateAnonymous(inMemory);
    m_memory->allocateSpilled(inFile, spillFolder);
    auto* memory = static_cast<std::byte*>(onDevice ? m_memory->onDevice.data_ptr() : m_memory->anonymous);
    auto* file = static_cast<std::byte*>(m_memory->spilled);
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        const AreaSizes areas = areasOf(spec.hidden, widest, lengths[i], executor.dtype());
        std::byte*& next = spills[i] ? file : memory;
        void* shared = next + areas.residual;
        m_sequences.push_back({lengths[i], next, shared, shared, shared});
        next += areas.total();
    }
}

ActivationStore::~ActivationStore() = default;

std::span<SequenceBuffers> ActivationStore::sequences() { return m_sequences; }
std::size_t ActivationStore::bytes() const { return m_memory->anonymousBytes + m_memory->deviceBytes + m_memory->spilledBytes; }
std::size_t ActivationStore::spilledBytes() const { return m_memory->spilledBytes; }

}  // namespace qs
