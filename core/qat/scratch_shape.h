// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace qs {

/// Sizes of a model that is trained from scratch (a Llama of these sizes).
struct ScratchShape {
    int vocabulary = 260, hidden = 128, blocks = 4, heads = 4, intermediate = 384, maxPositions = 1024;
};

}  // namespace qs
