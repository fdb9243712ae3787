// SPDX-License-Identifier: GPL-3.0-or-later
// Measures on running text: perplexity (windows of GPTQ style, strided, rolling), divergence from a reference, and lm-eval's wikitext task.
#pragma once

#include "run/evaluation.h"
#include "run/evaluation_subject.h"

namespace qs {

/// "a, b": how a record and messages name several files or tasks.
std::string joinedNames(const std::vector<std::string>& names);

/// Tasks "perplexity" and "divergence". Adds the result to a run file.
EvaluationRecord evaluateText(const EvaluationOptions& options, JobContext& context);

/// Task "wikitext": documents (field "page"), each detokenised and scored whole.
std::vector<ItemResult> evaluateDocuments(const EvaluationOptions& options, const EvaluationSubject& subject, const std::string& itemsFile,
                                          JobContext& context);
/// word_perplexity, byte_perplexity, bits_per_byte over all documents; standard errors of the ratios by the delta method.
std::map<std::string, std::pair<double, double>> documentMetrics(const std::vector<ItemResult>& items);

}  // namespace qs
