// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/safetensors_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "model/safetensors.h"

namespace qs {
namespace {

struct Place {
    std::size_t begin = 0, size = 0, written = 0;
};

class FileSink : public SafetensorsSink {
  public:
    /// `path` is the final name (for messages), `temporary` where the bytes go.
    FileSink(std::string path, const std::filesystem::path& temporary)
        : m_path(std::move(path)), m_file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
        if (m_file < 0) throw failure("cannot be created");
    }
    ~FileSink() override {
        if (m_file >= 0) ::close(m_file);
    }
    FileSink(const FileSink&) = delete;
    FileSink& operator=(const FileSink&) = delete;

    void writeHeader(const std::vector<TensorDeclaration>& tensors, const std::map<std::string, std::string>& metadata) {
        nlohmann::ordered_json header = nlohmann::ordered_json::object();
        if (!metadata.empty()) header["__metadata__"] = metadata;
        std::size_t end = 0;
        for (const TensorDeclaration& tensor : tensors) {
            const std::size_t size = elementsOf(tensor.shape, m_path + ", tensor " + tensor.name) * byteSize(tensor.dtype);
            if (!m_places.emplace(tensor.name, Place{end, size, 0}).second)
                throw Error(m_path + ": the tensor " + tensor.name + " would be written twice");
            header[tensor.name] = {{"dtype", nameOf(tensor.dtype)}, {"shape", tensor.shape}, {"data_offsets", {end, end + size}}};
            end += size;
        }
        std::string text = header.dump();
        text.resize((text.size() + 7) / 8 * 8, ' ');
        const std::uint64_t length = text.size();
        put(&length, sizeof length, 0);
        put(text.data(), text.size(), sizeof length);
        m_data = sizeof length + text.size();
    }

    void write(const std::string& name, std::span<const std::byte> bytes) override {
        const auto found = m_places.find(name);
        if (found == m_places.end()) throw Error(m_path + ": the tensor " + name + " was not declared");
        Place& place = found->second;
        if (bytes.size() > place.size - place.written)
            throw Error(m_path + ": more bytes for the tensor " + name + " than its shape holds");
        put(bytes.data(), bytes.size(), m_data + place.begin + place.written);
        place.written += bytes.size();
    }

    void finish() {
        for (const auto& [name, place] : m_places)
            if (place.written != place.size) throw Error(m_path + ": the tensor " + name + " was not written completely");
        if (::close(std::exchange(m_file, -1)) != 0) throw failure("cannot be written");
    }

  private:
    Error failure(const char* what) const { return Error(m_path + ": " + what + ": " + std::strerror(errno)); }

    void put(const void* data, std::size_t size, std::size_t offset) {
        const char* from = static_cast<const char*>(data);
        while (size > 0) {
            const ::ssize_t done = ::pwrite(m_file, from, size, static_cast<::off_t>(offset));
            if (done < 0 && errno == EINTR) continue;
            if (done <= 0) throw failure("cannot be written");
            from += done;
            offset += static_cast<std::size_t>(done);
            size -= static_cast<std::size_t>(done);
        }
    }

    std::string m_path;
    int m_file;
    std::map<std::string, Place> m_places;
    std::size_t m_data = 0;
};

}  // namespace

void writeSafetensors(const std::filesystem::path& path, const std::vector<TensorDeclaration>& tensors,
                      const std::map<std::string, std::string>& metadata, const std::function<void(SafetensorsSink&)>& fill) {
    writeAtomically(path, [&](const std::filesystem::path& temporary) {
        FileSink sink(path.string(), temporary);
        sink.writeHeader(tensors, metadata);
        fill(sink);
        sink.finish();
    });
}

}  // namespace qs
