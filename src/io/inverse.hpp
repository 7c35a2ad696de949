#pragma once

#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace rfhgn::io {

/// A number x near `guess` for which f(x) is `target` to the last bit, of several the one with the fewest
/// digits: what is written in other units is read again as it was. `guess` where there is none. Local.
template <class F>
double inverse(double guess, double target, F&& f) {
    if (guess == 0) return guess;
    constexpr int around = 2;
    double x = guess;
    for (int k = 0; k < around; ++k) x = std::nextafter(x, -std::numeric_limits<double>::infinity());
    double best = guess;
    std::size_t digits = std::numeric_limits<std::size_t>::max();
    for (int k = -around; k <= around; ++k) {
        const auto length = fmt::formatted_size("{}", x);
        if (f(x) == target && length < digits) {
            best = x;
            digits = length;
        }
        x = std::nextafter(x, std::numeric_limits<double>::infinity());
    }
    return best;
}

}  // namespace rfhgn::io
