#pragma once

#include <cstddef>
#include <string_view>

namespace rfhgn::config {

/// Damerau-Levenshtein distance (optimal string alignment): insertions, deletions, substitutions and swaps of
/// neighbours that turn one word into the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace rfhgn::config
