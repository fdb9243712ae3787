// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>

#include "base/error.h"

namespace qs::cli {
namespace {

[[noreturn]] void wrong(const std::string& message) { throw Error(message, ErrorKind::Usage); }

/// A field with the CLI11 option that stands for it; `fixed` is the value of a shorthand.
struct Bound {
    CLI::Option* option;
    const OptionField* field;
    std::string fixed;
};

/// "--a --b" is a forgotten value, not the value "--b".
void checkValue(const OptionField& field, const std::string& value) {
    if (value.starts_with("--") && value.size() > 2) wrong("--" + field.name + " needs a value, found '" + value + "'");
}

std::string valueOf(const OptionField& field, const std::vector<std::string>& results) {
    if (field.kind == OptionKind::TextList) return joinTexts(results);
    if (results.size() > 1) wrong("--" + field.name + " is given more than once; give it once");
    return results.at(0);
}

Bound bind(CLI::App& app, const OptionField& field, const std::string& name) {
    if (field.kind == OptionKind::Flag) return {app.add_flag("--" + name + ",!--no-" + name), &field, ""};
    CLI::Option* option = app.add_option("--" + name);
    if (field.kind == OptionKind::TextList) option->expected(1, CLI::detail::expected_max_vector_size)->allow_extra_args();
    else option->expected(1);
    option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    return {option, &field, ""};
}

}  // namespace

void Arguments::positional(std::string placeholder, std::string& value, std::string help, bool required) {
    m_positionals.push_back({std::move(placeholder), std::move(help), &value, required});
}

void Arguments::shorthand(std::string flag, std::string field, std::string value) {
    m_shorthands.push_back({std::move(flag), std::move(field), std::move(value)});
}

void Arguments::alias(std::string flag, std::string field) { m_aliases.emplace_back(std::move(flag), std::move(field)); }

std::vector<OptionField> Arguments::fields() const {
    std::vector<OptionField> visible;
    for (const OptionField& field : m_options.fields())
        if (!m_omitted.count(field.name)) visible.push_back(field);
    return visible;
}

std::vector<Shorthand> Arguments::shorthandsOf(const std::string& field) const {
    std::vector<Shorthand> found;
    std::copy_if(m_shorthands.begin(), m_shorthands.end(), std::back_inserter(found), [&](const Shorthand& s) { return s.field == field; });
    return found;
}

std::vector<std::string> Arguments::aliasesOf(const std::string& field) const {
    std::vector<std::string> found;
    for (const auto& [flag, target] : m_aliases)
        if (target == field) found.push_back(flag);
    return found;
}

bool Arguments::isRequired(const std::string& field) const {
    return std::find(m_required.begin(), m_required.end(), field) != m_required.end();
}

std::vector<std::string> Arguments::flagNames() const {
    std::vector<std::string> names{"help"};
    for (const OptionField& field : fields()) {
        names.push_back(field.name);
        if (field.kind == OptionKind::Flag) names.push_back("no-" + field.name);
    }
    for (const auto& [flag, field] : m_aliases) names.push_back(flag);
    for (const Shorthand& shorthand : m_shorthands) names.push_back(shorthand.flag);
    return names;
}

void Arguments::refuseSurplus(std::vector<std::string> words) const {
    words.erase(std::remove(words.begin(), words.end(), "--"), words.end());  // the mark, which CLI11 reports as well
    const auto flag = std::find_if(words.begin(), words.end(), [](const std::string& word) { return word.size() > 1 && word[0] == '-'; });
    if (flag == words.end()) {
        if (!words.empty()) wrong("'" + words.front() + "' is one argument too many");
        return;
    }
    const std::string name = flag->substr(0, flag->find('='));
    const std::string nearest = nearestName(name.substr(std::min(name.find_first_not_of('-'), name.size())), flagNames());
    wrong(name + " is not an option" + (nearest.empty() ? "" : "; did you mean --" + nearest + "?"));
}

void Arguments::checkCombination() const {
    for (const Positional& positional : m_positionals)
        if (positional.required && positional.value->empty())
            wrong(positional.placeholder + " is missing; give it right after the command (" + positional.help + ")");
    for (const std::string& field : m_required)
        if (!given(field)) wrong("--" + field + " is missing; give --" + field + " VALUE");
    for (const auto& [field, other] : m_needs)
        if (given(field) && !given(other)) wrong("--" + field + " has a meaning only with --" + other);
    for (const auto& group : m_exclusive) {
        std::vector<std::string> used;
        std::copy_if(group.begin(), group.end(), std::back_inserter(used), [&](const std::string& field) { return given(field); });
        if (used.size() > 1) wrong("--" + used[0] + " and --" + used[1] + " exclude each other; give one of them");
    }
}

void Arguments::parse(const std::vector<std::string>& words) {
    CLI::App app;
    app.set_help_flag("");
    app.allow_extras();
    std::vector<CLI::Option*> places;
    for (const Positional& positional : m_positionals) places.push_back(app.add_option(positional.placeholder)->expected(1));
    std::vector<Bound> bound;
    for (const OptionField& field : m_options.fields()) {
        if (m_omitted.count(field.name)) continue;
        bound.push_back(bind(app, field, field.name));
        for (const std::string& other : aliasesOf(field.name)) bound.push_back(bind(app, field, other));
        for (const Shorthand& s : shorthandsOf(field.name)) bound.push_back({app.add_flag("--" + s.flag), &field, s.value});
    }
    try {
        app.parse(std::vector<std::string>(words.rbegin(), words.rend()));  // CLI11 takes words from the back
    } catch (const CLI::ArgumentMismatch& error) {
        const std::string message = error.what();
        wrong(message.substr(0, message.find(':')) + " needs a value");
    } catch (const CLI::ParseError& error) {
        const std::string message = error.what();
        wrong(message.substr(0, message.find('\n')));
    }
    for (const auto& [option, field, fixed] : bound)
        for (const std::string& value : option->results()) checkValue(*field, value);
    refuseSurplus(app.remaining());
    for (std::size_t i = 0; i < places.size(); ++i)
        if (places[i]->count() > 0) *m_positionals[i].value = places[i]->results().front();
    for (const auto& [option, field, fixed] : bound) {
        if (option->count() == 0) continue;
        const std::string value = !fixed.empty()                    ? fixed
                                  : field->kind == OptionKind::Flag ? option->results().back()
                                                                    : valueOf(*field, option->results());
        if (given(field->name) && field->get() != value) wrong("--" + field->name + " is given twice with different values; give it once");
        field->set(value);
        m_given.insert(field->name);
    }
    checkCombination();
}

}  // namespace qs::cli
