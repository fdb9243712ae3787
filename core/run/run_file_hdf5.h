// SPDX-License-Identifier: GPL-3.0-or-later
// HDF5's C interface as values that close themselves and throw. Private to run_file*.cpp.
#pragma once

#include <hdf5.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace qs::hdf5 {

/// Debian's library is not thread-safe: every public function of run_file*.cpp holds this for its whole length.
std::recursive_mutex& libraryMutex();

/// An identifier that closes itself.
class Id {
  public:
    using Close = herr_t (*)(hid_t);
    Id() = default;
    /// Throws Error("… `what`") if id is negative.
    Id(hid_t id, Close close, const std::string& what);
    ~Id() { reset(); }
    Id(Id&& other) noexcept;
    Id& operator=(Id&& other) noexcept;
    operator hid_t() const { return m_id; }
    /// Closes; returns false if the library reports a failure.
    bool reset();

  private:
    hid_t m_id = -1;
    Close m_close = nullptr;
};

/// Throws Error(what) if an HDF5 call failed.
void require(herr_t status, const std::string& what);

/// A property list for files that are read and written by our own driver: no locks, and a failed write (disk full) is kept and
/// reported once by `File::close`, while the library can still shut the file down in order.
struct DriverState {
    int error = 0;  ///< errno of the first failed operation
};
Id accessList(DriverState& state);

/// A file that is open for writing (new) or reading.
class File {
  public:
    static File create(const std::filesystem::path& path);
    /// Throws Error saying what is wrong with the file, without its name.
    static File open(const std::filesystem::path& path);
    /// An existing file, for adding objects.
    static File extend(const std::filesystem::path& path);
    operator hid_t() const { return m_id; }
    /// errno of the first failed read or write, 0 if none.
    int error() const { return m_state->error; }
    /// Flushes and closes. Throws Error with the system's reason if anything could not be written.
    void close();

  private:
    static File openWith(const std::filesystem::path& path, unsigned flags);
    std::unique_ptr<DriverState> m_state;  // outlives m_id
    Id m_id;
};

Id createGroup(hid_t parent, const std::string& name);
Id openGroup(hid_t parent, const std::string& name);
bool exists(hid_t parent, const std::string& name);
std::vector<std::string> childrenOf(hid_t group);

// Attributes.
void writeAttribute(hid_t object, const char* name, const std::string& value);
void writeAttribute(hid_t object, const char* name, std::int64_t value);
void writeAttribute(hid_t object, const char* name, double value);
void writeAttribute(hid_t object, const char* name, std::span<const double> values);
bool hasAttribute(hid_t object, const char* name);
std::string readText(hid_t object, const char* name);
std::int64_t readInteger(hid_t object, const char* name);
double readReal(hid_t object, const char* name);
std::vector<double> readReals(hid_t object, const char* name);

// Datasets of plain numbers: std::uint8_t, std::int32_t, float, double.
template <class T>
void writeDataset(hid_t parent, const std::string& name, std::span<const hsize_t> shape, const T* values);
template <class T>
void writeDataset(hid_t parent, const std::string& name, const std::vector<T>& values) {
    const std::array<hsize_t, 1> shape{values.size()};
    writeDataset(parent, name, shape, values.data());
}
/// Throws Error if the file is too small to hold a dataset of this shape.
std::vector<hsize_t> shapeOf(hid_t parent, const std::string& name);
/// Throws Error if the dataset is missing or is not of `shape` and of T's kind. `values` has room for all elements.
template <class T>
void readDataset(hid_t parent, const std::string& name, std::span<const hsize_t> shape, T* values);
/// A vector of any length.
template <class T>
std::vector<T> readVector(hid_t parent, const std::string& name);

/// A column of a table: a number, or text of `textSize` bytes.
struct Column {
    const char* name;
    std::size_t offset;
    hid_t type;  ///< H5T_NATIVE_…; negative = text
    std::size_t textSize = 0;
};
/// Rows are `rowBytes` apart in memory.
void writeTable(hid_t parent, const std::string& name, std::span<const Column> columns, std::size_t rowBytes, std::size_t rows,
                const void* data);
/// Fills `bytes` (rows · rowBytes) and returns the number of rows.
std::size_t readTable(hid_t parent, const std::string& name, std::span<const Column> columns, std::size_t rowBytes,
                      std::vector<std::byte>& bytes);
/// The rows of a table as structs.
template <class Row>
std::vector<Row> readRows(hid_t parent, const std::string& name, const std::vector<Column>& columns) {
    std::vector<std::byte> bytes;
    std::vector<Row> rows(readTable(parent, name, columns, sizeof(Row), bytes));
    if (!rows.empty()) std::memcpy(rows.data(), bytes.data(), bytes.size());
    return rows;
}
/// Bytes of a text column of a stored table.
std::size_t textSizeOf(hid_t parent, const std::string& table, const char* column);

void writeTextDataset(hid_t parent, const std::string& name, const std::string& value);
std::string readTextDataset(hid_t parent, const std::string& name);

/// Takes an object with everything below it out of the file, if it is there. Its space is not given back.
void removeObject(hid_t parent, const std::string& name);

/// Copies an object with everything below it from one file to another.
void copyObject(hid_t source, const std::string& name, hid_t destination);

}  // namespace qs::hdf5
