#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <map>

#include <fmt/format.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/units.hpp"
#include "rfhgn/io/configuration_writers.hpp"
#include "rfhgn/io/whole_file.hpp"
#include "rfhgn/potential/elements.hpp"

#include "inverse.hpp"

namespace rfhgn::io {

namespace {

using graph::Vector3;

double dot(const Vector3& a, const Vector3& b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/// Turns vectors such that the first cell vector lies along x and the second in the plane of x and y.
class Rotation {
  public:
    explicit Rotation(const std::array<Vector3, 3>& v) {
        turns_ = v[0][1] != 0 || v[0][2] != 0 || v[1][2] != 0;
        axes_[0] = unit(v[0]);
        const double along = dot(v[1], axes_[0]);
        axes_[1] = unit(
            {v[1][0] - along * axes_[0][0], v[1][1] - along * axes_[0][1], v[1][2] - along * axes_[0][2]});
        const auto& [a, b, c] = axes_;
        axes_[2] = {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
    }
    Vector3 operator()(const Vector3& v) const {
        if (!turns_) return v;
        return {dot(v, axes_[0]), dot(v, axes_[1]), dot(v, axes_[2])};
    }

  private:
    static Vector3 unit(const Vector3& v) {
        const double length = std::sqrt(dot(v, v));
        return {v[0] / length, v[1] / length, v[2] / length};
    }

    bool turns_;
    std::array<Vector3, 3> axes_;
};

class DataText {
  public:
    explicit DataText(const data::SnapshotSet& set)
        : set_(set), unit_(units_of(set.totals.units).mass), box_(box_of(set)), turned_(box_.vectors) {
        for (std::size_t i = 0; i < atoms(); ++i) {
            const int species = set.part.species[i];
            const auto [found, added] = masses_.emplace(species, set.part.mass[i]);
            constexpr double rounding = 1e-12;
            require(species >= 0 && std::fabs(found->second - set.part.mass[i]) <= rounding * found->second,
                    Advice{"give each mass a species of its own"},
                    "LAMMPS knows one mass a type, but particles of species {} have the masses {:g} and {:g}",
                    species, found->second / unit_, set.part.mass[i] / unit_);
        }
        types_ = std::max(masses_.rbegin()->first + 1, static_cast<int>(set.totals.species_names.size()));
    }

    std::string text() {
        const std::string body = sides() + masses() + positions() + velocities();
        return fmt::format("LAMMPS data file of rfhgn, units = {}{}\n\n{} atoms\n{} atom types\n\n{}",
                           set_.totals.units == "metal" ? "metal" : "lj", wishes(), atoms(), types_, body);
    }

  private:
    [[nodiscard]] std::size_t atoms() const { return set_.part.mass.size(); }
    [[nodiscard]] Vector3 vector(const std::vector<double>& values, std::size_t i) const {
        const auto d = static_cast<std::size_t>(set_.totals.dimension);
        Vector3 v{};
        std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(i * d), d, v.begin());
        return v;
    }
    // In a plane LAMMPS wants a box around z = 0; without a box, one that holds the particles.
    static graph::Box box_of(const data::SnapshotSet& set) {
        graph::Box box = set.box.empty() ? graph::Box{} : set.box.front();
        const auto d = static_cast<std::size_t>(set.totals.dimension);
        for (std::size_t k = 0; k < 3; ++k) {
            if (k < d && !set.box.empty()) continue;
            double low = 0;
            double high = 0;
            for (std::size_t i = k; k < d && i < set.position.size(); i += d) {
                low = std::min(low, set.position[i]);
                high = std::max(high, set.position[i]);
            }
            box.vectors[k] = {};
            box.vectors[k][k] = k < d ? high - low + 2 : 1;
            box.origin[k] = k < d ? low - 1 : -0.5;
            box.periodic[k] = k >= d;
        }
        return box;
    }
    // What the file itself cannot tell LAMMPS.
    [[nodiscard]] std::string wishes() const {
        std::string text;
        if (set_.totals.dimension == 2) text += "; dimension 2";
        const auto& p = box_.periodic;
        if (!(p[0] && p[1] && p[2])) {
            text += "; boundary";
            for (const bool periodic : p) text += periodic ? " p" : " f";
        }
        const auto v = turned_vectors();
        const bool large = std::fabs(v[1][0]) > 0.5 * v[0][0] || std::fabs(v[2][0]) > 0.5 * v[0][0] ||
                           std::fabs(v[2][1]) > 0.5 * v[1][1];
        return large ? text + "; box tilt large" : text;
    }
    [[nodiscard]] std::array<Vector3, 3> turned_vectors() const {
        return {turned_(box_.vectors[0]), turned_(box_.vectors[1]), turned_(box_.vectors[2])};
    }
    std::string sides() {
        const auto v = turned_vectors();
        const auto origin = turned_(box_.origin);
        std::string text;
        for (std::size_t k = 0; k < 3; ++k) {
            const double high =
                inverse(origin[k] + v[k][k], v[k][k], [&](double x) { return x - origin[k]; });
            text += fmt::format("{} {} {}lo {}hi\n", origin[k], high, "xyz"[k], "xyz"[k]);
        }
        if (v[1][0] != 0 || v[2][0] != 0 || v[2][1] != 0)
            text += fmt::format("{} {} {} xy xz yz\n", v[1][0], v[2][0], v[2][1]);
        return text;
    }
    // Types that no particle has need a mass all the same.
    std::string masses() {
        std::string text = "\nMasses\n\n";
        const auto& names = set_.totals.species_names;
        for (int s = 0; s < types_; ++s) {
            const auto name = static_cast<std::size_t>(s) < names.size() ? names[static_cast<std::size_t>(s)]
                                                                         : std::string();
            const double usual = potential::atomic_weight(name);
            const auto found = masses_.find(s);
            const double mass = found == masses_.end() ? (usual > 0 ? usual : 1.0)
                                                       : inverse(found->second / unit_, found->second,
                                                                 [&](double x) { return x * unit_; });
            text += fmt::format("{} {}{}\n", s + 1, mass, name.empty() ? "" : "  # " + name);
        }
        return text;
    }
    std::string positions() {
        std::string text = "\nAtoms # atomic\n\n";
        for (std::size_t i = 0; i < atoms(); ++i) {
            const auto q = turned_(vector(set_.position, i));
            fmt::format_to(std::back_inserter(text), "{} {} {} {} {}\n", i + 1, set_.part.species[i] + 1,
                           q[0], q[1], q[2]);
        }
        return text;
    }
    std::string velocities() {
        const auto moves = [](double p) { return p != 0; };
        if (std::ranges::none_of(set_.momentum, moves)) return {};
        std::string text = "\nVelocities\n\n";
        for (std::size_t i = 0; i < atoms(); ++i) {
            auto v = turned_(vector(set_.momentum, i));
            const double mass = set_.part.mass[i];
            for (double& c : v) c = inverse(c / mass, c, [&](double x) { return x * mass; });
            fmt::format_to(std::back_inserter(text), "{} {} {} {}\n", i + 1, v[0], v[1], v[2]);
        }
        return text;
    }

    const data::SnapshotSet& set_;
    double unit_;
    graph::Box box_;
    Rotation turned_;
    std::map<int, double> masses_;  // by species
    int types_ = 0;
};

}  // namespace

void write_lammps_data(const data::SnapshotSource& source, const std::string& path) {
    write_whole_file(path, DataText(source.read_snapshots({0, 1})).text());
}

}  // namespace rfhgn::io
