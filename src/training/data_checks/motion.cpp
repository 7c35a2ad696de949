#include "motion.hpp"

#include <cmath>
#include <numeric>

namespace rfhgn::training {

namespace {

// Positions count from its corner.
graph::Box at_origin(graph::Box box) {
    box.origin = {};
    return box;
}

graph::Box between(const graph::Box& a, const graph::Box& b) {
    graph::Box middle = at_origin(a);
    for (std::size_t k = 0; k < 3; ++k)
        for (std::size_t c = 0; c < 3; ++c) middle.vectors[k][c] = (a.vectors[k][c] + b.vectors[k][c]) / 2;
    return middle;
}

// ε of δh = h ε, cell vectors as rows of h.
std::array<double, 6> strain_between(const graph::Box& a, const graph::Box& b, const graph::Box& middle) {
    std::array<std::array<double, 3>, 3> strain{};
    const auto d = static_cast<std::size_t>(a.dimension);
    for (std::size_t row = 0; row < d; ++row) {
        std::vector<double> axis(d, 0.0);
        axis[row] = 1;
        const auto s = graph::fractional(middle, axis);
        for (std::size_t k = 0; k < d; ++k)
            for (std::size_t c = 0; c < d; ++c) strain[row][c] += s[k] * (b.vectors[k][c] - a.vectors[k][c]);
    }
    const auto both = [&](std::size_t i, std::size_t k) { return (strain[i][k] + strain[k][i]) / 2; };
    return {both(0, 0), both(1, 1), both(2, 2), both(0, 1), both(0, 2), both(1, 2)};
}

Motion in_boxes(const SnapshotView& before, const SnapshotView& after) {
    const auto& a = *before.box;
    const auto& b = *after.box;
    const auto middle = between(a, b);
    Motion motion;
    motion.strained = a.vectors != b.vectors;
    if (motion.strained) motion.strain = strain_between(a, b, middle);
    const std::size_t d = before.dimension;
    for (std::size_t i = 0; i < before.position.size(); i += d) {
        const auto from = graph::fractional(a, before.position.subspan(i, d));
        auto step = graph::fractional(b, after.position.subspan(i, d));
        for (std::size_t k = 0; k < d; ++k) {
            step[k] -= from[k];
            if (a.periodic[k]) step[k] -= std::round(step[k]);
        }
        const auto moved = graph::cartesian(middle, step);
        motion.moved.insert(motion.moved.end(), moved.begin(),
                            moved.begin() + static_cast<std::ptrdiff_t>(d));
    }
    return motion;
}

}  // namespace

std::optional<Motion> motion_between(const SnapshotView& before, const SnapshotView& after) {
    if (!before.same_particles(after) || (before.box == nullptr) != (after.box == nullptr))
        return std::nullopt;
    if (before.box && before.box->periodic != after.box->periodic) return std::nullopt;
    if (before.box && !before.box->open()) return in_boxes(before, after);
    Motion motion;
    for (std::size_t i = 0; i < before.position.size(); ++i)
        motion.moved.push_back(after.position[i] - before.position[i]);
    return motion;
}

double dot(std::span<const double> a, std::span<const double> b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

double mean_dot(std::span<const double> a, std::span<const double> b, std::span<const double> c) {
    return (dot(a, c) + dot(b, c)) / 2;
}

}  // namespace rfhgn::training
