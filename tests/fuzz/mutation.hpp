#pragma once
/// Damaged copies of good input. The same seeds and number give the same copy on every machine.

#include <cstdint>
#include <string>
#include <vector>

namespace rfhgn::fuzz {

/// A deck with one to six mistakes: characters, values, lines and pieces of other decks.
std::string mutated_deck(const std::vector<std::string>& seeds, std::uint64_t number);

/// A file with one to six kinds of damage: bits, bytes, sizes, zeros, moved blocks, a lost end. Half of it
/// hits what HDF5 keeps between the data.
std::string mutated_file(const std::vector<std::string>& seeds, std::uint64_t number);

}  // namespace rfhgn::fuzz
