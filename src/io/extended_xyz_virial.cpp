#include "extended_xyz_virial.hpp"

#include <algorithm>
#include <cmath>

#include "text_words.hpp"

namespace rfhgn::io::xyz {

namespace {

// Times `factor`.
data::Virial tensor_in(const Line& line, const Pair& pair, double factor) {
    const auto values = reals_in(line, pair.value, pair.key.c_str());
    if (values.size() == 6)
        return {factor * values[0], factor * values[1], factor * values[2],
                factor * values[5], factor * values[4], factor * values[3]};
    if (values.size() != 9)
        refuse(line, fmt::format("{} has {} numbers", shown(pair.key), values.size()),
               "write nine, or six: xx yy zz yz xz xy");
    double largest = 0;
    for (const double value : values) largest = std::max(largest, std::fabs(value));
    constexpr double rounding = 1e-4;
    for (const auto& [above, below] : {std::pair{1, 3}, {2, 6}, {5, 7}})
        if (std::fabs(values[static_cast<std::size_t>(above)] - values[static_cast<std::size_t>(below)]) >
            rounding * largest)
            refuse(line, fmt::format("{} is not symmetric", shown(pair.key)), "correct it");
    return {factor * values[0], factor * values[4], factor * values[8],
            factor * values[1], factor * values[2], factor * values[5]};
}

const Pair* chosen(const Pairs& pairs, const std::string& name) {
    return name.empty() ? nullptr : find(pairs, name);
}

}  // namespace

data::Virial virial_of(const Line& line, const Pairs& pairs, const Choice& choice, double volume) {
    const auto* virial = chosen(pairs, of(choice, Quantity::virial));
    const auto* stress = volume > 0 ? chosen(pairs, of(choice, Quantity::stress)) : nullptr;
    if (!virial && !stress) return data::unknown_virial;
    if (!stress) return tensor_in(line, *virial, 1);
    const auto by_stress = tensor_in(line, *stress, -volume);
    if (!virial) return by_stress;
    const auto found = tensor_in(line, *virial, 1);
    double largest = 0;
    double apart = 0;
    double opposite = 0;
    for (std::size_t c = 0; c < found.size(); ++c) {
        largest = std::max(largest, std::fabs(found[c]));
        apart = std::max(apart, std::fabs(found[c] - by_stress[c]));
        opposite = std::max(opposite, std::fabs(found[c] + by_stress[c]));
    }
    constexpr double rounding = 1e-3;
    if (apart > rounding * largest)
        refuse(line,
               fmt::format("{} and {} {}", virial->key, stress->key,
                           opposite <= rounding * largest ? "have the wrong signs to each other"
                                                          : "do not say the same"),
               "stress is minus the virial over the volume; correct one, or leave it out");
    return found;
}

}  // namespace rfhgn::io::xyz
