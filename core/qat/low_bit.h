// SPDX-License-Identifier: GPL-3.0-or-later
// A quantized model computed with integers instead of fake-quantized reals. What runs how: low_bit.cpp.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "qat/quantized_linear.h"
#include "qat/task_score.h"
#include "qat/trainable_model.h"

namespace qs {

enum class LowBitPath {
    Int8,        ///< int8 × int8 for layers of every width: there is no faster arithmetic for 4 and 6 bits
    Int4Weights  ///< layers of at most 4 bits keep packed 4-bit weights, and activations in bfloat16; the others as Int8
};

/// How one layer is computed.
enum class LayerArithmetic { FullPrecision, Int8, Int4Weights };

class LowBitModel {
  public:
    /// `model` must outlive it; its weights are copied as codes. CPU only. Throws Error for widths above 8 bits.
    LowBitModel(const TrainableModel& model, const std::vector<LayerGrid>& grids, bool attentionOperands, LowBitPath path);

    /// Values (weights of integer layers left undefined) and linears, to be used like those of any other variant.
    Variant variant() const;
    /// Of every layer. A layer of at most 4 bits whose input is no multiple of 32 wide runs as Int8 on both paths.
    std::vector<LayerArithmetic> arithmetic() const;
    /// Bytes that this variant keeps in memory: codes and steps of its layers, other values in float32.
    std::size_t bytes() const;

  private:
    struct Layer;
    at::Tensor apply(const LinearSpec& spec, const at::Tensor& x) const;

    const TrainableModel& m_model;
    bool m_attentionOperands;
    std::vector<at::Tensor> m_values;
    std::shared_ptr<std::vector<Layer>> m_layers;
};

/// Bytes of a model on disk with codes packed at the width of each layer (32 bits in full precision) and one float32 step a layer or
/// channel, other tensors in float32.
std::size_t packedBytes(const TrainableModel& model, const std::vector<LayerGrid>& grids);

}  // namespace qs
