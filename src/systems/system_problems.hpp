#pragma once

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "rfhgn/systems/system.hpp"

namespace rfhgn::systems {

/// What is wrong with an option, and its key.
struct Problem {
    std::string key;
    std::string message;
};

using Problems = std::vector<Problem>;

/// Adds the problem unless `ok`.
template <class... Args>
void check(Problems& problems, bool ok, const char* key, fmt::format_string<Args...> message,
           Args&&... args) {
    if (!ok) problems.push_back({key, fmt::format(message, std::forward<Args>(args)...)});
}
void check_positive(Problems& problems, const char* key, double value);
void check_spread(Problems& problems, const char* key, const config::Spread& spread, bool zero_allowed);

/// Everything that makes these options impossible, alone or together.
Problems find_problems(const SystemOptions& options);

/// The same for graph = "cutoff".
Problems find_fluid_problems(const SystemOptions& options);

}  // namespace rfhgn::systems
