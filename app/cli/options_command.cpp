// SPDX-License-Identifier: GPL-3.0-or-later
// options [COMMAND]: the generated reference.
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/output.h"

namespace qs::cli {
namespace {

struct ReferenceOptions {
    bool json = false, markdown = false;
    void describe(OptionList& list) {
        list.group("Output");
        list.flag("json", json, "One JSON document");
        list.flag("markdown", markdown, "Markdown with one table a command");
    }
};

class Options : public Command {
  public:
    void describe(Arguments& arguments) override {
        arguments.positional("COMMAND", m_command, "Only this command", false);
        arguments.add(m_options);
        arguments.exclusive({"json", "markdown"});
    }
    Status run(const Arguments&) override {
        std::vector<CommandEntry> chosen = commands();
        if (!m_command.empty()) chosen = {commandOf(m_command)};
        nlohmann::json document = nlohmann::json::array();
        for (std::size_t i = 0; i < chosen.size(); ++i) {
            const auto command = chosen[i].make();
            Arguments arguments;
            command->describe(arguments);
            if (m_options.json) document.push_back(helpJson(chosen[i], arguments));
            else print((i ? "\n" : "") + (m_options.markdown ? helpMarkdown(chosen[i], arguments) : helpText(chosen[i], arguments)));
        }
        if (m_options.json) printDocument(document);
        return kDone;
    }

  private:
    std::string m_command;
    ReferenceOptions m_options;
};

}  // namespace

std::unique_ptr<Command> makeOptions() { return std::make_unique<Options>(); }

}  // namespace qs::cli
