// SPDX-License-Identifier: GPL-3.0-or-later
// tokenize MODEL: a stream of JSON lines in, a stream of JSON lines out.
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/line_reader.h"
#include "cli/output.h"
#include "text/tokenizer.h"

namespace qs::cli {
namespace {

using nlohmann::json;

struct TokenizeOptions {
    bool special = true, decode = false, skipSpecial = false;
    std::string text;
    void describe(OptionList& list) {
        list.group("Tokenize");
        list.text("text", text, "Encode this file as one text instead of reading standard input");
        list.flag("special", special, "Add the special tokens that the tokenizer puts around a text, such as BOS");
        list.flag("decode", decode, "Read {\"ids\": […]} and write {\"text\": …}");
        list.flag("skip-special", skipSpecial, "Leave special tokens out of decoded text");
    }
};

/// The member `key` of the object on one input line.
json memberOf(std::string_view line, long number, const char* key) {
    const std::string place = "standard input, line " + std::to_string(number);
    const json object = json::parse(line, nullptr, false);
    if (object.is_discarded()) throw Error(place + ": is not JSON (or not UTF-8); give one object {\"" + key + "\": …} a line");
    if (!object.is_object() || !object.contains(key))
        throw Error(place + ": has no \"" + key + "\"; give one object {\"" + key + "\": …} a line");
    return object.at(key);
}

std::string idsLine(const std::vector<TokenId>& ids) {
    std::string line = "{\"ids\":[";
    char digits[16];
    for (const TokenId id : ids) {
        line.append(digits, std::to_chars(digits, digits + sizeof digits, id).ptr);
        line += ',';
    }
    if (!ids.empty()) line.pop_back();
    return line + "]}\n";
}

std::vector<TokenId> idsOf(const json& list, long number) {
    const std::string place = "standard input, line " + std::to_string(number);
    if (!list.is_array()) throw Error(place + ": \"ids\" is not a list");
    std::vector<TokenId> ids;
    for (const json& id : list) {
        const bool fits = id.is_number_integer() && id >= 0 && id <= std::numeric_limits<TokenId>::max();
        if (!fits)
            throw Error(place + ": \"ids\" holds " + id.dump(-1, ' ', true, json::error_handler_t::replace) + ", which is not a token id");
        ids.push_back(id.get<TokenId>());
    }
    return ids;
}

class Tokenize : public Command {
  public:
    void describe(Arguments& arguments) override {
        arguments.positional("MODEL", m_model, "Model directory, tokenizer.json, tokenizer.model or GGUF file");
        arguments.add(m_options);
        arguments.exclusive({"text", "decode"});
        arguments.exclusive({"special", "decode"});
        arguments.needs("skip-special", "decode");
    }
    Status run(const Arguments&) override {
        const auto tokenizer = loadTokenizer(m_model);
        if (!m_options.text.empty()) print(idsLine(tokenizer->encode(readText(m_options.text), m_options.special)));
        else if (m_options.decode) decodeLines(*tokenizer);
        else encodeLines(*tokenizer);
        return kDone;
    }

  private:
    void encodeLines(const Tokenizer& tokenizer) const {
        readLines(
            [&](std::string_view line, long number) {
                const json text = memberOf(line, number, "text");
                if (!text.is_string()) throw Error("standard input, line " + std::to_string(number) + ": \"text\" is not a text");
                print(idsLine(tokenizer.encode(text.get_ref<const std::string&>(), m_options.special)));
            },
            flushOutput);
    }
    void decodeLines(const Tokenizer& tokenizer) const {
        readLines(
            [&](std::string_view line, long number) {
                const std::vector<TokenId> ids = idsOf(memberOf(line, number, "ids"), number);
                try {
                    printJson({{"text", tokenizer.decode(ids, m_options.skipSpecial)}});
                } catch (const Error& error) {
                    throw error.within("standard input, line " + std::to_string(number));
                }
            },
            flushOutput);
    }

    std::string m_model;
    TokenizeOptions m_options;
};

}  // namespace

std::unique_ptr<Command> makeTokenize() { return std::make_unique<Tokenize>(); }

}  // namespace qs::cli
