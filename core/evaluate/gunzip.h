// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace qs {

/// The content of a gzip file of one or more members. Throws Error naming `file` if it is damaged or longer than 4 GiB.
std::string gunzip(std::string_view compressed, const std::string& file);

}  // namespace qs
