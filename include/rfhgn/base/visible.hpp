#pragma once
/// Text from elsewhere (file names, decks, attributes of files) as it may be shown to people.

#include <string>
#include <string_view>

namespace rfhgn {

/// The text with whatever would command a terminal or mislead a reader written out: control characters as
/// \x1b, bytes that are no UTF-8 as \xff, code points that turn the direction of writing as \u202e. Other
/// UTF-8, line ends and tabs stay.
std::string visible(std::string_view text);

/// The same, with line ends and tabs written out as \n and \t: for a value within a line.
std::string visible_line(std::string_view text);

/// Whether a name has control characters, line ends among them.
bool has_control_characters(std::string_view name) noexcept;

}  // namespace rfhgn
