#include "centres.hpp"

namespace rfhgn::model::many_body {

void Centres::sort(const potential::Atoms& atoms, const potential::Neighbours& neighbours) {
    const LocalIndex owned = atoms.owned;
    const auto count = static_cast<std::size_t>(owned);
    const auto each_end = [&](const auto& use) {
        for (const auto& [first, second] : neighbours.edges) {
            if (first < owned) use(static_cast<std::size_t>(first), second);
            if (second < owned) use(static_cast<std::size_t>(second), first);
        }
    };
    begin_.assign(count + 2, 0);
    at_cut_.assign(count, 0);
    // Numbers of neighbours are kept two places ahead: filling in moves the begins to where they belong.
    each_end([&](std::size_t centre, LocalIndex neighbour) {
        ++begin_[centre + 2];
        if (neighbour >= owned) at_cut_[centre] = 1;
    });
    for (std::size_t i = 2; i < begin_.size(); ++i) begin_[i] += begin_[i - 1];
    neighbour_.resize(begin_.back());
    each_end([&](std::size_t centre, LocalIndex neighbour) { neighbour_[begin_[centre + 1]++] = neighbour; });
    interior_.clear();
    boundary_.clear();
    for (LocalIndex i = 0; i < owned; ++i)
        (at_cut_[static_cast<std::size_t>(i)] ? boundary_ : interior_).push_back(i);
}

}  // namespace rfhgn::model::many_body
