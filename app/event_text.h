// SPDX-License-Identifier: GPL-3.0-or-later
// Events in the language of the window: what the fixed words of the engine mean. What an event says of its own (numbers, causes) is
// English.
#pragma once

#include <QString>
#include <vector>

#include "base/job.h"

namespace qs {

/// A few words for Event::kind; empty if the kind is not known here.
QString eventTitle(const std::string& kind);
/// What such an event means for the result and what can be done, in a sentence or two; empty if the kind is not known here.
QString eventMeaning(const std::string& kind);
/// One line: title, subject and message, as far as there are any. `subject`: in place of that of the event.
QString eventLine(const Event& event, const QString& subject);
/// Every kind that has a title.
std::vector<std::string> eventKinds();

}  // namespace qs
