#pragma once
/// Views of particles and their neighbours, as force fields and models see them: plain spans, so that any
/// host program can lend its own arrays.

#include <span>
#include <string>

#include "rfhgn/base/types.hpp"

namespace rfhgn::potential {

struct Edge {
    LocalIndex first;
    LocalIndex second;
};

/// Particles of one process: those that it owns come first, ghosts follow (particles of other processes, or
/// periodic images). Arrays of vectors are row-major.
struct Atoms {
    int dimension = 3;
    LocalIndex owned = 0;
    LocalIndex ghosts = 0;
    std::span<const double> mass{};           ///< [owned + ghosts]
    std::span<const int> species{};           ///< [owned + ghosts]
    std::span<const GlobalIndex> id{};        ///< [owned + ghosts], of the whole system
    std::span<const double> position{};       ///< [owned + ghosts, d]
    std::span<const double> momentum{};       ///< [owned + ghosts, d]; empty where nobody asks for it
    LocalIndex systems = 1;                   ///< independent systems that these particles belong to
    std::span<const LocalIndex> system_of{};  ///< [owned + ghosts]; empty: all to one

    [[nodiscard]] LocalIndex size() const noexcept { return owned + ghosts; }
    /// Numbers in an array of vectors of owned particles.
    [[nodiscard]] std::size_t owned_size() const noexcept {
        return static_cast<std::size_t>(owned) * static_cast<std::size_t>(dimension);
    }
    [[nodiscard]] LocalIndex system(LocalIndex particle) const {
        return system_of.empty() ? 0 : system_of[static_cast<std::size_t>(particle)];
    }
};

/// Pairs of neighbours. In a half list a pair is held by one process only, and what it does to a ghost is for
/// the ghost's owner; in a full list both processes hold it, each for its own particle.
struct Neighbours {
    std::span<const Edge> edges{};  ///< sorted by the first end within the interior and the rest
    LocalIndex interior = 0;        ///< the first edges, which join owned particles
    LocalIndex whole = 0;           ///< the first edges, whose energy counts whole here; of the rest half
    bool full = true;               ///< a full list
    std::span<const GlobalIndex>
        edge_id{};  ///< [edges], an order that does not depend on processes; or empty
    std::span<const std::string> attribute_names{};
    std::span<const double> attributes{};  ///< [edges, names]

    [[nodiscard]] LocalIndex size() const noexcept { return static_cast<LocalIndex>(edges.size()); }
    [[nodiscard]] std::size_t columns() const noexcept { return attribute_names.size(); }
    [[nodiscard]] std::span<const double> row(std::size_t edge) const {
        return attributes.subspan(edge * columns(), columns());
    }
};

}  // namespace rfhgn::potential
