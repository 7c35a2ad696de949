#pragma once

#include <string>
#include <vector>

#include "rfhgn/systems/system.hpp"

namespace rfhgn::systems {

/// What is wrong with an option, and its key.
struct Problem {
    std::string key;
    std::string message;
};

/// Everything that makes these options impossible, alone or together.
std::vector<Problem> find_problems(const SystemOptions& options);

}  // namespace rfhgn::systems
