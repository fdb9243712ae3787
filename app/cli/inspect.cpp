// SPDX-License-Identifier: GPL-3.0-or-later
// inspect MODEL
#include <map>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/output.h"
#include "model/model.h"
#include "text/tokenizer.h"

namespace qs::cli {
namespace {

using nlohmann::json;

const char* nameOf(LinearRole role) {
    static constexpr const char* names[] = {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"};
    return names[static_cast<std::size_t>(role)];
}

long long parametersOf(const LinearSpec& linear) { return static_cast<long long>(linear.out) * linear.in + (linear.bias ? linear.out : 0); }

/// What inspect knows of a model; filled once, printed as text or JSON.
struct Inspection {
    std::unique_ptr<Model> model;
    std::string tokenizer;
    std::vector<std::string> unsupported;
    std::map<std::string, std::string> storage;  // by tensor name
};

Inspection inspectModel(const std::string& path) {
    Inspection found;
    found.model = openModel(path);
    found.unsupported = found.model->unsupported();
    for (const TensorInfo& tensor : found.model->tensors()) found.storage[tensor.name] = tensor.storage;
    try {
        found.tokenizer = loadTokenizer(path)->description();
    } catch (const Error& error) {
        found.unsupported.push_back(std::string("tokenizer: ") + error.what());
    }
    return found;
}

json documentOf(const Inspection& found) {
    const ModelSpec& spec = found.model->spec();
    json linears = json::array();
    for (std::size_t b = 0; b < spec.blocks.size(); ++b)
        for (const LinearSpec& linear : spec.blocks[b].linears)
            linears.push_back({{"name", linear.name},
                               {"block", b},
                               {"role", nameOf(linear.role)},
                               {"out", linear.out},
                               {"in", linear.in},
                               {"tag", qs::nameOf(linear.tag)},
                               {"bias", linear.bias},
                               {"parameters", parametersOf(linear)},
                               {"storage", found.storage.at(linear.name + ".weight")}});
    return {{"model", found.model->path().string()},
            {"architecture", spec.architecture},
            {"blocks", spec.blocks.size()},
            {"hidden", spec.hidden},
            {"vocabulary", spec.vocabulary},
            {"max_positions", spec.maxPositions},
            {"parameters", found.model->parameters()},
            {"storage", found.model->storage()},
            {"tied_head", spec.headName.empty()},
            {"tokenizer", found.tokenizer.empty() ? json() : json(found.tokenizer)},
            {"unsupported", found.unsupported},
            {"linears", linears}};
}

std::string blockText(const BlockSpec& block) {
    std::string text = std::to_string(block.heads) + " heads of " + std::to_string(block.headDim) + " (" +
                       std::to_string(block.keyValueHeads) + " for keys and values), intermediate " + std::to_string(block.intermediate);
    if (block.window > 0) text += ", window " + std::to_string(block.window);
    if (block.qNorm.present()) text += ", q/k norm";
    if (block.attentionSoftcap > 0) text += ", soft cap " + number(block.attentionSoftcap, 4);
    return text;
}

std::string textOf(const Inspection& found) {
    const ModelSpec& spec = found.model->spec();
    std::vector<std::vector<std::string>> facts{{"model", found.model->path().string()},
                                                {"architecture", spec.architecture},
                                                {"parameters", countText(found.model->parameters())},
                                                {"storage", found.model->storage()},
                                                {"blocks", std::to_string(spec.blocks.size())},
                                                {"hidden size", std::to_string(spec.hidden)},
                                                {"vocabulary", std::to_string(spec.vocabulary)},
                                                {"positions", std::to_string(spec.maxPositions)},
                                                {"head", spec.headName.empty() ? "tied to the embedding" : spec.headName}};
    if (!spec.blocks.empty()) facts.push_back({"block 0", blockText(spec.blocks.front())});
    facts.push_back({"tokenizer", found.tokenizer.empty() ? "none that can be used" : found.tokenizer});
    std::vector<std::vector<std::string>> rows{{"linear", "out", "in", "input", "bias", "storage", "parameters"}};
    long long sum = 0;
    for (const BlockSpec& block : spec.blocks)
        for (const LinearSpec& linear : block.linears) {
            rows.push_back({linear.name, std::to_string(linear.out), std::to_string(linear.in), qs::nameOf(linear.tag),
                            linear.bias ? "yes" : "", found.storage.at(linear.name + ".weight"), countText(parametersOf(linear))});
            sum += parametersOf(linear);
        }
    std::string text = tableText(facts, {0, 1}) + "\n" + tableText(rows, {0, 3, 4, 5}) + "\n" + std::to_string(rows.size() - 1) +
                       " linears with " + countText(sum) + " parameters\n";
    for (const std::string& part : found.unsupported) text += "not supported: " + part + "\n";
    return text;
}

class Inspect : public Command {
  public:
    void describe(Arguments& arguments) override {
        arguments.positional("MODEL", m_model, "Hugging Face directory or GGUF file");
        arguments.add(m_output);
    }
    Status run(const Arguments&) override {
        const Inspection found = inspectModel(m_model);
        if (m_output.json) printDocument(documentOf(found));
        else print(textOf(found));
        return kDone;
    }

  private:
    std::string m_model;
    JsonOption m_output;
};

}  // namespace

std::unique_ptr<Command> makeInspect() { return std::make_unique<Inspect>(); }

}  // namespace qs::cli
