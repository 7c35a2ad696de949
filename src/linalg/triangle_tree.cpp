#include "triangle_tree.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::linalg {

namespace {

using Header = std::array<GlobalIndex, 2>;  // rows of the two roles

std::vector<double> packed_room(int columns) {
    const auto size = static_cast<std::size_t>(columns) + 1;
    return std::vector<double>(size * (size + 1) / 2);
}

void send(const parallel::Communicator& comm, const TrianglePair& pair, int to) {
    const Header rows{pair.training.rows, pair.held_out.rows};
    parallel::send(comm, std::span<const GlobalIndex>(rows), to, parallel::Tag::triangle);
    for (const Triangle* triangle : {&pair.training, &pair.held_out}) {
        if (triangle->rows == 0) continue;
        const auto values = packed(*triangle);
        parallel::send(comm, std::span<const double>(values), to, parallel::Tag::triangle);
    }
}

TrianglePair receive(const parallel::Communicator& comm, int columns, int from) {
    Header rows{};
    parallel::receive(comm, std::span<GlobalIndex>(rows), from, parallel::Tag::triangle);
    const auto next = [&](GlobalIndex count) {
        if (count == 0) return Triangle(columns);
        auto values = packed_room(columns);
        parallel::receive(comm, std::span<double>(values), from, parallel::Tag::triangle);
        return unpacked(columns, count, values);
    };
    TrianglePair pair;
    pair.training = next(rows[0]);
    pair.held_out = next(rows[1]);
    return pair;
}

// The root's pair on every rank.
void share(const parallel::Communicator& comm, TrianglePair& pair, int columns, int root) {
    const bool mine = comm.rank() == root;
    Header rows{pair.training.rows, pair.held_out.rows};
    parallel::broadcast(comm, std::span<GlobalIndex>(rows), root);
    const auto share_one = [&](Triangle& triangle, GlobalIndex count) {
        if (count > 0) {
            auto values = mine ? packed(triangle) : packed_room(columns);
            parallel::broadcast(comm, std::span<double>(values), root);
            if (!mine) triangle = unpacked(columns, count, values);
        } else if (!mine) {
            triangle = Triangle(columns);
        }
    };
    share_one(pair.training, rows[0]);
    share_one(pair.held_out, rows[1]);
}

}  // namespace

TriangleTree::TriangleTree(const parallel::Communicator& comm, int leaves, parallel::Range owned)
    : comm_(comm), leaves_(leaves), owned_end_(parallel::all_gather(comm, owned.end)) {
    const auto begins = parallel::all_gather(comm, owned.begin);
    RFHGN_ASSERT(begins.front() == 0 && owned_end_.back() == leaves_);
    for (std::size_t rank = 1; rank < begins.size(); ++rank)
        RFHGN_ASSERT(begins[rank] == owned_end_[rank - 1]);
    while ((GlobalIndex{1} << depth_) < leaves_) ++depth_;
}

int TriangleTree::owner(const Node& node) const {
    // The first rank that ends behind the leaf: ranks without leaves are passed over.
    const auto rank = std::upper_bound(owned_end_.begin(), owned_end_.end(), first_leaf(node));
    return static_cast<int>(rank - owned_end_.begin());
}

void TriangleTree::add(int leaf, TrianglePair triangles) {
    place({0, leaf}, std::move(triangles));
}

void TriangleTree::add(Node node, TrianglePair triangles) {
    place(node, std::move(triangles));
}

parallel::Range TriangleTree::leaves_of(const Node& node) const {
    if (node.first < 0 || node.first > depth_ || node.second < 0) return {};
    const auto begin = std::min(first_leaf(node), leaves_);
    return {begin, std::min(begin + (GlobalIndex{1} << node.first), leaves_)};
}

void TriangleTree::place(Node node, TrianglePair triangles) {
    while (node.first < depth_) {
        const Node sibling{node.first, node.second ^ 1};
        if (const auto found = held_.find(sibling); found != held_.end()) {
            const bool left = node.second < sibling.second;
            triangles = left ? merge(triangles, found->second) : merge(found->second, triangles);
            held_.erase(found);
        } else if (first_leaf(sibling) < leaves_) {
            break;
        }
        node = {node.first + 1, node.second / 2};
    }
    held_.insert_or_assign(node, std::move(triangles));
}

void TriangleTree::exchange_level(int level, int columns) {
    // Messages go to lower ranks only and each rank sends before it receives: no cycle. A rank has at most
    // one node whose left sibling is elsewhere (its first) and one whose right sibling is elsewhere (its
    // last).
    std::vector<Node> here;
    for (const auto& [node, triangles] : held_) {
        if (node.first == level) here.push_back(node);
    }
    for (const Node& node : here) {
        if (node.second % 2 == 0) continue;
        send(comm_, held_.at(node), owner({level, node.second - 1}));
        held_.erase(node);
    }
    for (const Node& node : here) {
        if (node.second % 2 == 1) continue;
        TrianglePair left = std::move(held_.at(node));
        held_.erase(node);
        const auto right = receive(comm_, columns, owner({level, node.second + 1}));
        place({level + 1, node.second / 2}, merge(left, right));
    }
}

TrianglePair TriangleTree::reduce(int columns) {
    for (int level = 0; level < depth_; ++level) exchange_level(level, columns);
    const Node root{depth_, 0};
    const int rank = owner(root);
    TrianglePair result;
    if (comm_.rank() == rank) result = std::move(held_.at(root));
    if (comm_.size() > 1) share(comm_, result, columns, rank);
    return result;
}

}  // namespace rfhgn::linalg
