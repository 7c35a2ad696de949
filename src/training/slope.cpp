#include "slope.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include <fmt/format.h>

namespace rfhgn::training {

namespace {

struct Conversion {
    double factor;
    const char* words;
};

// Of the units that codes write.
constexpr std::array conversions{Conversion{27.211386, "hartree in eV"},
                                 Conversion{13.605693, "rydberg in eV"},
                                 Conversion{23.060548, "eV in kcal/mol"},
                                 Conversion{96.485332, "eV in kJ/mol"},
                                 Conversion{4.184, "kcal in kJ"},
                                 Conversion{627.50947, "hartree in kcal/mol"},
                                 Conversion{2625.4996, "hartree in kJ/mol"},
                                 Conversion{0.52917721, "bohr in angstrom"},
                                 Conversion{51.422067, "hartree/bohr in eV/angstrom"},
                                 Conversion{25.711034, "rydberg/bohr in eV/angstrom"},
                                 Conversion{160.21766, "eV/angstrom^3 in GPa"},
                                 Conversion{1602.1766, "eV/angstrom^3 in kB"},
                                 Conversion{1602176.6, "eV/angstrom^3 in bar"},
                                 Conversion{1.0364270e-4, "g/mol in eV ps^2/angstrom^2"},
                                 Conversion{10.180505, "ASE's unit of time in fs"},
                                 Conversion{1000, "a thousand, as ps in fs or eV in meV"},
                                 Conversion{10, "ten, as nm in angstrom"}};

// The nearest within what lines are off by.
const char* known_conversion(double ratio) {
    double nearest = 0.03;
    const char* known = nullptr;
    for (const auto& [factor, words] : conversions) {
        const double off = std::fabs(ratio / factor - 1);
        if (off < nearest) nearest = off, known = words;
    }
    return known;
}

}  // namespace

Slope slope_of(std::span<const double> x, std::span<const double> y) {
    Slope slope;
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < x.size(); ++i)
        if (x[i] != 0) order.push_back(i);
    slope.points = order.size();
    if (order.empty()) return slope;
    std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(y[i] / x[i], i); });
    const double half = std::transform_reduce(order.begin(), order.end(), 0.0, std::plus{},
                                              [&](std::size_t i) { return std::fabs(x[i]); }) /
                        2;
    double below = 0;
    for (const std::size_t i : order) {
        slope.value = y[i] / x[i];
        if ((below += std::fabs(x[i])) >= half) break;
    }
    double off = 0;
    double all = 0;
    for (const std::size_t i : order) {
        off += std::fabs(y[i] - slope.value * x[i]);
        all += std::fabs(y[i]);
    }
    slope.scatter = all > 0 ? off / all : 1;
    return slope;
}

bool near_one(double ratio) {
    return ratio > 0.8 && ratio < 1.25;
}

std::string ratio_text(double ratio) {
    const auto number = std::fabs(ratio) >= 1e5 || std::fabs(ratio) < 0.01 ? fmt::format("{:.3g}", ratio)
                                                                           : fmt::format("{:.2f}", ratio);
    if (const auto* words = known_conversion(std::fabs(ratio))) return fmt::format("{} ({})", number, words);
    if (const auto* words = known_conversion(std::fabs(1 / ratio)))
        return fmt::format("{} (one over {:.4g}: {})", number, 1 / std::fabs(ratio), words);
    return number;
}

}  // namespace rfhgn::training
