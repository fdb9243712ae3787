// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/train_ground.h"

#include <algorithm>

#include "base/error.h"
#include "kernels/blas.h"
#include "qat/byte_tokenizer.h"
#include "run/estimate.h"
#include "run/provenance.h"
#include "text/json_tokenizer.h"

namespace qs {
namespace fs = std::filesystem;
namespace {

std::shared_ptr<Model> openTrainable(const TrainOptions& options) {
    const std::string& path = options.model;
    if (fs::is_regular_file(path) && (fs::path(path).extension() != ".gguf" || !options.writeTokenizer))
        throw Error(path + ": cannot be trained; give the directory of a Hugging Face model or a .gguf file");
    std::shared_ptr<Model> model = openModel(path);
    model->requireSupported();
    return model;
}

/// Where lengths leave the positions of a model, or nothing can be trained.
void requireFitting(const TrainOptions& options, const Model* model) {
    if (!model || model->spec().maxPositions <= 0) return;
    const int longest = std::max(*std::max_element(options.qat.lengths.begin(), options.qat.lengths.end()),
                                 options.task == TrainTaskKind::LanguageModel ? options.measures.window : 0);
    if (longest > model->spec().maxPositions)
        throw Error("a length of " + std::to_string(longest) + " tokens exceeds the " + std::to_string(model->spec().maxPositions) +
                        " positions of the model; give smaller --lengths or a smaller --window",
                    ErrorKind::Usage);
}

constexpr int kPromptAndContinuation = 64;  // tokens that a measured model must have positions for

void fillShape(TrainOptions& options, const Tokenizer& tokenizer) {
    options.shape.vocabulary = static_cast<int>(tokenizer.vocabularySize());
    options.shape.maxPositions = std::max(
        {*std::max_element(options.qat.lengths.begin(), options.qat.lengths.end()), options.measures.window, kPromptAndContinuation});
}

}  // namespace

TrainGround openGround(const TrainOptions& options, JobContext& context) {
    options.check();
    beginSingleThreadedMath();
    TrainGround ground;
    ground.options = options;
    ground.device = parseDevice(options.machine.device);
    context.report(0, "opening model and data");
    if (!options.scratch) ground.model = openTrainable(options);
    requireFitting(options, ground.model.get());
    ground.tokenizerPath = options.scratch ? options.tokenizer : options.model;
    ground.tokenizer =
        ground.tokenizerPath.empty() ? jsonTokenizer(byteTokenizerJson(), "tokenizer of bytes") : loadTokenizer(ground.tokenizerPath);
    if (options.scratch) fillShape(ground.options, *ground.tokenizer);
    ground.options.qat.resolve(options.task == TrainTaskKind::LanguageModel, options.scratch,
                               options.scratch ? options.shape.hidden : ground.model->spec().hidden);
    ground.pool = std::make_unique<ThreadPool>(options.machine.threads, beginSingleThreadedMath);
    ground.task = openTask(ground.options, *ground.tokenizer, ground.pool->size());
    if (ground.device.kind == DeviceKind::Cuda) {
        try {
            TrainableModel(scratchSpec({.vocabulary = 4, .hidden = 4, .blocks = 1, .heads = 1, .intermediate = 4}), 0, 0, ground.device);
        } catch (const std::exception& error) {
            context.event({Severity::Warning, "device-fallback", "",
                           textOf(ground.device) + " cannot be used (" + error.what() +
                               "); the CPU does the work. Check the driver with nvidia-smi"});
            ground.device = {};
        }
    }
    return ground;
}

std::unique_ptr<TrainableModel> TrainGround::newModel() const {
    const int classes = static_cast<int>(task->classes().size());
    const auto seed = static_cast<std::uint64_t>(options.qat.seed);
    if (model) return std::make_unique<TrainableModel>(*model, classes, seed, device);
    return std::make_unique<TrainableModel>(scratchSpec(options.shape), classes, seed, device);
}

std::string TrainGround::config() const { return scratchConfig(options.shape); }

std::string TrainGround::fingerprint() const {
    if (model) return model->fingerprint();
    ContentHash hash;
    hash.add(config());
    return hash.text();
}

Provenance provenanceOf(const TrainGround& ground) {
    TrainOptions options = ground.options;
    const auto makeAbsolute = [](std::string& path) {  // to go on from wherever the program is started next
        if (!path.empty()) path = fs::absolute(path).lexically_normal().string();
    };
    makeAbsolute(options.model);
    makeAbsolute(options.tokenizer);
    for (std::string& path : options.text) makeAbsolute(path);
    Provenance p = newProvenance("train");
    p.options = optionTexts(options);
    const ModelSpec spec = ground.model ? ground.model->spec() : scratchSpec(options.shape);
    p.model = ground.model ? fs::absolute(options.model).lexically_normal().string() : "from scratch";
    p.architecture = spec.architecture;
    p.modelFingerprint = ground.fingerprint();
    p.textFingerprint = ground.task->fingerprint();
    p.blocks = static_cast<int>(spec.blocks.size());
    p.device = textOf(ground.device);
    p.compute = nameOfEnum(Compute::Float32);
    p.threads = ground.pool->size();
    p.seed = options.qat.seed;
    p.fingerprint = identityOf(p).text();
    return p;
}

}  // namespace qs
