// SPDX-License-Identifier: GPL-3.0-or-later
// What a GGUF file says about a model from a Hugging Face directory: names of tensors, and the keys of its architecture.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/job.h"
#include "export/gguf_container.h"
#include "export/survey.h"
#include "model/model.h"

namespace qs {

/// "blk.3.attn_q.weight" of "model.layers.3.self_attn.q_proj.weight"; nothing for tensors that are no part of the text model.
std::optional<std::string> ggufTensorName(const std::string& name, const ModelSpec& spec, const Survey& survey);

/// Heads whose rows are stored with rotary pairs side by side (Llama and Mistral's q and k, weights and biases alike); 0 for others.
int ggufInterleavedHeads(const std::string& name, const ModelSpec& spec);
/// Row of the original that stands in row `row` of the file: inside a head of d rows, row 2i + t is the original's t·d/2 + i.
std::size_t ggufSourceRow(std::size_t row, std::size_t rows, int heads);
/// 1 for Gemma's norms, which GGUF stores as 1 + weight.
float ggufShift(const std::string& name, const ModelSpec& spec);
/// What Gemma's norms of q are multiplied with, so that a scale of the scores other than the one llama.cpp takes for the model's shape
/// (1/sqrt of the head size; with 62 layers of hidden / heads) is right there: it reads none from the file. 1 for other tensors.
float ggufFactor(const std::string& name, const ModelSpec& spec);

/// The keys of the architecture. Throws Error for a rotary scaling that GGUF cannot tell; what llama.cpp leaves out is an event.
void addArchitectureKeys(GgufKeys& keys, const Model& model, JobContext& context);
/// Divisors of the rotary frequencies [headDim/2], where the scaling is told by them (Llama 3, LongRoPE, unusual YaRN); else empty.
std::vector<float> rotaryDivisors(const Model& model);

}  // namespace qs
