#pragma once

#include <array>
#include <cstddef>

namespace rfhgn::training {

/// What rows say: each target has R factors of its own.
enum class Target { velocity, force, energy, virial };

/// Those of the message coefficients, in the order in which they are joined; the first has weight 1.
inline constexpr std::array message_targets{Target::force, Target::energy, Target::virial};

/// As in files and summaries.
constexpr const char* name_of(Target target) {
    constexpr std::array names{"velocity", "force", "energy", "virial"};
    return names[static_cast<std::size_t>(target)];
}

}  // namespace rfhgn::training
