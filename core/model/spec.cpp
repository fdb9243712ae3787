// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/spec.h"

namespace qs {

const char* nameOf(InputTag tag) {
    switch (tag) {
        case InputTag::AttentionIn: return "attention-in";
        case InputTag::AttentionOut: return "attention-out";
        case InputTag::MlpIn: return "mlp-in";
        case InputTag::MlpDown: return "mlp-down";
    }
    return "?";
}

}  // namespace qs
