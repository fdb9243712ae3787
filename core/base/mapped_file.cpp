// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <utility>

#include "base/error.h"
#include "base/file.h"

namespace qs {
namespace {

/// One map. Entries are never freed but used again, so that the handler of SIGBUS may walk the table at any time without a lock.
struct Mapping {
    std::atomic<std::uintptr_t> begin{0}, end{0};  ///< 0: free
    std::atomic<bool> lost{false};                 ///< a page could not be read
    std::filesystem::path path;
    int file = -1;
    std::size_t size = 0;
    Mapping* next = nullptr;

    bool holds(std::uintptr_t place) const { return place >= begin.load() && place < end.load(); }
};

std::atomic<Mapping*> g_mappings{nullptr};
std::mutex g_mappingsMutex;  // of those who add and remove
struct sigaction g_busHandlerBefore {};

Mapping* findMapping(std::uintptr_t place) {
    for (Mapping* mapping = g_mappings.load(); mapping; mapping = mapping->next)
        if (mapping->holds(place)) return mapping;
    return nullptr;
}

/// Puts zeros in the place of what is left of the map, so that the interrupted reader goes on, to be told by requireIntact. Uses only
/// system calls and atomics. A fault elsewhere goes to who handled it before: by default it ends the process.
void onBusError(int signal, siginfo_t* info, void*) {
    const int error = errno;
    const auto place = reinterpret_cast<std::uintptr_t>(info->si_addr);
    Mapping* mapping = info->si_code > 0 ? findMapping(place) : nullptr;
    if (mapping) {
        mapping->lost = true;
        const std::uintptr_t page =
            place / static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE)) * static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
        void* zeros = ::mmap(reinterpret_cast<void*>(page), mapping->end - page, PROT_READ,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
        errno = error;
        if (zeros != MAP_FAILED) return;
    }
    ::sigaction(SIGBUS, &g_busHandlerBefore, nullptr);  // a fault comes again on return, a signal that was sent is sent again
    if (info->si_code <= 0) ::raise(signal);
    errno = error;
}

void handleBusErrors() {
    static std::once_flag once;
    std::call_once(once, [] {
        struct sigaction action {};
        action.sa_sigaction = onBusError;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK;
        ::sigemptyset(&action.sa_mask);
        ::sigaction(SIGBUS, &action, &g_busHandlerBefore);
    });
}

void addMapping(const std::filesystem::path& path, int file, const std::byte* data, std::size_t size) {
    handleBusErrors();
    const std::lock_guard lock(g_mappingsMutex);
    Mapping* mapping = g_mappings.load();
    while (mapping && mapping->begin != 0) mapping = mapping->next;
    const bool isNew = !mapping;
    if (isNew) mapping = new Mapping;
    mapping->path = path;
    mapping->file = file;
    mapping->size = size;
    mapping->lost = false;
    const auto begin = reinterpret_cast<std::uintptr_t>(data);
    mapping->end = begin + size;
    mapping->begin = begin;
    if (isNew) {
        mapping->next = g_mappings.load();
        g_mappings = mapping;
    }
}

void removeMapping(const std::byte* data) {
    const std::lock_guard lock(g_mappingsMutex);
    Mapping* mapping = findMapping(reinterpret_cast<std::uintptr_t>(data));
    ::close(mapping->file);
    mapping->end = 0;
    mapping->begin = 0;
}

Error mappedFileError(const std::filesystem::path& path, const char* what) {
    return Error(path.string() + ": " + what + ": " + std::strerror(errno));
}

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path) : m_path(path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) throw mappedFileError(path, "cannot be opened");
    try {
        struct stat info {};
        if (::fstat(file, &info) != 0) throw mappedFileError(path, "cannot be read");
        if (!S_ISREG(info.st_mode)) throw Error(path.string() + ": is not a regular file");
        const auto size = static_cast<std::size_t>(info.st_size);
        if (size == 0) {
            ::close(file);
            return;
        }
        void* data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
        if (data == MAP_FAILED) throw mappedFileError(path, "cannot be mapped");
        m_data = static_cast<const std::byte*>(data);
        m_size = size;
        addMapping(path, file, m_data, size);
    } catch (...) {
        ::close(file);
        throw;
    }
}

MappedFile::~MappedFile() {
    if (!m_data) return;
    removeMapping(m_data);
    ::munmap(const_cast<std::byte*>(m_data), m_size);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : m_path(std::move(other.m_path)), m_data(std::exchange(other.m_data, nullptr)), m_size(std::exchange(other.m_size, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    std::swap(m_path, other.m_path);
    std::swap(m_data, other.m_data);
    std::swap(m_size, other.m_size);
    return *this;
}

void requireIntact(std::span<const std::byte> bytes) {
    if (bytes.empty()) return;
    const Mapping* mapping = findMapping(reinterpret_cast<std::uintptr_t>(bytes.data()));
    if (!mapping) return;
    struct stat info {};
    const bool readable = ::fstat(mapping->file, &info) == 0;
    const std::size_t now = readable ? static_cast<std::size_t>(info.st_size) : 0;
    if (readable && now < mapping->size)  // also sees what no fault tells: zeros between the new end and the end of its page
        throw Error(mapping->path.string() + ": was cut short while it was read, from " + std::to_string(mapping->size) + " to " +
                    std::to_string(now) + " bytes; put the whole file back and resume");
    if (mapping->lost)
        throw Error(mapping->path.string() +
                    ": a part of it could not be read: it was changed while it was read, or its disk fails; put the whole file back and "
                    "resume");
}

void releasePages(std::span<const std::byte> bytes) {
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto start = reinterpret_cast<std::uintptr_t>(bytes.data()), end = start + bytes.size();
    const std::uintptr_t first = (start + page - 1) / page * page, last = end / page * page;  // whole pages: neighbours may be in use
    if (last > first) ::madvise(const_cast<std::byte*>(bytes.data()) + (first - start), last - first, MADV_DONTNEED);
}

}  // namespace qs
