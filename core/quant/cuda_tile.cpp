// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "quant/tile_device.h"

namespace qs {

#ifndef QS_CUDA
std::unique_ptr<TileDevice> makeCudaTile(const TilePlan&, int) {
    throw Error("this build has no CUDA kernels; configure with -DQS_CUDA=ON");
}
#endif

}  // namespace qs
