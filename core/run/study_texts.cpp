// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/study_texts.h"

#include "base/content_hash.h"
#include "base/error.h"
#include "base/file.h"
#include "run/estimate.h"
#include "run/perplexity_text.h"
#include "text/corpus.h"

namespace qs {
namespace fs = std::filesystem;

void writeTextParts(const Study& study, const fs::path& out) {
    for (const auto& [name, text] : study.texts) {
        if (!text.isPart() || text.files.empty()) continue;
        const std::vector<Document> documents = loadCorpus(text.files, {});
        if (documents.size() < static_cast<std::size_t>(text.documentsOf))
            throw Error(joinTexts(text.files) + ": has " + std::to_string(documents.size()) + " documents, too few to take some of every " +
                        std::to_string(text.documentsOf) + " for the text " + name + "; documents are separated by two blank lines");
        std::string part;
        for (std::size_t i = 0; i < documents.size(); ++i)
            for (const int taken : text.documents)
                if (static_cast<int>(i % static_cast<std::size_t>(text.documentsOf)) == taken)
                    part += (part.empty() ? "" : "\n\n\n") + documents[i].text;
        fs::create_directories(out / "texts");
        const fs::path file = out / "texts" / (name + ".txt");
        if (!fs::exists(file) || readText(file) != part) writeText(file, part);
    }
}

std::vector<std::string> filesOf(const Study& study, const std::string& text, const fs::path& out) {
    const StudyText& declared = study.texts.at(text);
    if (!declared.isPart()) return declared.files;
    return {(out / "texts" / (text + ".txt")).string()};
}

QuantizeOptions resolvedOptions(const Study& study, const StudyCell& cell, const fs::path& out) {
    QuantizeOptions options = cell.options;
    for (std::vector<std::string>* texts : {&options.calibration.text, &options.calibration.heldOutText}) {
        std::vector<std::string> files;
        for (const std::string& name : *texts)
            for (const std::string& file : filesOf(study, name, out)) files.push_back(file);
        *texts = std::move(files);
    }
    return options;
}

std::string sequencesKey(CalibrationOptions options) {
    std::string key;
    for (const auto& [name, value] : optionTexts(options))
        if (name != "keep" && name != "spectra" && name != "spectra-width") key += name + "=" + value + "\n";
    return key;
}

EvaluationStream evaluationStream(const Study& study, const std::string& text, const fs::path& out, const Tokenizer& tokenizer) {
    EvaluationStream stream;
    stream.ids = tokenizer.encode(perplexityText(filesOf(study, text, out), "text"), study.bos);
    if (study.evaluationTokens > 0 && static_cast<std::int64_t>(stream.ids.size()) > study.evaluationTokens)
        stream.ids.resize(static_cast<std::size_t>(study.evaluationTokens));
    ContentHash hash;
    hash.add(std::span<const std::int32_t>(stream.ids));
    stream.hash = hash.text();
    return stream;
}

}  // namespace qs
