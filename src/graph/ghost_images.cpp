#include "ghost_images.hpp"

#include <algorithm>
#include <cmath>

#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/redistribute.hpp"

#include "box_coordinates.hpp"
#include "cell_order.hpp"
#include "node_directory.hpp"

namespace rfhgn::graph {

namespace {

bool contains(const Region& region, const Vector3& s) {
    bool inside = true;
    for (std::size_t k = 0; k < 3; ++k) inside = inside && s[k] >= region.low[k] && s[k] <= region.high[k];
    return inside;
}

/// Images low .. high, by component, that could bring a point of `from` into `to`.
struct ImageRange {
    Image low{};
    Image high{};

    [[nodiscard]] bool empty() const noexcept {
        return low[0] > high[0] || low[1] > high[1] || low[2] > high[2];
    }
};

ImageRange meeting_images(const Box& box, const Region& from, const Region& to) {
    ImageRange images;
    for (std::size_t k = 0; k < 3; ++k) {
        if (!box.periodic[k]) {
            if (to.low[k] > from.high[k] || to.high[k] < from.low[k]) images.low[k] = 1;
            continue;
        }
        images.low[k] = static_cast<int>(std::ceil(to.low[k] - from.high[k]));
        images.high[k] = static_cast<int>(std::floor(to.high[k] - from.low[k]));
    }
    return images;
}

/// Points within `margin` of a face of the region around them all: subdomains and their images do not
/// overlap, so that no others can be ghosts of any.
std::vector<std::size_t> near_faces(const Region& here, const Vector3& margin,
                                    std::span<const Vector3> coordinates) {
    const Region inside = widened(here, {-margin[0], -margin[1], -margin[2]});
    std::vector<std::size_t> near;
    for (std::size_t i = 0; i < coordinates.size(); ++i)
        if (!contains(inside, coordinates[i])) near.push_back(i);
    return near;
}

struct Subdomain {
    int rank;
    const Region& region;
};

/// Whether the image of `first` lies above `second`: of two subdomains that are not the same one in place
/// exactly one lies above the other. By comparisons alone, so that rounding cannot have both ranks find the
/// same: lower corners are from 0 to 1 along vectors that have images. Of subdomains with equal corners all
/// but one are empty.
bool above(const Subdomain& first, const Image& image, const Subdomain& second) {
    for (std::size_t k = 0; k < 3; ++k) {
        if (image[k] != 0) return image[k] > 0;
        const double difference = first.region.low[k] - second.region.low[k];
        if (difference > 0 || difference < 0) return difference > 0;
    }
    return first.rank > second.rank;
}

/// Calls visit(i, image) for each of these points and `wanted` images that lies in `subdomain`, by image,
/// then in the order of the points. Vector by vector, since of few points the images along one vector are
/// within reach.
template <class Wanted, class Visit>
void visit_images_inside(const Region& subdomain, const ImageRange& images,
                         std::span<const std::size_t> points, std::span<const Vector3> coordinates,
                         Wanted&& wanted, Visit&& visit) {
    std::array<std::vector<std::size_t>, 3> left;
    const auto keep = [&](std::span<const std::size_t> from, std::size_t k, int image) {
        left[k].clear();
        const double low = subdomain.low[k] - image;
        const double high = subdomain.high[k] - image;
        for (const std::size_t i : from)
            if (coordinates[i][k] >= low && coordinates[i][k] <= high) left[k].push_back(i);
    };
    for (int x = images.low[0]; x <= images.high[0]; ++x) {
        keep(points, 0, x);
        for (int y = images.low[1]; y <= images.high[1]; ++y) {
            keep(left[0], 1, y);
            for (int z = images.low[2]; z <= images.high[2]; ++z) {
                if (!wanted(Image{x, y, z})) continue;
                keep(left[1], 2, z);
                for (const std::size_t i : left[2]) visit(i, Image{x, y, z});
            }
        }
    }
}

}  // namespace

std::vector<std::int64_t> sort_ghosts(const CellGrid& grid, const Box& box, std::vector<GhostImage>& ghosts) {
    const BoxCoordinates fractional(box);
    return sort_by_cell(grid, ghosts, [&](const GhostImage& ghost) {
        auto s = fractional(std::span(ghost.position).first(static_cast<std::size_t>(box.dimension)));
        for (std::size_t k = 0; k < 3; ++k) s[k] += ghost.image[k];
        return s;
    });
}

std::vector<GhostImage> gather_ghosts(const parallel::Communicator& comm, const Box& box,
                                      const RecursiveBisection& cuts, ListStyle list_style,
                                      const Vector3& margin, const Particles& particles,
                                      std::span<const Vector3> coordinates) {
    const auto d = static_cast<std::size_t>(box.dimension);
    const Subdomain mine{comm.rank(), cuts.region(comm.rank())};
    std::vector<std::vector<GhostImage>> outgoing(static_cast<std::size_t>(comm.size()));
    std::vector<GhostImage> own;  // images of own particles
    const Region here = bounding_region(coordinates);
    const auto near = near_faces(here, margin, coordinates);
    for (int rank = 0; rank < comm.size() && !coordinates.empty(); ++rank) {
        const Subdomain theirs{rank, cuts.region(rank)};
        const Region subdomain = widened(theirs.region, margin);
        auto& ghosts = rank == comm.rank() ? own : outgoing[static_cast<std::size_t>(rank)];
        const auto images = meeting_images(box, here, subdomain);
        if (images.empty()) continue;  // as of nearly all of many ranks
        const auto wanted = [&](const Image& image) {
            if (rank == comm.rank() && image == Image{}) return false;
            return list_style == ListStyle::full || above(mine, image, theirs);
        };
        visit_images_inside(
            subdomain, images, near, coordinates, wanted, [&](std::size_t i, const Image& image) {
                GhostImage ghost{
                    particles.id[i], particles.mass[i],    {},
                    image,           particles.species[i], {comm.rank(), static_cast<LocalIndex>(i)}};
                std::copy_n(particles.position.data() + i * d, d, ghost.position.data());
                ghosts.push_back(ghost);
            });
    }
    outgoing[static_cast<std::size_t>(comm.rank())] = std::move(own);
    return parallel::redistribute(comm, std::move(outgoing));
}

}  // namespace rfhgn::graph
