// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/metaspace.h"

#include "text/utf8.h"

namespace qs {

Metaspace readMetaspace(const JsonPart& part) {
    Metaspace result;
    result.replacement = part.text("replacement", spaceSymbol);
    if (result.replacement.empty() || utf8Length(result.replacement[0]) != result.replacement.size())
        part.fail("'replacement' is not one character");
    result.split = part.flag("split", true);
    if (!part.flag("add_prefix_space", true)) result.scheme = PrependScheme::Never;
    if (const auto scheme = part.find("prepend_scheme")) {
        const std::string name = scheme->asText();
        if (name == "always") result.scheme = PrependScheme::Always;
        else if (name == "first") result.scheme = PrependScheme::First;
        else if (name == "never") result.scheme = PrependScheme::Never;
        else scheme->fail("'" + name + "' is not supported");
    }
    return result;
}

}  // namespace qs
