#pragma once

#include <vector>

#include "rfhgn/linalg/triangle_keeper.hpp"

#include "triangle_tree.hpp"

namespace rfhgn::linalg {

/// Puts what a keeper has of this problem into the tree. Returns which owned leaves are done, one entry each.
/// Ranks that see different files begin anew together. *Collective.*
std::vector<char> take_up(const parallel::Communicator& comm, const RowSource& source, TriangleKeeper& keeper,
                          TriangleTree& tree);

}  // namespace rfhgn::linalg
