#include "migration.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "rfhgn/parallel/redistribute.hpp"

#include "box_coordinates.hpp"
#include "cell_order.hpp"

namespace rfhgn::graph {

namespace {

bool inside(const Box& box, const Vector3& s) {
    bool all = true;
    for (std::size_t k = 0; k < 3; ++k) all = all && (!box.periodic[k] || (s[k] >= 0 && s[k] < 1));
    return all;
}

/// All that belongs to a particle that changes rank.
struct Traveller {
    GlobalIndex id;
    double mass;
    Vector3 position;
    Vector3 momentum;
    Vector3 coordinates;
    Image image;
    int species;
};

/// Calls visit(values, width) for every array [particles, width] of particles in d dimensions.
template <class Visit>
void for_each_array(Particles& particles, std::vector<Vector3>& coordinates, std::size_t d, Visit&& visit) {
    visit(particles.id, std::size_t{1});
    visit(particles.mass, std::size_t{1});
    visit(particles.species, std::size_t{1});
    visit(particles.position, d);
    visit(particles.momentum, d);
    visit(particles.image, std::size_t{1});
    visit(coordinates, std::size_t{1});
}

/// Keeps the particles in `order`, in that order.
void reorder(Particles& particles, std::vector<Vector3>& coordinates, std::span<const std::size_t> order) {
    // of no particles any dimension will do
    const std::size_t d = particles.position.size() / std::max<std::size_t>(particles.id.size(), 1);
    for_each_array(particles, coordinates, d, [&](auto& values, std::size_t width) {
        auto kept = std::remove_reference_t<decltype(values)>(order.size() * width);
        for (std::size_t i = 0; i < order.size(); ++i)
            std::copy_n(values.data() + order[i] * width, width, kept.data() + i * width);
        values = std::move(kept);
    });
}

/// Writes particle `from` over particle `to`.
void overwrite(Particles& particles, std::vector<Vector3>& coordinates, std::size_t from, std::size_t to,
               std::size_t d) {
    if (from == to) return;
    for_each_array(particles, coordinates, d, [&](auto& values, std::size_t width) {
        std::copy_n(values.data() + from * width, width, values.data() + to * width);
    });
}

Traveller pack(const Particles& particles, const Vector3& coordinates, std::size_t i, std::size_t d) {
    Traveller traveller{particles.id[i],    particles.mass[i],   {}, {}, coordinates,
                        particles.image[i], particles.species[i]};
    std::copy_n(particles.position.data() + i * d, d, traveller.position.data());
    std::copy_n(particles.momentum.data() + i * d, d, traveller.momentum.data());
    return traveller;
}

void append(const Traveller& traveller, Particles& particles, std::ptrdiff_t d) {
    const auto add = [d](std::vector<double>& to, const Vector3& row) {
        to.insert(to.end(), row.begin(), row.begin() + d);
    };
    particles.id.push_back(traveller.id);
    particles.mass.push_back(traveller.mass);
    particles.species.push_back(traveller.species);
    particles.image.push_back(traveller.image);
    add(particles.position, traveller.position);
    add(particles.momentum, traveller.momentum);
}

}  // namespace

std::size_t first_unplaceable(const Box& box, const Particles& particles) {
    constexpr double farthest = 1e8;  // boxes; images are counted in 32 bits
    const auto d = static_cast<std::size_t>(box.dimension);
    const BoxCoordinates coordinates(box);
    for (std::size_t i = 0; i < particles.id.size(); ++i) {
        const auto s = coordinates(std::span(particles.position).subspan(i * d, d));
        for (std::size_t k = 0; k < d; ++k)
            if (!(std::fabs(s[k]) < farthest) && (box.periodic[k] || !std::isfinite(s[k]))) return i;
    }
    return particles.id.size();
}

std::vector<Vector3> wrap(const Box& box, Particles& particles) {
    const auto d = static_cast<std::size_t>(box.dimension);
    const BoxCoordinates fractional(box);
    std::vector<Vector3> coordinates(particles.id.size());
    for (std::size_t i = 0; i < coordinates.size(); ++i) {
        const auto position = std::span(particles.position).subspan(i * d, d);
        coordinates[i] = fractional(position);
        // A hair below 0 is moved to the upper face, which is outside: the second pass brings it to 0, so
        // that wrapping a wrapped particle changes nothing.
        for (int pass = 0; pass < 2 && !inside(box, coordinates[i]); ++pass) {
            const auto moved = wrap(box, position);
            for (std::size_t k = 0; k < d; ++k) particles.image[i][k] += moved[k];
            coordinates[i] = fractional(position);
        }
    }
    return coordinates;
}

void send_to_owners(const parallel::Communicator& comm, const RecursiveBisection& cuts, Particles& particles,
                    std::vector<Vector3>& coordinates) {
    if (comm.size() == 1) return;
    const auto d = static_cast<std::size_t>(cuts.dimension());
    std::vector<std::vector<Traveller>> leaving(static_cast<std::size_t>(comm.size()));
    std::size_t staying = coordinates.size();
    for (std::size_t i = 0; i < staying;) {
        const int owner = cuts.owner(coordinates[i]);
        if (owner == comm.rank()) {
            ++i;
            continue;
        }
        leaving[static_cast<std::size_t>(owner)].push_back(pack(particles, coordinates[i], i, d));
        --staying;
        overwrite(particles, coordinates, staying, i, d);
    }
    for_each_array(particles, coordinates, d,
                   [&](auto& values, std::size_t width) { values.resize(staying * width); });
    for (const auto& traveller : parallel::redistribute(comm, std::move(leaving))) {
        append(traveller, particles, cuts.dimension());
        coordinates.push_back(traveller.coordinates);
    }
}

std::vector<std::int64_t> sort_particles(const CellGrid& grid, Particles& particles,
                                         std::vector<Vector3>& coordinates) {
    std::vector<std::int64_t> cells(coordinates.size());
    std::transform(coordinates.begin(), coordinates.end(), cells.begin(),
                   [&](const Vector3& s) { return grid.cell(s); });
    auto order = order_by_cell(cells);
    for (std::size_t begin = 0, end = 0; begin < cells.size(); begin = end) {
        while (end < cells.size() && order.cells[end] == order.cells[begin]) ++end;
        std::sort(order.from.data() + begin, order.from.data() + end,
                  [&](std::size_t a, std::size_t b) { return particles.id[a] < particles.id[b]; });
    }
    reorder(particles, coordinates, order.from);
    return std::move(order.cells);
}

}  // namespace rfhgn::graph
