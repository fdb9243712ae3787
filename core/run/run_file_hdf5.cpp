// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/run_file_hdf5.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "run/run_file_diagnosis.h"

namespace qs::hdf5 {
namespace {

constexpr hsize_t kMostElements = hsize_t{1} << 40;

template <class T>
struct Stored;
template <>
struct Stored<std::uint8_t> {
    static hid_t native() { return H5T_NATIVE_UINT8; }
    static hid_t file() { return H5T_STD_U8LE; }
    static constexpr H5T_class_t kind = H5T_INTEGER;
};
template <>
struct Stored<std::int32_t> {
    static hid_t native() { return H5T_NATIVE_INT32; }
    static hid_t file() { return H5T_STD_I32LE; }
    static constexpr H5T_class_t kind = H5T_INTEGER;
};
template <>
struct Stored<std::int64_t> {
    static hid_t native() { return H5T_NATIVE_INT64; }
    static hid_t file() { return H5T_STD_I64LE; }
    static constexpr H5T_class_t kind = H5T_INTEGER;
};
template <>
struct Stored<float> {
    static hid_t native() { return H5T_NATIVE_FLOAT; }
    static hid_t file() { return H5T_IEEE_F32LE; }
    static constexpr H5T_class_t kind = H5T_FLOAT;
};
template <>
struct Stored<double> {
    static hid_t native() { return H5T_NATIVE_DOUBLE; }
    static hid_t file() { return H5T_IEEE_F64LE; }
    static constexpr H5T_class_t kind = H5T_FLOAT;
};

Id textType(std::size_t size) {
    Id type(H5Tcopy(H5T_C_S1), H5Tclose, "HDF5 refuses a text type");
    require(H5Tset_size(type, std::max<std::size_t>(size, 1)), "HDF5 refuses a text type");
    require(H5Tset_strpad(type, H5T_STR_NULLPAD), "HDF5 refuses a text type");
    require(H5Tset_cset(type, H5T_CSET_UTF8), "HDF5 refuses a text type");
    return type;
}

Id scalarSpace() { return {H5Screate(H5S_SCALAR), H5Sclose, "HDF5 refuses a data space"}; }

Id spaceOf(std::span<const hsize_t> shape) {
    return {H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), H5Sclose, "HDF5 refuses a data space"};
}

void putAttribute(hid_t object, const char* name, hid_t fileType, hid_t memoryType, hid_t space, const void* value) {
    const Id attribute(H5Acreate2(object, name, fileType, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                       std::string("attribute ") + name + " cannot be made");
    require(H5Awrite(attribute, memoryType, value), std::string("attribute ") + name + " cannot be written");
}

Id openAttribute(hid_t object, const char* name, H5T_class_t kind) {
    Id attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose, std::string("attribute ") + name + " is missing");
    const Id type(H5Aget_type(attribute), H5Tclose, std::string("attribute ") + name + " is damaged");
    if (H5Tget_class(type) != kind) throw Error(std::string("attribute ") + name + " is of another type");
    return attribute;
}

/// Number of elements; refuses what no run file holds.
std::size_t countOf(std::span<const hsize_t> shape, const std::string& name) {
    hsize_t count = 1;
    for (const hsize_t extent : shape) {
        if (extent != 0 && count > kMostElements / extent) throw Error(name + " has an impossible shape");
        count *= extent;
    }
    return count;
}

Id openDataset(hid_t parent, const std::string& name) {
    return {H5Dopen2(parent, name.c_str(), H5P_DEFAULT), H5Dclose, name + " is missing or damaged"};
}

/// The shape of a dataset, whose bytes must all be in the file: so that a damaged shape never asks for more memory than the file has bytes.
std::vector<hsize_t> storedShape(hid_t dataset, const std::string& name) {
    const Id space(H5Dget_space(dataset), H5Sclose, name + " is damaged"), type(H5Dget_type(dataset), H5Tclose, name + " is damaged");
    const int rank = H5Sget_simple_extent_ndims(space);
    if (rank < 0 || rank > 8) throw Error(name + " has an impossible shape");
    std::vector<hsize_t> shape(static_cast<std::size_t>(rank));
    require(H5Sget_simple_extent_dims(space, shape.data(), nullptr), name + " has an impossible shape");
    const Id file(H5Iget_file_id(dataset), H5Fclose, name + " is damaged");
    hsize_t fileBytes = 0;
    require(H5Fget_filesize(file, &fileBytes), name + " is damaged");
    const std::size_t count = countOf(shape, name), elementBytes = H5Tget_size(type);
    if (elementBytes == 0 || count > std::min(H5Dget_storage_size(dataset), fileBytes) / elementBytes) throw Error(name + " is incomplete");
    return shape;
}

Id tableType(std::span<const Column> columns, std::size_t rowBytes) {
    Id type(H5Tcreate(H5T_COMPOUND, std::max<std::size_t>(rowBytes, 1)), H5Tclose, "HDF5 refuses a table type");
    for (const Column& column : columns) {
        const Id text = column.type < 0 ? textType(column.textSize) : Id();
        require(H5Tinsert(type, column.name, column.offset, column.type < 0 ? static_cast<hid_t>(text) : column.type),
                "HDF5 refuses a table column");
    }
    return type;
}

}  // namespace

std::recursive_mutex& libraryMutex() {
    static std::recursive_mutex mutex;
    // Our errors are exceptions, not pages on stderr; a thread-safe HDF5 keeps this switch for every thread.
    thread_local const bool quiet = H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr) >= 0;
    (void)quiet;
    return mutex;
}

Id::Id(hid_t id, Close close, const std::string& what) : m_id(id), m_close(close) {
    if (id < 0) throw Error(what);
}

Id::Id(Id&& other) noexcept : m_id(std::exchange(other.m_id, -1)), m_close(other.m_close) {}

Id& Id::operator=(Id&& other) noexcept {
    std::swap(m_id, other.m_id);
    std::swap(m_close, other.m_close);
    return *this;
}

bool Id::reset() {
    const hid_t id = std::exchange(m_id, -1);
    return id < 0 || !m_close || m_close(id) >= 0;
}

void require(herr_t status, const std::string& what) {
    if (status < 0) throw Error(what);
}

File File::create(const std::filesystem::path& path) {
    File file;
    file.m_state = std::make_unique<DriverState>();
    const Id access = accessList(*file.m_state);
    const hid_t id = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access);
    if (id < 0) throw Error(std::string("cannot be created: ") + std::strerror(file.error() ? file.error() : EIO));
    file.m_id = Id(id, H5Fclose, "");
    return file;
}

File File::open(const std::filesystem::path& path) { return openWith(path, H5F_ACC_RDONLY); }

File File::extend(const std::filesystem::path& path) { return openWith(path, H5F_ACC_RDWR); }

File File::openWith(const std::filesystem::path& path, unsigned flags) {
    File file;
    file.m_state = std::make_unique<DriverState>();
    const Id access = accessList(*file.m_state);
    const hid_t id = H5Fopen(path.c_str(), flags, access);
    if (id < 0) {
        if (file.error()) throw Error(std::string("cannot be opened: ") + std::strerror(file.error()));
        throw Error(whyNotOpened(path));
    }
    file.m_id = Id(id, H5Fclose, "");
    return file;
}

void File::close() {
    const bool flushed = H5Fflush(m_id, H5F_SCOPE_LOCAL) >= 0;
    const bool closed = m_id.reset();
    if (error()) throw Error(std::string("cannot be written: ") + std::strerror(error()));
    if (!flushed || !closed) throw Error("cannot be written: HDF5 reports a failure");
}

Id createGroup(hid_t parent, const std::string& name) {
    return {H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose, "group " + name + " cannot be made"};
}

Id openGroup(hid_t parent, const std::string& name) {
    return {H5Gopen2(parent, name.c_str(), H5P_DEFAULT), H5Gclose, "group " + name + " is missing or damaged"};
}

bool exists(hid_t parent, const std::string& name) { return H5Lexists(parent, name.c_str(), H5P_DEFAULT) > 0; }

std::vector<std::string> childrenOf(hid_t group) {
    std::vector<std::string> names;
    const auto collect = [](hid_t, const char* name, const H5L_info_t*, void* data) -> herr_t {
        static_cast<std::vector<std::string>*>(data)->emplace_back(name);
        return 0;
    };
    hsize_t index = 0;
    require(H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, &index, collect, &names), "a group is damaged");
    return names;
}

void writeAttribute(hid_t object, const char* name, const std::string& value) {
    const Id type = textType(value.size()), space = scalarSpace();
    putAttribute(object, name, type, type, space, value.empty() ? "" : value.data());
}

void writeAttribute(hid_t object, const char* name, std::int64_t value) {
    putAttribute(object, name, H5T_STD_I64LE, H5T_NATIVE_INT64, scalarSpace(), &value);
}

void writeAttribute(hid_t object, const char* name, double value) {
    putAttribute(object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, scalarSpace(), &value);
}

void writeAttribute(hid_t object, const char* name, std::span<const double> values) {
    const std::array<hsize_t, 1> shape{values.size()};
    putAttribute(object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, spaceOf(shape), values.data());
}

bool hasAttribute(hid_t object, const char* name) { return H5Aexists(object, name) > 0; }

std::string readText(hid_t object, const char* name) {
    const Id attribute = openAttribute(object, name, H5T_STRING);
    const Id stored(H5Aget_type(attribute), H5Tclose, std::string("attribute ") + name + " is damaged");
    const Id space(H5Aget_space(attribute), H5Sclose, std::string("attribute ") + name + " is damaged");
    const std::size_t size = H5Tget_size(stored);
    if (H5Tis_variable_str(stored) > 0 || size > (1u << 20) || H5Sget_simple_extent_npoints(space) != 1)
        throw Error(std::string("attribute ") + name + " is of another type");
    std::string value(size, '\0');
    const Id type = textType(size);
    require(H5Aread(attribute, type, value.data()), std::string("attribute ") + name + " cannot be read");
    value.resize(std::min(value.find('\0'), value.size()));
    return value;
}

std::int64_t readInteger(hid_t object, const char* name) {
    const Id attribute = openAttribute(object, name, H5T_INTEGER);
    const Id space(H5Aget_space(attribute), H5Sclose, std::string("attribute ") + name + " is damaged");
    if (H5Sget_simple_extent_npoints(space) != 1) throw Error(std::string("attribute ") + name + " is of another type");
    std::int64_t value = 0;
    require(H5Aread(attribute, H5T_NATIVE_INT64, &value), std::string("attribute ") + name + " cannot be read");
    return value;
}

std::vector<double> readReals(hid_t object, const char* name) {
    const Id attribute = openAttribute(object, name, H5T_FLOAT);
    const Id space(H5Aget_space(attribute), H5Sclose, std::string("attribute ") + name + " is damaged");
    const hssize_t count = H5Sget_simple_extent_npoints(space);
    if (count < 0 || count > 4096) throw Error(std::string("attribute ") + name + " has an impossible shape");
    std::vector<double> values(static_cast<std::size_t>(count));
    require(H5Aread(attribute, H5T_NATIVE_DOUBLE, values.data()), std::string("attribute ") + name + " cannot be read");
    return values;
}

double readReal(hid_t object, const char* name) {
    const auto values = readReals(object, name);
    if (values.size() != 1) throw Error(std::string("attribute ") + name + " has an impossible shape");
    return values[0];
}

template <class T>
void writeDataset(hid_t parent, const std::string& name, std::span<const hsize_t> shape, const T* values) {
    const Id space = spaceOf(shape);
    const Id dataset(H5Dcreate2(parent, name.c_str(), Stored<T>::file(), space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Dclose,
                     name + " cannot be made");
    if (countOf(shape, name) > 0)
        require(H5Dwrite(dataset, Stored<T>::native(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values), name + " cannot be written");
}

std::vector<hsize_t> shapeOf(hid_t parent, const std::string& name) { return storedShape(openDataset(parent, name), name); }

template <class T>
void readDataset(hid_t parent, const std::string& name, std::span<const hsize_t> shape, T* values) {
    const Id dataset = openDataset(parent, name);
    const Id type(H5Dget_type(dataset), H5Tclose, name + " is damaged");
    if (H5Tget_class(type) != Stored<T>::kind || H5Tget_size(type) != sizeof(T)) throw Error(name + " is of another type");
    const auto stored = storedShape(dataset, name);
    if (!std::equal(stored.begin(), stored.end(), shape.begin(), shape.end())) throw Error(name + " has another shape than its group says");
    if (countOf(shape, name) == 0) return;
    require(H5Dread(dataset, Stored<T>::native(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values), name + " cannot be read");
}

template <class T>
std::vector<T> readVector(hid_t parent, const std::string& name) {
    const auto shape = shapeOf(parent, name);
    if (shape.size() != 1) throw Error(name + " is not a vector");
    std::vector<T> values(countOf(shape, name));
    readDataset(parent, name, shape, values.data());
    return values;
}

// NOLINTBEGIN(bugprone-macro-parentheses): the argument is a type
#define QS_INSTANTIATE(T)                                                                         \
    template void writeDataset<T>(hid_t, const std::string&, std::span<const hsize_t>, const T*); \
    template void readDataset<T>(hid_t, const std::string&, std::span<const hsize_t>, T*);        \
    template std::vector<T> readVector<T>(hid_t, const std::string&);
QS_INSTANTIATE(std::uint8_t)
QS_INSTANTIATE(std::int32_t)
QS_INSTANTIATE(std::int64_t)
QS_INSTANTIATE(float)
QS_INSTANTIATE(double)
#undef QS_INSTANTIATE
// NOLINTEND(bugprone-macro-parentheses)

void writeTable(hid_t parent, const std::string& name, std::span<const Column> columns, std::size_t rowBytes, std::size_t rows,
                const void* data) {
    const Id memory = tableType(columns, rowBytes);
    const Id stored(H5Tcopy(memory), H5Tclose, "HDF5 refuses a table type");
    require(H5Tpack(stored), "HDF5 refuses a table type");
    const std::array<hsize_t, 1> shape{rows};
    const Id space = spaceOf(shape);
    const Id dataset(H5Dcreate2(parent, name.c_str(), stored, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Dclose,
                     name + " cannot be made");
    if (rows > 0) require(H5Dwrite(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), name + " cannot be written");
}

std::size_t readTable(hid_t parent, const std::string& name, std::span<const Column> columns, std::size_t rowBytes,
                      std::vector<std::byte>& bytes) {
    const Id dataset = openDataset(parent, name);
    const Id type(H5Dget_type(dataset), H5Tclose, name + " is damaged");
    if (H5Tget_class(type) != H5T_COMPOUND) throw Error(name + " is not a table");
    for (const Column& column : columns)
        if (H5Tget_member_index(type, column.name) < 0) throw Error(name + " has no column " + column.name);
    const auto shape = storedShape(dataset, name);
    if (shape.size() != 1) throw Error(name + " is not a table");
    const std::size_t rows = countOf(shape, name);
    bytes.assign(rows * rowBytes, std::byte{});
    const Id memory = tableType(columns, rowBytes);
    if (rows > 0) require(H5Dread(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()), name + " cannot be read");
    return rows;
}

std::size_t textSizeOf(hid_t parent, const std::string& table, const char* column) {
    const Id dataset = openDataset(parent, table);
    const Id type(H5Dget_type(dataset), H5Tclose, table + " is damaged");
    const int index = H5Tget_class(type) == H5T_COMPOUND ? H5Tget_member_index(type, column) : -1;
    if (index < 0) throw Error(table + " has no column " + column);
    const Id member(H5Tget_member_type(type, static_cast<unsigned>(index)), H5Tclose, table + " is damaged");
    const std::size_t size = H5Tget_size(member);
    if (H5Tget_class(member) != H5T_STRING || H5Tis_variable_str(member) > 0 || size > (1u << 26))
        throw Error(table + ": column " + column + " is no text");
    return size;
}

void writeTextDataset(hid_t parent, const std::string& name, const std::string& value) {
    const Id type = textType(value.size()), space = scalarSpace();
    const Id dataset(H5Dcreate2(parent, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Dclose,
                     name + " cannot be made");
    require(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, value.empty() ? "" : value.data()), name + " cannot be written");
}

std::string readTextDataset(hid_t parent, const std::string& name) {
    const Id dataset = openDataset(parent, name);
    const Id stored(H5Dget_type(dataset), H5Tclose, name + " is damaged"), space(H5Dget_space(dataset), H5Sclose, name + " is damaged");
    const std::size_t size = H5Tget_size(stored);
    if (H5Tget_class(stored) != H5T_STRING || H5Tis_variable_str(stored) > 0 || H5Sget_simple_extent_npoints(space) != 1 ||
        size > (1u << 26))
        throw Error(name + " is no text");
    std::string value(size, '\0');
    const Id type = textType(size);
    require(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, value.data()), name + " cannot be read");
    value.resize(std::min(value.find('\0'), value.size()));
    return value;
}

void removeObject(hid_t parent, const std::string& name) {
    if (exists(parent, name)) require(H5Ldelete(parent, name.c_str(), H5P_DEFAULT), name + " cannot be removed");
}

void copyObject(hid_t source, const std::string& name, hid_t destination) {
    require(H5Ocopy(source, name.c_str(), destination, name.c_str(), H5P_DEFAULT, H5P_DEFAULT), name + " cannot be copied");
}

}  // namespace qs::hdf5
