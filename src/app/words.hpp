#pragma once

#include <string>
#include <string_view>

namespace rfhgn::app {

/// Whether a word is UTF-8 without control characters: fit for a log, a file's attributes and a deck. Local.
bool is_plain_text(std::string_view word);

/// The word with everything else shown as \xHH, byte by byte. Local.
std::string made_plain(std::string_view word);

}  // namespace rfhgn::app
