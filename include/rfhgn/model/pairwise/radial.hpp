#pragma once
/// How distances reach the messages: what the layers see of them, and where messages end.

#include <span>
#include <string>

#include "rfhgn/config/deck.hpp"

namespace rfhgn::model {

/// x = r, 1/r, 1/r², 1/r³ or 1/r⁶. Forces between atoms rise by many powers of ten over the distances that
/// they see; inverse powers give that steep core as much room among the random features as everything else.
/// Measured on a Lennard-Jones liquid (108 atoms, 64 softplus features, relative force error on unseen
/// states): 1e-4 with r, 5e-9 with 1/r, 5e-11 with 1/r³.
enum class RadialTransform { distance, inverse, inverse_square, inverse_cube, inverse_sixth };

/// Throws InputError for an unknown name.
RadialTransform parse_radial_transform(const std::string& name);
std::string to_string(RadialTransform input);

/// x[i] = t(r[i]) and slope[i] = dt/dr; r > 0. `slope` may be empty.
void transform_distances(RadialTransform input, std::span<const double> r, std::span<double> x,
                         std::span<double> slope);

/// r of x = t(r).
double distance_of(RadialTransform input, double x);

/// Where messages end. `smooth`: a message is its features times a potential::Switch from `smooth_from` to
/// the radius, so that value and first two derivatives vanish there. `sharp`: features minus their value at
/// the radius, so that the force jumps there and the energy does not.
struct Cutoff {
    double radius = 0;  ///< 0: none
    bool smooth = true;
    double smooth_from = 0;

    [[nodiscard]] bool none() const noexcept { return radius == 0; }
    [[nodiscard]] bool beyond(double r) const noexcept { return radius > 0 && r >= radius; }
    /// Whether forces leave no constant of the energy open.
    [[nodiscard]] bool fixes_energy() const noexcept { return radius > 0 && smooth; }
    friend bool operator==(const Cutoff&, const Cutoff&) = default;
};

/// factor[i] = f and slope[i] = df/dr; of a sharp cutoff 1 and 0 within. Beyond the radius both are 0.
void cut_off(const Cutoff& cutoff, std::span<const double> r, std::span<double> factor,
             std::span<double> slope);

/// "smooth from 2 to 2.5", "sharp at 2.5", "none".
std::string describe(const Cutoff& cutoff);

}  // namespace rfhgn::model
