// SPDX-License-Identifier: GPL-3.0-or-later
// The file driver of run files. HDF5's own driver leaves the library unable to close a file after a failed write, and locks files that
// another process may want to read. This one keeps the first failure, lets the library finish in order, and never locks.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <new>

#include "run/run_file_hdf5.h"

namespace qs::hdf5 {
namespace {

/// What the library hands back to us: its own header first.
struct DriverFile {
    H5FD_t header{};
    DriverState* state = nullptr;
    int descriptor = -1;
    bool writable = false;
    haddr_t allocated = 0, size = 0;
    dev_t deviceNumber{};
    ino_t inode{};
};

struct Info {
    DriverState* state;
};

DriverFile& of(H5FD_t* file) { return *reinterpret_cast<DriverFile*>(file); }
const DriverFile& of(const H5FD_t* file) { return *reinterpret_cast<const DriverFile*>(file); }

void keep(DriverFile& file, int error) {
    if (file.state->error == 0) file.state->error = error;
}

H5FD_t* openFile(const char* name, unsigned flags, hid_t access, haddr_t) {
    const auto* info = static_cast<const Info*>(H5Pget_driver_info(access));
    if (!info) return nullptr;
    const bool writable = (flags & H5F_ACC_RDWR) != 0;
    int mode = (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC;
    if (flags & H5F_ACC_TRUNC) mode |= O_TRUNC;
    if (flags & H5F_ACC_CREAT) mode |= O_CREAT;
    const int descriptor = ::open(name, mode, 0666);
    struct stat status {};
    if (descriptor < 0 || ::fstat(descriptor, &status) != 0) {
        info->state->error = errno;
        if (descriptor >= 0) ::close(descriptor);
        return nullptr;
    }
    auto* file = new (std::nothrow) DriverFile;
    if (!file) {
        ::close(descriptor);
        return nullptr;
    }
    file->state = info->state;
    file->state->error = 0;  // HDF5 tries other ways to open a file first
    file->descriptor = descriptor;
    file->writable = writable;
    file->size = static_cast<haddr_t>(status.st_size);
    file->deviceNumber = status.st_dev;
    file->inode = status.st_ino;
    return &file->header;
}

herr_t closeFile(H5FD_t* file) {
    DriverFile* mine = &of(file);
    if (::close(mine->descriptor) != 0) keep(*mine, errno);
    delete mine;
    return 0;
}

int compare(const H5FD_t* a, const H5FD_t* b) {
    const DriverFile &x = of(a), &y = of(b);
    if (x.deviceNumber != y.deviceNumber) return x.deviceNumber < y.deviceNumber ? -1 : 1;
    return x.inode == y.inode ? 0 : x.inode < y.inode ? -1 : 1;
}

herr_t query(const H5FD_t*, unsigned long* flags) {
    if (flags) *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE | H5FD_FEAT_AGGREGATE_SMALLDATA;
    return 0;
}

haddr_t allocatedEnd(const H5FD_t* file, H5FD_mem_t) { return of(file).allocated; }
haddr_t fileEnd(const H5FD_t* file, H5FD_mem_t) { return of(file).size; }

herr_t setAllocatedEnd(H5FD_t* file, H5FD_mem_t, haddr_t address) {
    of(file).allocated = address;
    return 0;
}

herr_t readBytes(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, std::size_t size, void* buffer) {
    DriverFile& mine = of(file);
    auto* bytes = static_cast<char*>(buffer);
    while (size > 0) {
        const ssize_t count = ::pread(mine.descriptor, bytes, size, static_cast<off_t>(address));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            keep(mine, errno);
            return -1;
        }
        if (count == 0) {  // beyond the end: HDF5 expects zeros
            std::memset(bytes, 0, size);
            return 0;
        }
        bytes += count;
        address += static_cast<haddr_t>(count);
        size -= static_cast<std::size_t>(count);
    }
    return 0;
}

herr_t writeBytes(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, std::size_t size, const void* buffer) {
    DriverFile& mine = of(file);
    const auto* bytes = static_cast<const char*>(buffer);
    const haddr_t end = address + size;
    while (size > 0 && mine.state->error == 0) {
        const ssize_t count = ::pwrite(mine.descriptor, bytes, size, static_cast<off_t>(address));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) {
            keep(mine, count < 0 ? errno : ENOSPC);
            break;
        }
        bytes += count;
        address += static_cast<haddr_t>(count);
        size -= static_cast<std::size_t>(count);
    }
    if (end > mine.size) mine.size = end;
    return 0;  // a failure is in the state: the caller asks for it when the file is closed
}

herr_t truncateFile(H5FD_t* file, hid_t, hbool_t) {
    DriverFile& mine = of(file);
    if (!mine.writable || mine.size == mine.allocated) return 0;
    if (mine.state->error == 0 && ::ftruncate(mine.descriptor, static_cast<off_t>(mine.allocated)) != 0) keep(mine, errno);
    mine.size = mine.allocated;
    return 0;
}

void* copyInfo(const void* info) { return new (std::nothrow) Info(*static_cast<const Info*>(info)); }

herr_t freeInfo(void* info) {
    delete static_cast<Info*>(info);
    return 0;
}

hid_t driver() {
    static const hid_t id = [] {
        static H5FD_class_t description{};
#ifdef H5FD_CLASS_VERSION
        description.version = H5FD_CLASS_VERSION;
        description.value = static_cast<H5FD_class_value_t>(512);
#endif
        description.name = "quantoscope";
        description.maxaddr = (haddr_t{1} << 62) - 1;
        description.fc_degree = H5F_CLOSE_STRONG;
        description.fapl_size = sizeof(Info);
        description.fapl_copy = copyInfo;
        description.fapl_free = freeInfo;
        description.open = openFile;
        description.close = closeFile;
        description.cmp = compare;
        description.query = query;
        description.get_eoa = allocatedEnd;
        description.set_eoa = setAllocatedEnd;
        description.get_eof = fileEnd;
        description.read = readBytes;
        description.write = writeBytes;
        description.truncate = truncateFile;
        const H5FD_mem_t freeLists[] = H5FD_FLMAP_DICHOTOMY;
        std::memcpy(description.fl_map, freeLists, sizeof freeLists);
        return H5FDregister(&description);
    }();
    return id;
}

}  // namespace

Id accessList(DriverState& state) {
    Id list(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "HDF5 cannot be used");
    const Info info{&state};
    require(H5Pset_driver(list, driver(), &info), "HDF5 refuses the file driver");
    // Version 1.8 or later objects carry checksums, so damaged metadata is found and not followed.
    require(H5Pset_libver_bounds(list, H5F_LIBVER_V18, H5F_LIBVER_V18), "HDF5 refuses its own file version");
    require(H5Pset_fclose_degree(list, H5F_CLOSE_STRONG), "HDF5 refuses a property");
    return list;
}

}  // namespace qs::hdf5
