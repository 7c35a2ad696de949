#pragma once
/// A pair law: its name, its parameters, what they mean, and its functions V(r) for bonds and for fluids.

#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "rfhgn/potential/mixing.hpp"
#include "rfhgn/potential/pair_function.hpp"

namespace rfhgn::potential {

/// Values from `least` on, or above it.
struct Range {
    double least = -std::numeric_limits<double>::infinity();
    bool exclusive = false;

    static Range any() { return {}; }
    static Range positive() { return {0.0, true}; }
    static Range at_least(double least) { return {least, false}; }
    /// False for what is not finite.
    [[nodiscard]] bool holds(double value) const;
    friend bool operator==(const Range&, const Range&) = default;
};

/// A number that all pairs of a system share; decks give it as a key of [system].
struct Parameter {
    std::string name;
    double value = 1.0;  ///< default
    Range range;
    std::string unit;
    std::string help;
    friend bool operator==(const Parameter&, const Parameter&) = default;
};

/// Shared parameters by name.
using Values = std::map<std::string, double>;

/// What a law takes the strength and the length of a bond (the keys stiffness and rest_length) or of a pair
/// in a fluid (epsilon and sigma) for, e.g. "depth of the well"; empty where it reads no such number.
struct Use {
    std::string strength;
    std::string length;
    /// Makes the function from the shared parameters, all of which are given; empty where the law is not for
    /// this use. See form() in form.hpp.
    std::function<std::unique_ptr<PairFunction>(const Values&)> function;

    explicit operator bool() const { return static_cast<bool>(function); }
};

struct Law {
    std::string name;
    std::vector<Parameter> parameters{};
    Use bond{};
    Use fluid{};
    Mixing strength_mixing = Mixing::geometric;  ///< of unlike species in a fluid
    Mixing length_mixing = Mixing::arithmetic;
    /// The strength of a bond is multiplied by the masses of both ends, and each particle acts on all others.
    bool between_masses = false;
    /// Particles of a fluid that begin nearer than this part of their length overlap; 0: any distance will
    /// do.
    double core = 0.0;
};

/// `given` and, for parameters of the law that it does not have, their defaults.
[[nodiscard]] Values values_of(const Law& law, const Values& given);

/// The value in `given`, or else the default.
[[nodiscard]] double value_of(const Parameter& parameter, const Values& given);

}  // namespace rfhgn::potential
