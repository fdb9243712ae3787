// SPDX-License-Identifier: GPL-3.0-or-later
// Words of views that show solved linears where there are none.
#pragma once

#include <QCoreApplication>

#include "run/run_file.h"

namespace qs {

/// None is solved yet, or this pass solves none.
inline QString noLinearYet(const RunFile& run) {
    const char* words = run.provenance().kind == "measure"
                            ? QT_TRANSLATE_NOOP("MissingLinears",
                                                "This pass tries every width on every linear; with the widths that it chooses, linears are "
                                                "solved in the pass behind it.")
                            : QT_TRANSLATE_NOOP("MissingLinears", "No linear has been solved yet.");
    return QCoreApplication::translate("MissingLinears", words);
}

}  // namespace qs
