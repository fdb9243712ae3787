// SPDX-License-Identifier: GPL-3.0-or-later
#include "qat/byte_tokenizer.h"

#include <nlohmann/json.hpp>

#include "text/byte_alphabet.h"

namespace qs {

std::string byteTokenizerJson() {
    nlohmann::json vocabulary;
    for (int byte = 0; byte < kByteVocabulary; ++byte) vocabulary[toByteAlphabet(std::string(1, static_cast<char>(byte)))] = byte;
    const nlohmann::json byteLevel{{"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", false}, {"use_regex", false}};
    nlohmann::json json;
    json["version"] = "1.0";
    json["truncation"] = json["padding"] = json["normalizer"] = json["post_processor"] = nullptr;
    json["added_tokens"] = nlohmann::json::array();
    json["pre_tokenizer"] = json["decoder"] = byteLevel;
    json["model"] = {{"type", "BPE"},
                     {"dropout", nullptr},
                     {"unk_token", nullptr},
                     {"continuing_subword_prefix", nullptr},
                     {"end_of_word_suffix", nullptr},
                     {"fuse_unk", false},
                     {"byte_fallback", false},
                     {"vocab", vocabulary},
                     {"merges", nlohmann::json::array()}};
    return json.dump();
}

}  // namespace qs
