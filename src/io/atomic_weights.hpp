#pragma once

#include <string_view>

namespace rfhgn::io {

/// The standard atomic weight of a chemical element, of one without stable isotopes that of a common one, in
/// g/mol; 0 for what is no element up to californium. Local.
double atomic_weight(std::string_view symbol);

}  // namespace rfhgn::io
