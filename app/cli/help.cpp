// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/help.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/output.h"

namespace qs::cli {
namespace {

constexpr std::size_t kWidth = 110;  // of help text
constexpr std::size_t kIndent = 34;  // where the explanations begin
constexpr double kUnbounded = 1e7;   // a maximum from here on is not worth telling

/// Words of `text` in lines of at most kWidth, continued at `indent`; the first line begins at column `column`.
std::string wrapped(const std::string& text, std::size_t indent, std::size_t column) {
    std::string result;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find(' ', begin), text.size());
        const std::string word = text.substr(begin, end - begin);
        if (column > indent && column + 1 + widthOf(word) > kWidth) {
            result += "\n" + std::string(indent, ' ');
            column = indent;
        } else if (begin > 0) {
            result += " ";
            ++column;
        }
        result += word;
        column += widthOf(word);
        begin = end + 1;
    }
    return result;
}

std::string valueName(const OptionField& field) {
    switch (field.kind) {
        case OptionKind::Flag: return "";
        case OptionKind::Integer: return " N";
        case OptionKind::Real: return " X";
        case OptionKind::Choice: return " NAME";
        case OptionKind::Text: return " TEXT";
        case OptionKind::IntegerList: return " N,N,…";
        case OptionKind::TextList: return " TEXT…";
    }
    return "";
}

std::string flagText(const OptionField& field, const Arguments& arguments) {
    std::string text = "--" + field.name + valueName(field);
    if (field.kind == OptionKind::Flag && field.defaultText == "true") text = "--[no-]" + field.name;
    for (const std::string& alias : arguments.aliasesOf(field.name)) text += ", --" + alias;
    for (const Shorthand& shorthand : arguments.shorthandsOf(field.name)) text += ", --" + shorthand.flag;
    return text;
}

std::string join(const std::vector<std::string>& words, const char* separator) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : separator) + word;
    return text;
}

bool isNumeric(const OptionField& field) {
    return field.kind == OptionKind::Integer || field.kind == OptionKind::Real || field.kind == OptionKind::IntegerList;
}

/// "tokens; 2 to 1048576; default 512,1024,2048".
std::string limitsText(const OptionField& field, const Arguments& arguments) {
    std::vector<std::string> parts;
    if (!field.unit.empty()) parts.push_back(field.unit);
    if (isNumeric(field))
        parts.push_back(field.maximum >= kUnbounded ? "at least " + number(field.minimum)
                                                    : number(field.minimum) + " to " + number(field.maximum));
    if (field.kind == OptionKind::Choice) parts.push_back(join(field.choices, ", "));
    if (arguments.isRequired(field.name)) parts.push_back("required");
    else if (field.kind == OptionKind::Flag) parts.push_back(field.defaultText == "true" ? "default on" : "");
    else if (!field.defaultText.empty()) parts.push_back("default " + field.defaultText);
    for (const Shorthand& s : arguments.shorthandsOf(field.name)) parts.push_back("--" + s.flag + " is --" + field.name + " " + s.value);
    parts.erase(std::remove(parts.begin(), parts.end(), ""), parts.end());
    return join(parts, "; ");
}

std::string explanation(const OptionField& field, const Arguments& arguments) {
    const std::string limits = limitsText(field, arguments);
    return field.help + (limits.empty() ? "" : " (" + limits + ")");
}

std::string entryText(const std::string& left, const std::string& right) {
    std::string text = "  " + left;
    if (widthOf(text) + 2 > kIndent) text += "\n" + std::string(kIndent, ' ');
    else text += std::string(kIndent - widthOf(text), ' ');
    return text + wrapped(right, kIndent, kIndent) + "\n";
}

std::string usageText(const CommandEntry& command, const Arguments& arguments) {
    std::string text = std::string("quantoscope-cli ") + command.name;
    for (const Positional& positional : arguments.positionals())
        text += positional.required ? " " + positional.placeholder : " [" + positional.placeholder + "]";
    for (const OptionField& field : arguments.fields())
        if (arguments.isRequired(field.name)) text += " --" + field.name + valueName(field);
    return text + " [OPTION…]";
}

}  // namespace

std::string overviewText() {
    std::string text =
        "quantoscope-cli: quantize language models, see what it does to them, and keep the numbers.\n\n"
        "Usage: quantoscope-cli COMMAND … (quantoscope-cli COMMAND --help explains one command and every option of it)\n\n"
        "Commands\n";
    for (const CommandEntry& command : commands()) text += entryText(command.name, command.summary);
    text +=
        "\nMODEL is a Hugging Face directory (config.json, *.safetensors, tokenizer.json) or a GGUF file. RUN is a run file (*.qsrun).\n\n"
        "Example: 3-bit GPTQ with sequence-normalised calibration at three lengths, then what it cost\n"
        "  quantoscope-cli inspect resources/models/demo\n"
        "  quantoscope-cli quantize resources/models/demo --text resources/text/en.txt --method gptq --bits 3 --group-size 0 \\\n"
        "      --lengths 128,256,512 --tokens 16384 --weighting maca --out demo.qsrun\n"
        "  quantoscope-cli errors demo.qsrun\n"
        "  quantoscope-cli evaluate demo.qsrun --task perplexity --text resources/text/en.txt --window 512\n"
        "  quantoscope-cli export demo.qsrun --format dequantized --out demo-3bit\n\n"
        "Results go to standard output (--json: one JSON document and nothing else), progress and messages to standard error.\n"
        "Ctrl-C stops a calibration or quantization after the block in progress, a second one at once; --resume goes on.\n\n"
        "Exit status: 0 done, 1 failed (last line of standard error: error: …), 2 wrong usage, 3 stopped and can be resumed,\n"
        "4 a check did not hold.\n"
        "Environment: QUANTOSCOPE_ISA (generic, avx2, avx512, avx512bf16) asks for lesser processor instructions than there are,\n"
        "QUANTOSCOPE_RESOURCES names the folder of the bundled model and texts.\n";
    return text;
}

std::string helpText(const CommandEntry& command, const Arguments& arguments) {
    std::string text = std::string("quantoscope-cli ") + command.name + ": " + command.summary +
                       "\n\nUsage: " + usageText(command, arguments) + "\n\n" + wrapped(command.details, 0, 0) + "\n";
    if (!arguments.positionals().empty()) text += "\nArguments\n";
    for (const Positional& positional : arguments.positionals()) text += entryText(positional.placeholder, positional.help);
    std::string group;
    for (const OptionField& field : arguments.fields()) {
        if (field.group != group) text += "\n" + field.group + "\n";
        group = field.group;
        text += entryText(flagText(field, arguments), explanation(field, arguments));
    }
    return text + "\nExample\n  " + command.example + "\n";
}

std::string helpMarkdown(const CommandEntry& command, const Arguments& arguments) {
    const auto cell = [](std::string text) {
        for (std::size_t place = 0; (place = text.find('|', place)) != text.npos; place += 2) text.insert(place, "\\");
        return text;
    };
    std::string text = std::string("## ") + command.name + "\n\n" + command.summary + ". " + command.details + "\n\n    " +
                       usageText(command, arguments) + "\n\n| option | default | meaning |\n|---|---|---|\n";
    for (const Positional& positional : arguments.positionals())
        text += "| " + positional.placeholder + " | " + (positional.required ? "required" : "") + " | " + cell(positional.help) + " |\n";
    for (const OptionField& field : arguments.fields()) {
        const std::string standard = arguments.isRequired(field.name) ? "required" : field.defaultText;
        text += "| `" + flagText(field, arguments) + "` | " + cell(standard) + " | " + cell(explanation(field, arguments)) + " |\n";
    }
    return text + "\nExample: `" + command.example + "`\n";
}

nlohmann::json helpJson(const CommandEntry& command, const Arguments& arguments) {
    static constexpr const char* kinds[] = {"flag", "integer", "real", "choice", "text", "integer-list", "text-list"};
    using nlohmann::json;
    json positionals = json::array(), options = json::array();
    for (const Positional& p : arguments.positionals())
        positionals.push_back({{"name", p.placeholder}, {"help", p.help}, {"required", p.required}});
    for (const OptionField& field : arguments.fields()) {
        json entry{{"name", field.name},
                   {"kind", kinds[static_cast<std::size_t>(field.kind)]},
                   {"group", field.group},
                   {"help", field.help},
                   {"unit", field.unit},
                   {"default", field.defaultText},
                   {"required", arguments.isRequired(field.name)}};
        if (isNumeric(field)) entry["range"] = {field.minimum, field.maximum};
        if (field.kind == OptionKind::Choice) entry["choices"] = field.choices;
        if (const auto aliases = arguments.aliasesOf(field.name); !aliases.empty()) entry["aliases"] = aliases;
        for (const Shorthand& s : arguments.shorthandsOf(field.name)) entry["shorthands"][s.flag] = s.value;
        options.push_back(std::move(entry));
    }
    return {{"command", command.name},    {"summary", command.summary}, {"details", command.details},
            {"example", command.example}, {"arguments", positionals},   {"options", options}};
}

}  // namespace qs::cli
