#pragma once

#include <string_view>

namespace rfhgn::potential {

/// The standard atomic weight of a chemical element, of one without stable isotopes that of a common one, in
/// g/mol; 0 for what is no element up to californium. Local.
double atomic_weight(std::string_view symbol);
/// 0 likewise. Local.
int atomic_number(std::string_view symbol);
/// "X" where there is no such element. Local.
std::string_view element_symbol(int atomic_number);

}  // namespace rfhgn::potential
