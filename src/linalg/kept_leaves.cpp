#include "kept_leaves.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "rfhgn/base/checksum.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "aligned_array.hpp"
#include "householder.hpp"
#include "row_gatherer.hpp"

namespace rfhgn::linalg {

namespace {

// Checksum of the first rows of leaf 0, by the rank that owns it; the layers and the data show in them.
std::uint64_t first_rows(const RowSource& source) {
    if (source.owned_leaves().begin != 0 || source.owned_leaves().size() == 0) return 0;
    for (int block = 0; block < source.blocks(0); ++block) {
        const LocalIndex rows = source.rows(0, block);
        if (rows == 0) continue;
        const LocalIndex leading = padded_rows(rows);
        const auto columns = static_cast<std::size_t>(source.columns()) + 1;
        AlignedArray values(static_cast<std::size_t>(leading) * columns);
        source.produce(0, block, {values.data(), rows, source.columns(), leading});
        std::uint64_t sum = 0;
        for (std::size_t column = 0; column < columns; ++column) {
            const auto at = column * static_cast<std::size_t>(leading);
            sum += checksum(std::as_bytes(std::span(values.data() + at, static_cast<std::size_t>(rows))),
                            8 * at);
        }
        return sum;
    }
    return 0;
}

std::uint64_t fingerprint(const parallel::Communicator& comm, const RowSource& source) {
    const auto mine = parallel::together(comm, [&] { return first_rows(source); });
    const std::array<std::uint64_t, 5> facts{
        parallel::sum(comm, mine), static_cast<std::uint64_t>(source.leaves()),
        static_cast<std::uint64_t>(source.columns()),
        static_cast<std::uint64_t>(parallel::sum(comm, count_rows(source, RowRole::training))),
        static_cast<std::uint64_t>(parallel::sum(comm, count_rows(source, RowRole::held_out)))};
    return checksum(std::as_bytes(std::span(facts)));
}

// Nodes nest or are disjoint: of nested ones, left by runs on other numbers of ranks, the largest counts.
std::vector<std::pair<int, int>> largest_nodes(const RFactorNodes& nodes, const TsqrReduction& tree,
                                               parallel::Range owned, std::vector<char>& done) {
    std::vector<std::pair<int, int>> chosen;
    for (auto node = nodes.rbegin(); node != nodes.rend(); ++node) {
        const auto leaves = tree.leaves_of(node->first);
        const auto begin = std::max(leaves.begin, owned.begin);
        const auto end = std::min(leaves.end, owned.end);
        if (begin >= end || done[static_cast<std::size_t>(begin - owned.begin)] != 0) continue;
        std::fill(done.begin() + (begin - owned.begin), done.begin() + (end - owned.begin), 1);
        chosen.push_back(node->first);
    }
    return chosen;
}

}  // namespace

std::vector<char> take_up(const parallel::Communicator& comm, const RowSource& source,
                          FactorCheckpoint& keeper, TsqrReduction& tree) {
    const auto owned = source.owned_leaves();
    std::vector<char> done(static_cast<std::size_t>(owned.size()), 0);
    auto nodes = keeper.restore(fingerprint(comm, source), source.columns(), owned);
    auto chosen = largest_nodes(nodes, tree, owned, done);
    // A node lives with the owner of its first leaf; the others only skip their leaves.
    std::erase_if(chosen, [&](const auto& node) { return !owned.contains(tree.leaves_of(node).begin); });
    auto leaves = static_cast<GlobalIndex>(std::count(done.begin(), done.end(), 0));
    for (const auto& node : chosen) leaves += tree.leaves_of(node).size();
    if (parallel::sum(comm, leaves) != source.leaves()) {
        std::fill(done.begin(), done.end(), 0);
        return done;
    }
    for (const auto& node : chosen) tree.add(node, std::move(nodes.at(node)));
    return done;
}

}  // namespace rfhgn::linalg
