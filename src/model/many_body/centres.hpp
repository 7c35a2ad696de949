#pragma once
/// Neighbours by centre, from the edges of a full list.

#include <cstddef>
#include <span>
#include <vector>

#include "rfhgn/potential/atoms.hpp"

namespace rfhgn::model::many_body {

/// Keeps its memory from one evaluation to the next, and nothing else.
class Centres {
  public:
    void sort(const potential::Atoms& atoms, const potential::Neighbours& neighbours);

    [[nodiscard]] std::span<const LocalIndex> neighbours(LocalIndex centre) const {
        const auto i = static_cast<std::size_t>(centre);
        return std::span(neighbour_).subspan(begin_[i], begin_[i + 1] - begin_[i]);
    }
    /// Owned atoms without a ghost among their neighbours, and the others.
    [[nodiscard]] std::span<const LocalIndex> interior() const noexcept { return interior_; }
    [[nodiscard]] std::span<const LocalIndex> boundary() const noexcept { return boundary_; }

  private:
    std::vector<std::size_t> begin_;
    std::vector<LocalIndex> neighbour_;
    std::vector<LocalIndex> interior_;
    std::vector<LocalIndex> boundary_;
    std::vector<char> at_cut_;
};

}  // namespace rfhgn::model::many_body
