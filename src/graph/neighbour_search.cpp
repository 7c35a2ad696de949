#include "rfhgn/graph/neighbour_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "rfhgn/base/error.hpp"

#include "cell_grid.hpp"
#include "cell_order.hpp"

namespace rfhgn::graph {

namespace {

/// A point in the box, or an image of one: where it is and how it came there.
struct Site {
    Vector3 position;
    Vector3 coordinates;
    LocalIndex index;
    Image moved;  // from the point that was given to here
};

/// Images that are not mirrored by another one: of m and −m, the one whose first number is positive.
bool leads(const Image& image) {
    const auto first = std::find_if(image.begin(), image.end(), [](int m) { return m != 0; });
    return first != image.end() && *first > 0;
}

Image plus(const Image& a, const Image& b, int sign) {
    return {a[0] + sign * b[0], a[1] + sign * b[1], a[2] + sign * b[2]};
}

std::vector<Site> wrapped_sites(const Box& box, std::span<const double> positions) {
    const auto d = static_cast<std::size_t>(box.dimension);
    std::vector<Site> sites(positions.size() / d);
    for (std::size_t i = 0; i < sites.size(); ++i) {
        auto& site = sites[i];
        site.index = static_cast<LocalIndex>(i);
        const auto own = std::span(site.position).first(d);
        std::copy_n(positions.data() + i * d, d, own.data());
        site.moved = plus({}, wrap(box, own), -1);
        site.coordinates = fractional(box, own);
    }
    return sites;
}

/// The images, of a point at s along vector k, that lie within the region widened by `reach`.
struct ImageRange {
    int low = 0;
    int high = 0;
};
ImageRange images_along(const Box& box, const Region& region, const Vector3& reach, double s, std::size_t k) {
    if (!box.periodic[k]) return {};
    return {static_cast<int>(std::ceil(region.low[k] - reach[k] - s)),
            static_cast<int>(std::floor(region.high[k] + reach[k] - s))};
}

/// Leading images near the region of the sites.
std::vector<Site> image_sites(const Box& box, const std::vector<Site>& sites, const Region& region,
                              const Vector3& reach) {
    double most = static_cast<double>(sites.size());
    for (std::size_t k = 0; k < 3; ++k)
        if (box.periodic[k]) most *= region.high[k] - region.low[k] + 2 * reach[k] + 1;
    require(most < std::numeric_limits<LocalIndex>::max(),
            Advice{"choose a smaller cutoff or look at the cell vectors of the box"},
            "a cutoff that spans the box {:.3g} times reaches more images of {} points than 32-bit indices "
            "number",
            *std::max_element(reach.begin(), reach.end()), sites.size());
    std::vector<Site> images;
    for (const auto& site : sites) {
        std::array<ImageRange, 3> range{};
        for (std::size_t k = 0; k < 3; ++k)
            range[k] = images_along(box, region, reach, site.coordinates[k], k);
        for (int x = std::max(range[0].low, 0); x <= range[0].high; ++x)
            for (int y = range[1].low; y <= range[1].high; ++y)
                for (int z = range[2].low; z <= range[2].high; ++z) {
                    const Image image{x, y, z};
                    if (!leads(image)) continue;
                    Site moved = site;
                    const auto shift = displacement(box, image);
                    for (std::size_t k = 0; k < 3; ++k) {
                        moved.position[k] += shift[k];
                        moved.coordinates[k] += image[k];
                    }
                    moved.moved = plus(site.moved, image, 1);
                    images.push_back(moved);
                }
    }
    return images;
}

class PairCollector {
  public:
    explicit PairCollector(double cutoff) : squared_cutoff_(cutoff * cutoff) {}

    void add(const Site& a, const Site& b) {
        double squared = 0;
        for (std::size_t k = 0; k < 3; ++k)
            squared += (b.position[k] - a.position[k]) * (b.position[k] - a.position[k]);
        if (squared >= squared_cutoff_) return;
        if (a.index <= b.index)
            pairs_.push_back({a.index, b.index, plus(b.moved, a.moved, -1)});
        else
            pairs_.push_back({b.index, a.index, plus(a.moved, b.moved, -1)});
    }
    std::vector<Neighbours> sorted() && {
        std::sort(pairs_.begin(), pairs_.end());
        return std::move(pairs_);
    }

  private:
    double squared_cutoff_;
    std::vector<Neighbours> pairs_;
};

void check_input(const Box& box, std::span<const double> positions, double cutoff) {
    check(box);
    require(std::isfinite(cutoff) && cutoff > 0, Advice{"give a positive cutoff"}, "the cutoff is {}",
            cutoff);
    const auto bad =
        std::find_if(positions.begin(), positions.end(), [](double x) { return !std::isfinite(x); });
    require(bad == positions.end(), Advice{"look at the positions of the input"},
            "the position of particle {} is not finite",
            (bad - positions.begin()) / static_cast<std::ptrdiff_t>(box.dimension));
}

}  // namespace

std::vector<Neighbours> find_neighbours(const Box& box, std::span<const double> positions, double cutoff) {
    check_input(box, positions, cutoff);
    auto sites = wrapped_sites(box, positions);
    std::vector<Vector3> coordinates;
    coordinates.reserve(sites.size());
    for (const auto& site : sites) coordinates.push_back(site.coordinates);
    const Region region = bounding_region(coordinates);
    const auto width = widths(box);
    Vector3 reach{};
    for (std::size_t k = 0; k < static_cast<std::size_t>(box.dimension); ++k)
        reach[k] = cutoff * (1 + 1e-9) / width[k];
    auto images = image_sites(box, sites, region, reach);

    const CellGrid grid(box, region, cutoff);
    const auto of_site = [](const Site& site) { return site.coordinates; };
    const auto cells = sort_by_cell(grid, sites, of_site);
    const auto image_cells = sort_by_cell(grid, images, of_site);
    PairCollector pairs(cutoff);
    visit_cells(grid, cells, cells, grid.runs().size() / 2, [&](auto begin, auto end, auto windows) {
        for (auto i = begin; i < end; ++i)
            for (const auto& window : windows)
                for (auto j = std::max(window.begin, i + 1); j < window.end; ++j)
                    pairs.add(sites[i], sites[j]);
    });
    visit_cells(grid, cells, image_cells, 0, [&](auto begin, auto end, auto windows) {
        for (auto i = begin; i < end; ++i)
            for (const auto& window : windows)
                for (auto j = window.begin; j < window.end; ++j) pairs.add(sites[i], images[j]);
    });
    return std::move(pairs).sorted();
}

std::vector<double> edge_shifts(const Box& box, std::span<const Neighbours> pairs) {
    std::vector<double> shifts;
    if (std::all_of(pairs.begin(), pairs.end(), [](const auto& pair) { return pair.image == Image{}; }))
        return shifts;
    for (const auto& pair : pairs) {
        const auto shift = displacement(box, pair.image);
        shifts.insert(shifts.end(), shift.begin(), shift.begin() + box.dimension);
    }
    return shifts;
}

}  // namespace rfhgn::graph
