#include "ghost_images.hpp"

#include <algorithm>
#include <cmath>

#include "rfhgn/parallel/collectives.hpp"

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

}  // namespace

std::vector<GhostImage> gather_ghosts(const parallel::Communicator& comm, const Box& box,
                                      const SpatialCuts& cuts, const Vector3& margin,
                                      const Particles& particles, std::span<const Vector3> coordinates) {
    const auto d = static_cast<std::size_t>(box.dimension);
    std::vector<std::vector<GhostImage>> outgoing(static_cast<std::size_t>(comm.size()));
    const Region here = bounding_region(coordinates);
    for (int rank = 0; rank < comm.size() && !coordinates.empty(); ++rank) {
        const Region brick = widened(cuts.region(rank), margin);
        auto& ghosts = outgoing[static_cast<std::size_t>(rank)];
        for (const auto& image : meeting_images(box, here, brick)) {
            if (rank == comm.rank() && image == Image{}) continue;
            const Region wanted = before_moving(brick, image);
            for (std::size_t i = 0; i < coordinates.size(); ++i) {
                if (!contains(wanted, coordinates[i])) continue;
                GhostImage ghost{
                    particles.id[i], particles.mass[i],    {},
                    image,           particles.species[i], {comm.rank(), static_cast<LocalIndex>(i)}};
                std::copy_n(particles.position.data() + i * d, d, ghost.position.data());
                ghosts.push_back(ghost);
            }
        }
    }
    return flatten(parallel::all_to_all(comm, outgoing));
}

}  // namespace rfhgn::graph
