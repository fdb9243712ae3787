// SPDX-License-Identifier: GPL-3.0-or-later
// Protocol buffers: a message is a row of fields; a field is a number (field << 3 | kind) and a value. Numbers are little-endian in groups
// of 7 bits. Kinds: 0 number, 1 eight bytes, 2 length and bytes, 5 four bytes.
// Field numbers: sentencepiece_model.proto of SentencePiece.
#include "text/sentencepiece_model.h"

#include <cstring>

#include "text/function_ref.h"

namespace qs {
namespace {

struct Field {
    std::uint64_t number = 0;
    std::uint64_t value = 0;  // of kinds 0 and 5
    std::string_view bytes;   // of kind 2
};

bool readNumber(std::string_view& in, std::uint64_t& value) {
    value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (in.empty()) return false;
        const auto byte = static_cast<unsigned char>(in.front());
        in.remove_prefix(1);
        value |= std::uint64_t{byte & 0x7fu} << shift;
        if (byte < 0x80) return true;
    }
    return false;
}

bool take(std::string_view& in, std::uint64_t size, std::string_view& out) {
    if (size > in.size()) return false;
    out = in.substr(0, static_cast<std::size_t>(size));
    in.remove_prefix(static_cast<std::size_t>(size));
    return true;
}

/// Calls field(Field) for every field; it returns false to refuse. False if the message is damaged or refused.
bool eachField(std::string_view message, FunctionRef<bool(const Field&)> visit) {
    while (!message.empty()) {
        std::uint64_t key, size;
        if (!readNumber(message, key)) return false;
        Field field;
        field.number = key >> 3;
        std::string_view raw;
        bool good = false;
        switch (key & 7) {
            case 0: good = readNumber(message, field.value); break;
            case 1: good = take(message, 8, raw); break;
            case 2: good = readNumber(message, size) && take(message, size, field.bytes); break;
            case 5:
                good = take(message, 4, raw);
                if (good) std::memcpy(&field.value, raw.data(), 4);
                break;
            default: break;
        }
        if (!good || !visit(field)) return false;
    }
    return true;
}

bool readPiece(std::string_view message, SentencePieceModel& model) {
    SentencePieceModel::Piece piece;
    const bool good = eachField(message, [&](const Field& field) {
        if (field.number == 1) piece.text = field.bytes;
        if (field.number == 2) std::memcpy(&piece.score, &field.value, 4);
        if (field.number == 3) piece.type = static_cast<SentencePieceModel::Type>(field.value);
        return field.number != 3 || (field.value >= 1 && field.value <= 6);
    });
    if (good) model.pieces.push_back(std::move(piece));
    return good;
}

bool readTrainer(std::string_view message, SentencePieceModel& model) {
    return eachField(message, [&](const Field& field) {
        if (field.number == 3) model.bpe = field.value == 2;
        if (field.number == 24) model.spaceAsSuffix = field.value != 0;
        if (field.number == 35) model.byteFallback = field.value != 0;
        return true;
    });
}

bool readNormalizer(std::string_view message, SentencePieceModel& model) {
    return eachField(message, [&](const Field& field) {
        if (field.number == 2) model.changesCharacters = !field.bytes.empty();
        if (field.number == 3) model.addDummyPrefix = field.value != 0;
        if (field.number == 4) model.removeExtraWhitespaces = field.value != 0;
        if (field.number == 5) model.escapeWhitespaces = field.value != 0;
        return true;
    });
}

}  // namespace

std::optional<SentencePieceModel> parseSentencePieceModel(std::string_view bytes) {
    SentencePieceModel model;
    const bool good = eachField(bytes, [&](const Field& field) {
        switch (field.number) {
            case 1: return readPiece(field.bytes, model);
            case 2: return readTrainer(field.bytes, model);
            case 3: return readNormalizer(field.bytes, model);
            default: return true;
        }
    });
    if (!good) return std::nullopt;
    return model;
}

}  // namespace qs
