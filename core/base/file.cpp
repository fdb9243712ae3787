// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
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
