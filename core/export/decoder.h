// SPDX-License-Identifier: GPL-3.0-or-later
// Reads exported weights back into integers. Written from the descriptions of the formats alone; it shares no code with the writers, so
// that a mistake in one of them shows.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/array.h"
#include "model/safetensors.h"
#include "run/run_data.h"

namespace qs {

/// What a file says about one linear: ŵ = scale · (code − zero).
struct DecodedLinear {
    Matrix<std::uint8_t> codes, zeros;  ///< [out, in], [out, groups]
    Matrix<float> scales;               ///< [out, groups]
    std::vector<std::int32_t> group;    ///< [in]
    DType scaleType{};
};

/// A written directory as a loader sees it: config.json says what the tensors mean.
class ExportReader {
  public:
    /// Throws Error naming what is missing or contradicts itself.
    explicit ExportReader(const std::filesystem::path& folder);

    /// Throws Error naming the tensor if there is none.
    const SafetensorsEntry& tensor(const std::string& name) const;
    std::size_t tensorCount() const { return m_tensors.size(); }
    /// Integers, zero points, scales and groups of a quantized linear, by the quantization_config.
    DecodedLinear linear(const std::string& name) const;
    bool isQuantized() const { return !m_quantization.is_null(); }
    const std::filesystem::path& folder() const { return m_folder; }

  private:
    std::filesystem::path m_folder;
    std::vector<std::unique_ptr<SafetensorsFile>> m_files;
    std::map<std::string, const SafetensorsEntry*> m_tensors;
    nlohmann::json m_quantization;
};

/// Throws Error naming linear and place if the file does not say bit for bit what the run does: codes, zero points, groups, and each scale
/// rounded once to the type in which it is stored.
void compareWithRun(const DecodedLinear& decoded, const LinearRecord& record, const std::string& file);
/// The same for Ŵ in float32.
void compareWithRun(const SafetensorsEntry& weight, const LinearRecord& record, const std::string& file);

}  // namespace qs
