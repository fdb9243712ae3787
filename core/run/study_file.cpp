// SPDX-License-Identifier: GPL-3.0-or-later
// Study files: JSON to a checked Study. Fields are described in resources/studies/README.md.
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "hessian/weighting.h"
#include "model/json_text.h"
#include "run/estimate.h"
#include "run/fitted_weighting.h"
#include "run/study.h"
#include "run/study_fingerprint.h"
#include "run/study_place.h"

namespace qs {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

/// Options that a study file does not set for its cells, and why.
const std::map<std::string, std::string, std::less<>> kNotInFile{{"model", "it stands in the field model of the study"},
                                                                 {"seed", "the seeds stand in the field seeds"},
                                                                 {"out", "the study names its files itself"},
                                                                 {"resume", "it belongs on the command line"},
                                                                 {"threads", "it belongs on the command line"},
                                                                 {"memory-budget", "it belongs on the command line"},
                                                                 {"ids", "studies draw their sequences from texts"}};

class Reader {
  public:
    explicit Reader(const StudyOptions& options) : m_options(options) {}

    json parsed(const std::string& text) const {
        try {
            return parseJson(text, m_options.file);
        } catch (const Error& error) {
            throw Error(error.what(), ErrorKind::Usage);
        }
    }

    Study read() {
        const json document = parsed(readText(m_options.file));
        const Place root{document, m_options.file, ""};
        root.requireObject({"title", "about", "model", "texts", "set", "grids", "seeds", "perplexity", "ratios", "optima"});
        m_study.title = root.required("title").text();
        if (root.has("about")) m_study.about = root.at("about").text();
        readModel(root);
        readTexts(root.required("texts"));
        if (root.has("perplexity")) readPerplexity(root.at("perplexity"));
        readCells(root);
        readComparisons(root);
        return std::move(m_study);
    }

  private:
    std::string besideFile(const std::string& path) const {
        return (fs::path(m_options.file).parent_path() / path).lexically_normal().string();
    }

    void readModel(const Place& root) {
        if (root.has("model")) m_study.model = besideFile(root.at("model").text());
        if (!m_options.model.empty()) m_study.model = m_options.model;
        if (m_study.model.empty()) root.wrong("names no model; give the field model, or --model on the command line");
    }

    void readTexts(const Place& place) {
        if (!place.value.is_object() || place.value.empty()) place.wrong("must be an object { name: … } with at least one text");
        for (const auto& [name, ignored] : place.value.items()) m_study.texts[name] = textOf(place.at(name));
        for (const std::string& word : m_options.text) {
            const std::size_t equals = word.find('=');
            const auto text = m_study.texts.find(word.substr(0, equals));
            if (equals == std::string::npos || equals + 1 == word.size())
                throw Error("--text " + word + ": must be NAME=PATH", ErrorKind::Usage);
            if (text == m_study.texts.end())
                throw Error("--text " + word + ": " + m_options.file + " declares no text of that name", ErrorKind::Usage);
            text->second.files = {word.substr(equals + 1)};
        }
        for (const auto& [name, text] : m_study.texts)
            for (const std::string& file : text.files)
                if (!fs::exists(file))
                    throw Error(
                        m_options.file + ": texts." + name + ": " + file + " does not exist; give another with --text " + name + "=PATH",
                        ErrorKind::Usage);
    }

    StudyText textOf(const Place& place) const {
        StudyText text;
        if (place.value.is_string()) {
            text.files = {besideFile(place.text())};
            return text;
        }
        place.requireObject({"path", "optional", "documents"});
        if (place.has("path")) {
            const Place path = place.at("path");
            if (path.value.is_string()) text.files = {besideFile(path.text())};
            else
                for (const Place& file : path.list()) text.files.push_back(besideFile(file.text()));
        }
        if (place.has("optional")) text.optional = place.at("optional").flag();
        if (!place.has("documents")) return text;
        const Place documents = place.at("documents");
        documents.requireObject({"of", "take"});
        text.documentsOf = static_cast<int>(documents.required("of").integer(2, 1000));
        for (const Place& index : documents.required("take").list())
            text.documents.push_back(static_cast<int>(index.integer(0, text.documentsOf - 1)));
        return text;
    }

    /// Whether the text can be used; throws if it must be there.
    bool isGiven(const std::string& name, const Place& place) {
        const auto text = m_study.texts.find(name);
        if (text == m_study.texts.end()) {
            std::vector<std::string> names;
            for (const auto& [known, ignored] : m_study.texts) names.push_back(known);
            place.wrong("the text " + name + " is not declared in texts; declared are " + joinTexts(names));
        }
        if (!text->second.files.empty()) return true;
        if (!text->second.optional) place.wrong("the text " + name + " has no path; give it with --text " + name + "=PATH");
        return false;
    }

    void readPerplexity(const Place& place) {
        place.requireObject({"texts", "windows", "tokens", "bos", "compute"});
        PerplexityOptions defaults;
        const OptionList list = describeOptions(defaults);
        const auto set = [&](const char* field, const char* option) {
            if (!place.has(field)) return;
            try {
                list.set(option, place.at(field).optionText());
            } catch (const Error& error) {
                place.at(field).wrong(error.what());
            }
        };
        set("tokens", "max-tokens");
        set("bos", "bos");
        set("compute", "compute");
        m_study.evaluationTokens = m_options.evaluationTokens > 0 ? m_options.evaluationTokens : defaults.maxTokens;
        m_study.bos = defaults.bos;
        m_study.evaluationCompute = defaults.machine.compute;
        for (const Place& text : place.required("texts").list()) {
            const std::string name = text.text();
            if (!isGiven(name, text)) {
                m_study.notes.push_back("The text " + name + " was not given (--text " + name + "=PATH), so nothing was measured on it.");
                continue;
            }
            for (const Place& window : place.required("windows").list())
                m_study.perplexities.push_back({name, static_cast<int>(window.integer(2, 1 << 20))});
        }
    }

    /// Sets options of a cell.
    void apply(const Place& place, QuantizeOptions& options) {
        if (!place.value.is_object()) place.wrong("must be an object { option: value }");
        const OptionList list = describeOptions(options);
        for (const auto& [name, ignored] : place.value.items()) applyOne(name, place.at(name), list);
    }

    void applyOne(const std::string& name, const Place& place, const OptionList& list) {
        if (const auto reason = kNotInFile.find(name); reason != kNotInFile.end()) place.wrong("cannot be set here: " + reason->second);
        if (name == "text" || name == "held-out") {
            const std::vector<Place> names = place.value.is_array() ? place.list() : std::vector{place};
            for (const Place& text : names)
                if (!isGiven(text.text(), text)) place.wrong("calibration needs the text " + text.text() + "; give it with --text");
        }
        try {
            list.set(name, place.optionText());
        } catch (const Error& error) {
            place.wrong(error.what());
        }
    }

    struct AxisValue {
        std::string label;
        std::vector<std::pair<std::string, Place>> settings;
    };
    struct Axis {
        std::string name;
        std::vector<AxisValue> values;
    };

    Axis axisOf(const Place& place) const {
        place.requireObject({"name", "option", "values"});
        if (place.has("name") == place.has("option")) place.wrong("must have either name (values with label and set) or option");
        Axis axis{place.has("name") ? place.at("name").text() : place.at("option").text(), {}};
        std::set<std::string> labels;
        for (const Place& value : place.required("values").list()) {
            AxisValue entry;
            if (place.has("option")) entry = {value.optionText(), {{axis.name, value}}};
            else {
                value.requireObject({"label", "set"});
                entry.label = value.required("label").text();
                const Place settings = value.required("set");
                if (!settings.value.is_object()) settings.wrong("must be an object { option: value }");
                for (const auto& [name, ignored] : settings.value.items()) entry.settings.emplace_back(name, settings.at(name));
            }
            if (!labels.insert(entry.label).second) value.wrong("the label " + entry.label + " is there twice");
            axis.values.push_back(std::move(entry));
        }
        return axis;
    }

    void readCells(const Place& root) {
        QuantizeOptions base;
        base.calibration.model = m_study.model;
        base.calibration.spectra = false;  // nothing in a study shows them
        base.machine = m_options.machine;
        if (root.has("set")) apply(root.at("set"), base);
        std::vector<std::int64_t> seeds{0};
        if (root.has("seeds")) {
            seeds.clear();
            for (const Place& seed : root.at("seeds").list()) seeds.push_back(seed.integer(0, std::int64_t{1} << 53));
        }
        if (m_options.seeds > 0 && seeds.size() > static_cast<std::size_t>(m_options.seeds))
            seeds.resize(static_cast<std::size_t>(m_options.seeds));
        std::vector<std::pair<Place, std::vector<Axis>>> grids;
        for (const Place& grid : root.required("grids").list()) {
            grid.requireObject({"set", "axes"});
            std::vector<Axis> axes;
            for (const Place& axis : grid.required("axes").list()) axes.push_back(axisOf(axis));
            grids.emplace_back(grid, std::move(axes));
        }
        for (const std::int64_t seed : seeds)
            for (const auto& [grid, axes] : grids) {
                QuantizeOptions options = base;
                options.calibration.seed = seed;
                if (grid.has("set")) apply(grid.at("set"), options);
                StudyCell cell;
                cell.options = options;
                expand(grid, axes, 0, cell);
            }
        keepOnly();
    }

    /// --only. Fields that name what was left out are still checked against all cells.
    void keepOnly() {
        m_all = m_study.cells;
        std::map<std::string, std::vector<std::string>> labels;
        for (const std::string& word : m_options.only) {
            const std::size_t equals = word.find('=');
            const std::string axis = word.substr(0, equals), label = equals == std::string::npos ? "" : word.substr(equals + 1);
            if (std::none_of(m_all.begin(), m_all.end(),
                             [&](const StudyCell& cell) { return !label.empty() && cell.labelOf(axis) == label; }))
                throw Error("--only " + word + ": must be AXIS=LABEL of a cell; --list shows them, the axes are " + joinTexts(m_study.axes),
                            ErrorKind::Usage);
            labels[axis].push_back(label);
        }
        for (const auto& [axis, wanted] : labels) {
            std::erase_if(m_study.cells, [&, &axis = axis, &wanted = wanted](const StudyCell& cell) {
                return std::find(wanted.begin(), wanted.end(), cell.labelOf(axis)) == wanted.end();
            });
            m_study.notes.push_back("Only cells whose " + axis + " is " + joinTexts(wanted) + ".");
        }
        if (m_study.cells.empty()) throw Error("--only leaves no cell; name labels that go together", ErrorKind::Usage);
    }

    void expand(const Place& grid, const std::vector<Axis>& axes, std::size_t depth, const StudyCell& cell) {
        if (depth == axes.size()) return add(grid, cell);
        const Axis& axis = axes[depth];
        if (std::find(m_study.axes.begin(), m_study.axes.end(), axis.name) == m_study.axes.end()) m_study.axes.push_back(axis.name);
        for (const AxisValue& value : axis.values) {
            StudyCell next = cell;
            const OptionList list = describeOptions(next.options);
            for (const auto& [name, place] : value.settings) applyOne(name, place, list);
            next.labels.emplace_back(axis.name, value.label);
            expand(grid, axes, depth + 1, next);
        }
    }

    void add(const Place& grid, StudyCell cell) {
        if (m_options.tokens > 0) cell.options.calibration.tokens = m_options.tokens;
        if (cell.options.calibration.text.empty()) grid.wrong("has no calibration text; set the option text to the name of one");
        try {
            Weighting::parse(cell.options.weighting);
            requireFittable(cell.options);
        } catch (const Error& error) {
            grid.wrong(error.what());
        }
        const std::string hash = cellHash(cell.options);
        cell.id = slugOf(cell.title()) + "-" + hash.substr(0, 8);
        // Two grids may have a cell in common, under other labels: it is run once.
        for (const std::string& key : {grid.path + hash, cell.id}) {
            const auto [other, fresh] = m_titles.emplace(key, cell.title());
            if (!fresh) grid.wrong("the cells " + other->second + " and " + cell.title() + " are the same; leave one out");
        }
        m_study.cells.push_back(std::move(cell));
    }

    static std::string slugOf(const std::string& title) {
        std::string slug;
        for (const char c : title)
            if (std::isalnum(static_cast<unsigned char>(c))) slug += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
            else if (!slug.empty() && slug.back() != '-') slug += '-';
        return slug.substr(0, 80);
    }

    void requireAxis(const Place& place, const std::string& axis) const {
        if (std::find(m_study.axes.begin(), m_study.axes.end(), axis) == m_study.axes.end())
            place.wrong("no grid has the axis " + axis + "; there are " + joinTexts(m_study.axes));
    }

    void readComparisons(const Place& root) {
        if (root.has("ratios"))
            for (const Place& place : root.at("ratios").list()) {
                place.requireObject({"axis", "baseline"});
                const StudyRatio ratio{place.required("axis").text(), place.required("baseline").text()};
                requireAxis(place, ratio.axis);
                if (std::none_of(m_all.begin(), m_all.end(),
                                 [&](const StudyCell& cell) { return cell.labelOf(ratio.axis) == ratio.baseline; }))
                    place.wrong("the axis " + ratio.axis + " has no value " + ratio.baseline);
                m_study.ratios.push_back(ratio);
            }
        if (root.has("optima"))
            for (const Place& place : root.at("optima").list()) {
                requireAxis(place, place.text());
                m_study.optima.push_back(place.text());
            }
    }

    const StudyOptions& m_options;
    Study m_study;
    std::vector<StudyCell> m_all;                 ///< with those that --only leaves out
    std::map<std::string, std::string> m_titles;  ///< of cells: of their hash in a grid, and of their ids
};

}  // namespace

Study readStudy(const StudyOptions& options) { return Reader(options).read(); }

}  // namespace qs
