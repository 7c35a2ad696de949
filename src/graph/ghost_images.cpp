#include "ghost_images.hpp"

#include <algorithm>
#include <cmath>

#include "rfhgn/parallel/collectives.hpp"

#include "box_coordinates.hpp"
#include "node_directory.hpp"

namespace rfhgn::graph {

namespace {

bool contains(const Region& region, const Vector3& s) {
    bool inside = true;
    for (std::size_t k = 0; k < 3; ++k) inside = inside & (s[k] >= region.low[k]) & (s[k] <= region.high[k]);
    return inside;
}

/// Where particles are whose image is in the region.
Region before_moving(Region region, const Image& image) {
    for (std::size_t k = 0; k < 3; ++k) {
        region.low[k] -= image[k];
        region.high[k] -= image[k];
    }
    return region;
}

/// Images that could bring a point of `from` into `to`.
std::vector<Image> meeting_images(const Box& box, const Region& from, const Region& to) {
    Image low{};
    Image high{};
    for (std::size_t k = 0; k < 3; ++k) {
        if (!box.periodic[k]) continue;
        low[k] = static_cast<int>(std::ceil(to.low[k] - from.high[k]));
        high[k] = static_cast<int>(std::floor(to.high[k] - from.low[k]));
    }
    std::vector<Image> images;
    for (int x = low[0]; x <= high[0]; ++x)
        for (int y = low[1]; y <= high[1]; ++y)
            for (int z = low[2]; z <= high[2]; ++z) images.push_back({x, y, z});
    return images;
}

/// Points within `margin` of a face of the region around them all: bricks and their images do not overlap, so
/// that no others can be ghosts of any.
std::vector<std::size_t> near_faces(const Region& here, const Vector3& margin,
                                    std::span<const Vector3> coordinates) {
    const Region inside = widened(here, {-margin[0], -margin[1], -margin[2]});
    std::vector<std::size_t> near;
    for (std::size_t i = 0; i < coordinates.size(); ++i)
        if (!contains(inside, coordinates[i])) near.push_back(i);
    return near;
}

}  // namespace

std::vector<std::int64_t> sort_ghosts(const CellGrid& grid, const Box& box, std::vector<GhostImage>& ghosts) {
    std::vector<std::pair<std::int64_t, std::size_t>> keys(ghosts.size());
    const BoxCoordinates coordinates(box);
    for (std::size_t i = 0; i < keys.size(); ++i) {
        auto s = coordinates(std::span(ghosts[i].position).first(static_cast<std::size_t>(box.dimension)));
        for (std::size_t k = 0; k < 3; ++k) s[k] += ghosts[i].image[k];
        keys[i] = {grid.cell(s), i};
    }
    std::sort(keys.begin(), keys.end());
    std::vector<std::int64_t> cells;
    std::vector<GhostImage> sorted;
    cells.reserve(keys.size());
    sorted.reserve(keys.size());
    for (const auto& [cell, from] : keys) {
        cells.push_back(cell);
        sorted.push_back(ghosts[from]);
    }
    ghosts = std::move(sorted);
    return cells;
}

std::vector<GhostImage> gather_ghosts(const parallel::Communicator& comm, const Box& box,
                                      const SpatialCuts& cuts, const Vector3& margin,
                                      const Particles& particles, std::span<const Vector3> coordinates) {
    const auto d = static_cast<std::size_t>(box.dimension);
    std::vector<std::vector<GhostImage>> outgoing(static_cast<std::size_t>(comm.size()));
    std::vector<GhostImage> own;  // images of own particles need no message
    const Region here = bounding_region(coordinates);
    const auto near = near_faces(here, margin, coordinates);
    for (int rank = 0; rank < comm.size() && !coordinates.empty(); ++rank) {
        const Region brick = widened(cuts.region(rank), margin);
        auto& ghosts = rank == comm.rank() ? own : outgoing[static_cast<std::size_t>(rank)];
        for (const auto& image : meeting_images(box, here, brick)) {
            if (rank == comm.rank() && image == Image{}) continue;
            const Region wanted = before_moving(brick, image);
            for (const std::size_t i : near) {
                if (!contains(wanted, coordinates[i])) continue;
                GhostImage ghost{
                    particles.id[i], particles.mass[i],    {},
                    image,           particles.species[i], {comm.rank(), static_cast<LocalIndex>(i)}};
                std::copy_n(particles.position.data() + i * d, d, ghost.position.data());
                ghosts.push_back(ghost);
            }
        }
    }
    auto incoming = parallel::all_to_all(comm, outgoing);
    incoming[static_cast<std::size_t>(comm.rank())] = std::move(own);
    return flatten(incoming);
}

}  // namespace rfhgn::graph
