#pragma once
/// Pairs of species for whole batches of edges, at the cost of one look into a small table each.

#include <span>
#include <vector>

#include "rfhgn/model/species.hpp"
#include "rfhgn/potential/atoms.hpp"

namespace rfhgn::model {

class PairLookup {
  public:
    explicit PairLookup(SpeciesPairs species) : species_(std::move(species)) {
        const auto& known = species_.known();
        if (species_.single() || known.front() < 0 || known.back() >= largest_table) return;
        stride_ = static_cast<std::size_t>(known.back()) + 1;
        table_.assign(stride_ * stride_, 0);
        for (const int a : known)
            for (const int b : known)
                table_[static_cast<std::size_t>(a) * stride_ + static_cast<std::size_t>(b)] =
                    species_.pair(a, b);
    }

    /// pair[e] of edges first_edge .. first_edge + pair.size(), whose ends are of known species.
    void find(const potential::Atoms& atoms, const potential::Neighbours& neighbours, LocalIndex first_edge,
              std::span<int> pair) const {
        const potential::Edge* const edges = neighbours.edges.data() + first_edge;
        const int* const species = atoms.species.data();
        if (table_.empty()) {
            for (std::size_t e = 0; e < pair.size(); ++e)
                pair[e] = species_.pair(species[edges[e].first], species[edges[e].second]);
            return;
        }
        for (std::size_t e = 0; e < pair.size(); ++e)
            pair[e] = table_[static_cast<std::size_t>(species[edges[e].first]) * stride_ +
                             static_cast<std::size_t>(species[edges[e].second])];
    }
    [[nodiscard]] bool single() const noexcept { return species_.single(); }

  private:
    static constexpr int largest_table = 64;
    SpeciesPairs species_;
    std::size_t stride_ = 0;
    std::vector<int> table_;  // [stride, stride]; empty: species are too many or negative for a table
};

}  // namespace rfhgn::model
