// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate/thrift.h"

#include "base/error.h"

namespace qs {
namespace {

constexpr int kDeepestStruct = 16;

enum Type {
    kStop = 0,
    kTrue = 1,
    kFalse = 2,
    kByte = 3,
    kI16 = 4,
    kI32 = 5,
    kI64 = 6,
    kDouble = 7,
    kBinary = 8,
    kList = 9,
    kSet = 10,
    kStruct = 12
};

class Reader {
  public:
    explicit Reader(std::span<const std::byte> bytes) : m_bytes(bytes) {}
    std::size_t position() const { return m_position; }

    ThriftValue structure(int depth) {
        if (depth > kDeepestStruct) damaged();
        ThriftValue value;
        int field = 0;
        while (true) {
            const unsigned head = byte(), type = head & 15u;
            if (type == kStop) return value;
            field = (head >> 4u) != 0 ? field + static_cast<int>(head >> 4u) : static_cast<int>(signedNumber());
            ThriftValue member;
            if (type == kTrue || type == kFalse) member.integer = type == kTrue;
            else member = this->value(type, depth);
            value.fields.emplace_back(field, std::move(member));
        }
    }

  private:
    [[noreturn]] static void damaged() { throw Error("damaged metadata"); }

    unsigned byte() {
        if (m_position >= m_bytes.size()) damaged();
        return std::to_integer<unsigned>(m_bytes[m_position++]);
    }
    std::uint64_t number() {
        std::uint64_t result = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const unsigned part = byte();
            result |= static_cast<std::uint64_t>(part & 127u) << shift;
            if (part < 128) return result;
        }
        damaged();
    }
    std::int64_t signedNumber() {
        const std::uint64_t n = number();
        return static_cast<std::int64_t>((n >> 1u) ^ (~(n & 1u) + 1u));
    }
    std::string_view bytes(std::uint64_t count) {
        if (count > m_bytes.size() - m_position) damaged();
        const auto* start = reinterpret_cast<const char*>(m_bytes.data()) + m_position;
        m_position += static_cast<std::size_t>(count);
        return {start, static_cast<std::size_t>(count)};
    }

    ThriftValue value(unsigned type, int depth) {
        ThriftValue result;
        switch (type) {
            case kTrue:
            case kFalse: result.integer = byte() == 1; break;
            case kByte: result.integer = static_cast<std::int8_t>(byte()); break;
            case kI16:
            case kI32:
            case kI64: result.integer = signedNumber(); break;
            case kDouble: bytes(8); break;
            case kBinary: result.text = bytes(number()); break;
            case kList:
            case kSet: result.elements = list(depth); break;
            case kStruct: result = structure(depth + 1); break;
            default: damaged();
        }
        return result;
    }

    std::vector<ThriftValue> list(int depth) {
        if (depth > kDeepestStruct) damaged();
        const unsigned head = byte();
        const std::uint64_t count = head >> 4u == 15 ? number() : head >> 4u;
        if (count > m_bytes.size() - m_position) damaged();  // every element takes a byte at least
        std::vector<ThriftValue> elements;
        for (std::uint64_t i = 0; i < count; ++i) elements.push_back(value(head & 15u, depth + 1));
        return elements;
    }

    std::span<const std::byte> m_bytes;
    std::size_t m_position = 0;
};

}  // namespace

const ThriftValue* ThriftValue::find(int field) const {
    for (const auto& [number, value] : fields)
        if (number == field) return &value;
    return nullptr;
}

std::int64_t ThriftValue::integerOf(int field, std::int64_t missing) const {
    const ThriftValue* value = find(field);
    return value ? value->integer : missing;
}

std::pair<ThriftValue, std::size_t> readThriftStruct(std::span<const std::byte> bytes) {
    Reader reader(bytes);
    ThriftValue value = reader.structure(0);
    return {std::move(value), reader.position()};
}

}  // namespace qs
