// SPDX-License-Identifier: GPL-3.0-or-later
// The byte alphabet of GPT-2: every byte is written as one printable character. Bytes 33–126, 161–172 and 174–255 stand for
// themselves (as U+0021 …), the others, in order, are U+0100, U+0101, …
// Source: Radford et al., Language Models are Unsupervised Multitask Learners, 2019, and the encoder published with it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace qs {

/// The UTF-8 text that stands for `bytes`.
std::string toByteAlphabet(std::string_view bytes);
/// The bytes that `text` stands for; nullopt if a character is not of the alphabet.
std::optional<std::string> fromByteAlphabet(std::string_view text);

}  // namespace qs
