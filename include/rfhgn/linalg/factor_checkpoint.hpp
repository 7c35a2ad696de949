#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "rfhgn/linalg/r_factor.hpp"
#include "rfhgn/parallel/block_range.hpp"

namespace rfhgn::linalg {

/// R factors of nodes of the binary tree over leaves, by level and index: node (l, i) holds the leaves
/// [i 2^l, (i + 1) 2^l). They do not depend on the ranks.
using RFactorNodes = std::map<std::pair<int, int>, RFactorPair>;

/// Keeps the R factors of finished leaves while a factorisation goes on, so that another run of the program,
/// on any number of ranks, need not begin anew; its result has the same bits.
class FactorCheckpoint {
  public:
    virtual ~FactorCheckpoint() = default;
    /// Nodes that earlier runs kept of the same problem and that hold at least one of the leaves `owned`;
    /// some may hold others. `fingerprint` stands for the problem's rows. *Collective.*
    virtual RFactorNodes restore(std::uint64_t fingerprint, int columns, parallel::Range owned) = 0;
    /// After each leaf, with all nodes that this rank holds: keeps them now and then. Local; an Error that it
    /// throws stops all ranks after the leaves that they are at.
    virtual void leaf_done(const RFactorNodes& held) = 0;
    /// Between the blocks of a leaf, with the nodes of those that are done: an interruption point. Local; an
    /// Error stops all ranks likewise.
    virtual void between_blocks(const RFactorNodes& /*held*/) {}
    /// After the last leaf of this rank. Local.
    virtual void leaves_done(const RFactorNodes& held) = 0;
};

}  // namespace rfhgn::linalg
