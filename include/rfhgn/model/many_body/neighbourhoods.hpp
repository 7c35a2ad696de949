#pragma once
/// Neighbours by centre, as rows and samples are made from them: any number of images of an atom may be
/// neighbours, of itself too.

#include <array>
#include <span>
#include <vector>

#include "rfhgn/base/types.hpp"
#include "rfhgn/potential/atoms.hpp"

namespace rfhgn::model::many_body {

/// A pair of atoms, or of an atom and an image of another or of itself.
struct PairVector {
    LocalIndex first = 0;
    LocalIndex second = 0;
    std::array<double, 3> vector{};  ///< from the first to the second, or to the second's image
};

/// Neighbours of atom i are entries begin[i] .. begin[i + 1].
struct Neighbourhoods {
    std::vector<std::size_t> begin{0};            ///< [atoms + 1]
    std::vector<LocalIndex> neighbour{};          ///< the atom that it is, or is an image of
    std::vector<std::array<double, 3>> vector{};  ///< from the centre to it

    [[nodiscard]] std::size_t atoms() const noexcept { return begin.size() - 1; }
};

/// Every pair of images once, in either direction.
[[nodiscard]] Neighbourhoods neighbourhoods(std::size_t atoms, std::span<const PairVector> pairs);

/// Of owned atoms whose ghosts are images of owned atoms, which are found by their ids: a system of one
/// process. Throws InputError unless the list is full and every ghost's atom is owned.
[[nodiscard]] Neighbourhoods neighbourhoods(const potential::Atoms& atoms,
                                            const potential::Neighbours& neighbours);

}  // namespace rfhgn::model::many_body
