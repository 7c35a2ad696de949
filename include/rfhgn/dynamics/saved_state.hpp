#pragma once
/// What a run has to remember to go on after a restart, as named arrays. Numbers are doubles: counts and
/// steps are exact up to 2^53.

#include <map>
#include <string>
#include <vector>

namespace rfhgn::dynamics {

/// Values of particles, [particles, width] row-major.
struct ParticleArray {
    int width = 1;
    std::vector<double> values;
};

struct SavedState {
    std::map<std::string, std::vector<double>> values;  ///< the same on every rank
    /// Of the owned particles, in the order of the graph. Checkpoints keep them by global id, so that a
    /// restart finds them wherever a particle then lives.
    std::map<std::string, ParticleArray> particles;

    /// Takes the arrays of a part, as `name`/...
    void add(const std::string& name, SavedState part);
    /// The arrays that a part of this name left; empty when there are none.
    [[nodiscard]] SavedState part(const std::string& name) const;

    [[nodiscard]] bool empty() const noexcept { return values.empty() && particles.empty(); }

    /// One array. Throws InputError when it is absent or has another width: the checkpoint does not fit.
    [[nodiscard]] const std::vector<double>& value(const std::string& name) const;
    [[nodiscard]] const std::vector<double>& particle(const std::string& name, int width) const;
    /// The one number of an array.
    [[nodiscard]] double number(const std::string& name) const;
};

}  // namespace rfhgn::dynamics
