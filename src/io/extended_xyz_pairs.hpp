#pragma once
/// The line of key=value pairs of a configuration in extended XYZ, as ASE and libAtoms write it. Local.

#include <string>
#include <vector>

#include "text_lines.hpp"

namespace rfhgn::io::xyz {

struct Pair {
    std::string key;
    std::string value;  ///< without its quotes or braces; of an array with its inner brackets
};

/// A value may be bare, in quotes (with \" and \\), or an array {..}, [..], [[..], [..]]; a key without a
/// value is "T". Blanks may stand around '='. Keys keep their case. A line without '=' is a comment and has
/// no pairs. Throws InputError for values that do not end and keys that are given twice.
using Pairs = std::vector<Pair>;
Pairs pairs_of(const Line& line);

/// The value of a key, whatever the case of its letters (`key` is in lower case); null where it is absent.
const Pair* find(const Pairs& pairs, std::string_view key);

}  // namespace rfhgn::io::xyz
