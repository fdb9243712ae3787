// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernels/gptq_columns.h"

namespace qs {

ColumnSums solveColumns(const ColumnBlock& block) { return QS_ISA_CALL(solveColumns)(block); }

}  // namespace qs
