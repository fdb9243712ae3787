// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.h"

namespace qs {

FileLock::FileLock(const std::filesystem::path& path, const std::string& busy) {
    const int access = std::filesystem::is_directory(path) ? O_RDONLY | O_DIRECTORY : O_RDWR | O_CREAT;
    m_descriptor = ::open(path.c_str(), access | O_CLOEXEC, 0666);
    if (m_descriptor < 0) throw Error(path.string() + ": cannot be opened: " + std::strerror(errno));
    if (::flock(m_descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
    ::close(m_descriptor);
    throw Error(busy);
}

FileLock::~FileLock() { ::close(m_descriptor); }

}  // namespace qs
