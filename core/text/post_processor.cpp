// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/post_processor.h"

#include <limits>

namespace qs {
namespace {

TokenId readId(const JsonPart& part) {
    const std::int64_t id = part.asInteger();
    if (id < 0 || id > std::numeric_limits<TokenId>::max()) part.fail(std::to_string(id) + " is not a token id");
    return static_cast<TokenId>(id);
}

/// "single" lists special tokens and the text ("Sequence" A); "special_tokens" has the ids of the former.
SpecialIds readTemplate(const JsonPart& part) {
    SpecialIds ids;
    bool textSeen = false;
    for (const JsonPart& item : part.list("single")) {
        if (const auto sequence = item.find("Sequence")) {
            if (sequence->text("id") != "A" || textSeen) item.fail("a single text must occur exactly once, as sequence A");
            textSeen = true;
            continue;
        }
        const JsonPart entry = part.at("special_tokens").at(item.at("SpecialToken").text("id"));
        for (const JsonPart& id : entry.list("ids")) (textSeen ? ids.after : ids.before).push_back(readId(id));
    }
    if (!textSeen) part.at("single").fail("does not contain sequence A");
    return ids;
}

/// ["</s>", 2]
TokenId readPair(const JsonPart& part) {
    if (!part.value().is_array() || part.value().size() != 2) part.fail("is not a pair of token and id");
    return readId(JsonPart(part.value()[1], part.place() + "[1]"));
}

}  // namespace

SpecialIds readPostProcessor(const JsonPart& part) {
    const std::string type = part.type();
    if (type == "ByteLevel") return {};  // changes offsets only
    if (type == "TemplateProcessing") return readTemplate(part);
    if (type == "BertProcessing" || type == "RobertaProcessing") return {{readPair(part.at("cls"))}, {readPair(part.at("sep"))}};
    if (type == "Sequence") {
        SpecialIds all;
        for (const JsonPart& item : part.list("processors")) {
            const SpecialIds ids = readPostProcessor(item);
            all.before.insert(all.before.begin(), ids.before.begin(), ids.before.end());
            all.after.insert(all.after.end(), ids.after.begin(), ids.after.end());
        }
        return all;
    }
    part.fail("post-processor of type '" + type + "' is not supported");
}

}  // namespace qs
