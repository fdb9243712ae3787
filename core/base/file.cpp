// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

#include "base/error.h"

namespace qs {
namespace fs = std::filesystem;
namespace {

Error fileError(const fs::path& path, const char* what, int code = errno) {
    return Error(path.string() + ": " + what + ": " + std::strerror(code));
}

/// A descriptor that closes itself.
struct Descriptor {
    int fd = -1;
    ~Descriptor() {
        if (fd >= 0) ::close(fd);
    }
};

void syncToDisk(const fs::path& path) {
    Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (file.fd < 0) throw fileError(path, "cannot be opened");
    if (::fsync(file.fd) != 0) throw fileError(path, "cannot be written");
}

}  // namespace

MappedFile::MappedFile(const fs::path& path) : m_path(path) {
    Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (file.fd < 0) throw fileError(path, "cannot be opened");
    struct stat info {};
    if (::fstat(file.fd, &info) != 0) throw fileError(path, "cannot be read");
    if (!S_ISREG(info.st_mode)) throw Error(path.string() + ": is not a regular file");
    m_size = static_cast<std::size_t>(info.st_size);
    if (m_size == 0) return;
    void* data = ::mmap(nullptr, m_size, PROT_READ, MAP_PRIVATE, file.fd, 0);
    if (data == MAP_FAILED) throw fileError(path, "cannot be mapped");
    m_data = static_cast<const std::byte*>(data);
}

MappedFile::~MappedFile() {
    if (m_data) ::munmap(const_cast<std::byte*>(m_data), m_size);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : m_path(std::move(other.m_path)), m_data(std::exchange(other.m_data, nullptr)), m_size(std::exchange(other.m_size, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    std::swap(m_path, other.m_path);
    std::swap(m_data, other.m_data);
    std::swap(m_size, other.m_size);
    return *this;
}

void releasePages(std::span<const std::byte> bytes) {
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto start = reinterpret_cast<std::uintptr_t>(bytes.data()), end = start + bytes.size();
    const std::uintptr_t first = (start + page - 1) / page * page, last = end / page * page;  // whole pages: neighbours may be in use
    if (last > first) ::madvise(const_cast<std::byte*>(bytes.data()) + (first - start), last - first, MADV_DONTNEED);
}

std::string readText(const fs::path& path) {
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) throw Error(path.string() + ": is a directory, a file was expected");
    std::ifstream file(path, std::ios::binary);
    if (!file) throw fileError(path, "cannot be opened");
    std::ostringstream text;
    text << file.rdbuf();
    if (file.bad()) throw fileError(path, "cannot be read");
    return std::move(text).str();
}

/// A device, pipe or socket must not be renamed over: the node would be gone for everybody on the machine.
static void requireReplaceable(const fs::path& path) {
    std::error_code ignored;
    const fs::file_status status = fs::status(path, ignored);
    if (fs::is_directory(status)) throw Error(path.string() + ": is a directory; give a file name");
    if (fs::exists(status) && !fs::is_regular_file(status))
        throw Error(path.string() + ": is not a regular file but a device, pipe or socket; give the name of a file");
}

void writeAtomically(const fs::path& path, const std::function<void(const fs::path&)>& write) {
    requireReplaceable(path);
    const fs::path temporary = path.string() + ".writing-" + std::to_string(::getpid());
    try {
        write(temporary);
        syncToDisk(temporary);
        fs::rename(temporary, path);
    } catch (const fs::filesystem_error& error) {
        std::error_code ignored;
        fs::remove_all(temporary, ignored);
        throw Error(path.string() + ": cannot be written: " + error.code().message());
    } catch (...) {
        std::error_code ignored;
        fs::remove_all(temporary, ignored);
        throw;
    }
}

void writeText(const fs::path& path, std::string_view text) {
    writeAtomically(path, [&](const fs::path& temporary) {
        std::ofstream file(temporary, std::ios::binary);
        if (!file) throw fileError(path, "cannot be created");
        file.write(text.data(), static_cast<std::streamsize>(text.size()));
        file.close();
        if (!file) throw fileError(path, "cannot be written");
    });
}

void requireWritable(const fs::path& path) {
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    std::error_code ignored;
    if (!fs::is_directory(folder, ignored))
        throw Error(path.string() + ": the folder " + folder.string() + " does not exist; create it first");
    requireReplaceable(path);
    std::string probe = (folder / ".quantoscope-probe-XXXXXX").string();
    Descriptor file{::mkstemp(probe.data())};
    if (file.fd < 0)
        throw Error(path.string() + ": the folder " + folder.string() + " cannot be written: " + std::strerror(errno) +
                    "; choose another place");
    ::unlink(probe.c_str());
}

std::size_t freeDiskBytes(const fs::path& path) {
    std::error_code error;
    fs::path folder = fs::absolute(path, error);
    while (!fs::exists(folder, error) && folder.has_parent_path() && folder != folder.parent_path()) folder = folder.parent_path();
    const auto space = fs::space(folder, error);
    return error ? 0 : static_cast<std::size_t>(space.available);
}

}  // namespace qs
