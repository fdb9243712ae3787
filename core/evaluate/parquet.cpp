// SPDX-License-Identifier: GPL-3.0-or-later
// A leaf is stored as triples (repetition r, definition d, value). r = 0 begins a row, r > 0 the next element of the r-th list on the
// leaf's path; d tells how far along the path something is there. Source: Melnik et al., Dremel, 2010.
#include "evaluate/parquet.h"

#include <array>
#include <cstring>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/file.h"
#include "base/mapped_file.h"
#include "evaluate/parquet_column.h"

namespace qs {
namespace {

using Json = nlohmann::json;

constexpr int kDeepest = 8;

enum class Repetition { Required = 0, Optional = 1, Repeated = 2 };

/// A group or leaf on the way to a column.
struct Node {
    std::string name;
    Repetition repetition{};
    int definition = 0, repeated = 0;  // levels reached when it is there
    bool named = true;                 // false: inside a list, where it adds no key of its own
};

struct Leaf {
    std::vector<Node> path;
    ParquetLeaf levels;
};

class Schema {
  public:
    explicit Schema(const ThriftValue& list) : m_elements(list.elements) {
        if (m_elements.empty()) throw Error("damaged: no schema");
        m_next = 1;
        std::vector<Node> path;
        children(m_elements[0], path, false);
    }
    std::vector<Leaf> leaves;

  private:
    void children(const ThriftValue& group, std::vector<Node>& path, bool isList) {
        const std::int64_t count = group.integerOf(5);
        for (std::int64_t i = 0; i < count; ++i) element(path, isList, count);
    }

    void element(std::vector<Node>& path, bool inList, std::int64_t siblings) {
        if (m_next >= m_elements.size() || path.size() > 2 * kDeepest) throw Error("damaged: the schema");
        const ThriftValue& own = m_elements[m_next++];
        const ThriftValue* name = own.find(4);
        Node node{name ? std::string(name->text) : "", static_cast<Repetition>(own.integerOf(3)), 0, 0, true};
        if (!path.empty()) node.definition = path.back().definition, node.repeated = path.back().repeated;
        if (node.repetition != Repetition::Required) ++node.definition;
        if (node.repetition == Repetition::Repeated) ++node.repeated;
        if (node.repeated > kDeepest) throw Error("lists nested more than " + std::to_string(kDeepest) + " deep are not supported");
        const bool wrapsElement = !path.empty() && !path.back().named && path.back().repetition == Repetition::Repeated && siblings == 1;
        node.named = !(inList && node.repetition == Repetition::Repeated) && !wrapsElement;
        path.push_back(node);
        if (own.integerOf(5) > 0) {
            const ThriftValue* logical = own.find(10);
            children(own, path, own.integerOf(6, -1) == 3 || (logical && logical->find(3)));
        } else {
            leaves.push_back({path, {static_cast<ParquetType>(own.integerOf(1, -1)), node.definition, node.repeated}});
        }
        path.pop_back();
    }

    const std::vector<ThriftValue>& m_elements;
    std::size_t m_next = 0;
};

/// Where the triple belongs in `row`; nullptr if its path ends before the leaf.
Json* slotFor(Json& row, const Leaf& leaf, int definition, const std::array<std::size_t, kDeepest>& index) {
    Json* slot = &row;
    for (const Node& node : leaf.path) {
        if (node.named) {
            if (slot->is_null()) *slot = Json::object();
            slot = &(*slot)[node.name];
        }
        if (node.repetition == Repetition::Repeated) {
            if (slot->is_null()) *slot = Json::array();
            if (definition < node.definition) return nullptr;
            const std::size_t i = index[static_cast<std::size_t>(node.repeated - 1)];
            while (slot->size() <= i) slot->push_back(nullptr);
            slot = &(*slot)[i];
        } else if (definition < node.definition) {
            return nullptr;
        }
    }
    return slot;
}

void fillIn(const Leaf& leaf, ParquetColumn& column, std::span<Json> rows) {
    std::array<std::size_t, kDeepest> index{};
    std::size_t row = 0, value = 0;
    for (std::size_t i = 0; i < column.definition.size(); ++i) {
        const std::size_t repetition = column.repetition[i];
        if (repetition == 0) {
            if (i > 0) ++row;
            index = {};
        } else {
            ++index[repetition - 1];
            std::fill(index.begin() + static_cast<std::ptrdiff_t>(repetition), index.end(), 0);
        }
        if (row >= rows.size()) throw Error("damaged: a column has more rows than its group");
        Json* slot = slotFor(rows[row], leaf, column.definition[i], index);
        if (column.definition[i] == leaf.levels.maxDefinition) *slot = std::move(column.values.at(value++));
    }
}

void readGroup(std::span<const std::byte> file, const ThriftValue& group, const Schema& schema, std::vector<Json>& rows) {
    const std::int64_t count = group.integerOf(3);
    const ThriftValue* columns = group.find(1);
    if (!columns || columns->elements.size() != schema.leaves.size()) throw Error("damaged: a row group has not the columns of the schema");
    if (count < 0 || count > (1 << 26)) throw Error("damaged: a row group has " + std::to_string(count) + " rows");
    std::vector<Json> own;
    for (std::size_t c = 0; c < schema.leaves.size(); ++c) {
        const ThriftValue* metaData = columns->elements[c].find(3);
        if (!metaData || columns->elements[c].find(1)) throw Error("columns in other files are not supported");
        const Leaf& leaf = schema.leaves[c];
        try {
            ParquetColumn column = readParquetColumn(file, *metaData, leaf.levels);
            if (own.empty()) own.assign(std::min(static_cast<std::size_t>(count), column.definition.size()), Json::object());
            fillIn(leaf, column, own);
        } catch (const Error& error) {
            throw error.within("column '" + leaf.path.front().name + "'");
        }
    }
    if (own.size() != static_cast<std::size_t>(count)) throw Error("damaged: a row group has fewer rows than it says");
    std::move(own.begin(), own.end(), std::back_inserter(rows));
}

}  // namespace

std::vector<Json> readParquet(const std::filesystem::path& path, std::size_t limit) {
    const MappedFile mapped(path);
    const std::span<const std::byte> file = mapped.bytes();
    try {
        if (file.size() < 12 || std::memcmp(file.data(), "PAR1", 4) != 0 || std::memcmp(file.data() + file.size() - 4, "PAR1", 4) != 0)
            throw Error("is not a whole Parquet file; download it again");
        std::uint32_t footer;
        std::memcpy(&footer, file.data() + file.size() - 8, 4);
        if (footer > file.size() - 12) throw Error("damaged: the footer");
        const ThriftValue metaData = readThriftStruct(file.subspan(file.size() - 8 - footer, footer)).first;
        const ThriftValue* elements = metaData.find(2);
        const ThriftValue* groups = metaData.find(4);
        if (!elements || !groups) throw Error("damaged: the footer");
        const Schema schema(*elements);
        std::vector<Json> rows;
        for (const ThriftValue& group : groups->elements)
            if (limit == 0 || rows.size() < limit) readGroup(file, group, schema, rows);
        if (limit != 0 && rows.size() > limit) rows.resize(limit);
        requireIntact(file);
        return rows;
    } catch (const Error& error) {
        requireIntact(file);  // rather than the damage that zeros look like
        throw error.within(path.string());
    } catch (const Json::exception&) {  // a schema that uses one name for a group and for a leaf
        throw Error(path.string() + ": damaged: the schema");
    }
}

}  // namespace qs
