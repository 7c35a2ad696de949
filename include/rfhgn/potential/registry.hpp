#pragma once
/// The laws that decks can name.

#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "rfhgn/potential/law.hpp"

namespace rfhgn::potential {

/// In order of registration; addresses stay.
[[nodiscard]] const std::list<Law>& laws();

/// nullptr when there is none of this name.
[[nodiscard]] const Law* find_law(std::string_view name);

/// For programs that bring laws of their own: every rank adds the same ones, before decks are read. Throws
/// InputError when the name is taken, when the law is neither for bonds nor for fluids, or when another law
/// has a parameter of the same name that differs.
const Law& add_law(Law law);

/// A shared parameter and the laws that read it.
struct SharedParameter {
    Parameter parameter;
    std::vector<const Law*> laws;
};
/// Each once, in order of registration.
[[nodiscard]] std::vector<SharedParameter> shared_parameters();

}  // namespace rfhgn::potential
