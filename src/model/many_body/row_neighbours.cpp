#include "row_neighbours.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace rfhgn::model::many_body {

void RowNeighbours::set(std::span<const LocalIndex> neighbours,
                        std::span<const std::array<double, 3>> vectors, std::span<const int> place,
                        int species) {
    images_.clear();
    for (std::size_t e = 0; e < neighbours.size(); ++e) {
        if (place[static_cast<std::size_t>(neighbours[e])] != species) continue;
        const auto& v = vectors[e];
        const double squared = v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
        if (squared < cutoff_ * cutoff_) images_.push_back({neighbours[e], std::sqrt(squared), v});
    }
    // Sums are then the same whatever the order of the list.
    std::ranges::sort(images_, [](const Image& a, const Image& b) {
        return std::tie(a.atom, a.vector) < std::tie(b.atom, b.vector);
    });
    slots_.clear();
    for (std::size_t i = 0; i < images_.size(); ++i) {
        if (slots_.empty() || slots_.back().atom != images_[i].atom)
            slots_.push_back({images_[i].atom, i, 0});
        ++slots_.back().images;
    }
    std::ranges::stable_sort(slots_, std::greater<>(), &Slot::images);
    lanes.clear();
    rounds_.assign(1, 0);
    for (std::size_t round = 0; !slots_.empty() && round < slots_.front().images; ++round) {
        lanes.reserve(lanes.size() + slots_.size() + lane_count);
        for (const auto& slot : slots_) {
            if (slot.images <= round) break;
            const auto& image = images_[slot.first + round];
            lanes.append(slot.atom, image.vector[0], image.vector[1], image.vector[2], image.r);
        }
        lanes.fill_up();
        rounds_.push_back(lanes.size());
    }
}

}  // namespace rfhgn::model::many_body
