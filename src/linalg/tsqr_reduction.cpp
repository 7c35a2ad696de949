#include "tsqr_reduction.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::linalg {

TsqrReduction::TsqrReduction(const parallel::Communicator& comm, int leaves, parallel::Range owned,
                             std::shared_ptr<RFactorMerger> memory)
    : comm_(comm),
      leaves_(leaves),
      owned_end_(parallel::all_gather(comm, owned.end)),
      memory_(std::move(memory)),
      courier_(comm) {
    const auto begins = parallel::all_gather(comm, owned.begin);
    RFHGN_ASSERT(begins.front() == 0 && owned_end_.back() == leaves_);
    for (std::size_t rank = 1; rank < begins.size(); ++rank)
        RFHGN_ASSERT(begins[rank] == owned_end_[rank - 1]);
    while ((GlobalIndex{1} << depth_) < leaves_) ++depth_;
}

int TsqrReduction::owner(GlobalIndex leaf) const {
    // The first rank that ends behind the leaf: ranks without leaves are passed over.
    const auto rank = std::upper_bound(owned_end_.begin(), owned_end_.end(), leaf);
    return static_cast<int>(rank - owned_end_.begin());
}

int TsqrReduction::home(RowRole role, const Node& node) const {
    const auto leaves = leaves_of(node);
    return owner(role == RowRole::training ? leaves.begin : leaves.end - 1);
}

void TsqrReduction::add(int leaf, RFactorPair r_factors) {
    place({0, leaf}, std::move(r_factors));
}

void TsqrReduction::add(Node node, RFactorPair r_factors) {
    place(node, std::move(r_factors));
}

parallel::Range TsqrReduction::leaves_of(const Node& node) const {
    if (node.first < 0 || node.first > depth_ || node.second < 0) return {};
    const auto begin = std::min(first_leaf(node), leaves_);
    return {begin, std::min(begin + (GlobalIndex{1} << node.first), leaves_)};
}

void TsqrReduction::place(Node node, RFactorPair r_factors) {
    while (node.first < depth_) {
        const Node sibling{node.first, node.second ^ 1};
        if (const auto found = held_.find(sibling); found != held_.end()) {
            RFactorPair other = std::move(found->second);
            held_.erase(found);
            if (sibling.second < node.second) std::swap(r_factors, other);
            memory_->merge(r_factors.training, std::move(other.training));
            memory_->merge(r_factors.held_out, std::move(other.held_out));
        } else if (first_leaf(sibling) < leaves_) {
            break;
        }
        node = {node.first + 1, node.second / 2};
    }
    held_.insert_or_assign(node, std::move(r_factors));
}

void TsqrReduction::bring_home(Side& held_out, int columns) {
    // Nodes that earlier runs kept came to the owner of their first leaf: at most the last one of a rank
    // ends elsewhere. Its number counts nodes from the root; 0 is none.
    GlobalIndex away = 0;
    for (const auto& [node, r_factor] : held_out)
        if (home(RowRole::held_out, node) != comm_.rank())
            away = (GlobalIndex{1} << (depth_ - node.first)) + node.second;
    const auto node_of = [&](GlobalIndex number) {
        int below_root = 0;
        while (number >> (below_root + 1) != 0) ++below_root;
        return Node{depth_ - below_root, static_cast<int>(number - (GlobalIndex{1} << below_root))};
    };
    const auto all = parallel::all_gather(comm_, away);
    // To higher ranks only, and each rank sends before it receives: no cycle.
    if (away != 0) {
        const auto at = held_out.find(node_of(away));
        courier_.send(at->second, home(RowRole::held_out, at->first));
        memory_->recycle(std::move(at->second));
        held_out.erase(at);
    }
    for (int rank = 0; rank < comm_.rank(); ++rank) {
        const auto number = all[static_cast<std::size_t>(rank)];
        if (number != 0 && home(RowRole::held_out, node_of(number)) == comm_.rank())
            held_out.emplace(node_of(number), courier_.receive(blank(columns), rank));
    }
}

void TsqrReduction::bring_together(int level, RowRole role, Side& side, int columns) {
    // Messages of a role go one way and each rank sends before it receives: no cycle. A rank has at most one
    // node whose left sibling is elsewhere (its first) and one whose right sibling is elsewhere (its last).
    const int stays = role == RowRole::training ? 0 : 1;
    std::vector<Node> apart;
    for (auto at = side.lower_bound({level, 0}); at != side.end() && at->first.first == level; ++at) {
        const Node sibling{level, at->first.second ^ 1};
        if (first_leaf(sibling) < leaves_ && home(role, sibling) != comm_.rank()) apart.push_back(at->first);
    }
    for (const Node& node : apart) {
        if (node.second % 2 == stays) continue;
        const auto at = side.find(node);
        courier_.send(at->second, home(role, {level, node.second ^ 1}));
        memory_->recycle(std::move(at->second));
        side.erase(at);
    }
    for (const Node& node : apart) {
        if (node.second % 2 != stays) continue;
        const Node sibling{level, node.second ^ 1};
        side.emplace(sibling, courier_.receive(blank(columns), home(role, sibling)));
    }
}

void TsqrReduction::merge_level(int level, Side& side) {
    // Pairs are complete by now; only the last node of all may lack a sibling.
    for (auto left = side.lower_bound({level, 0}); left != side.end() && left->first.first == level;
         left = side.lower_bound({level, 0})) {
        const Node node = left->first;
        RFactor r_factor = std::move(left->second);
        const auto right = side.erase(left);
        if (right != side.end() && right->first == Node{level, node.second + 1}) {
            memory_->merge(r_factor, std::move(right->second));
            side.erase(right);
        }
        side.emplace(Node{level + 1, node.second / 2}, std::move(r_factor));
    }
}

RFactor TsqrReduction::share_root(RowRole role, Side& side, int columns) {
    const Node root{depth_, 0};
    const int rank = home(role, root);
    RFactor r_factor = comm_.rank() == rank ? std::move(side.at(root)) : blank(columns);
    courier_.share(r_factor, rank);
    return r_factor;
}

RFactorPair TsqrReduction::reduce(int columns) {
    Side training;
    Side held_out;
    for (auto& [node, r_factors] : held_) {
        training.emplace(node, std::move(r_factors.training));
        held_out.emplace(node, std::move(r_factors.held_out));
    }
    held_.clear();
    bring_home(held_out, columns);
    for (int level = 0; level < depth_; ++level) {
        bring_together(level, RowRole::training, training, columns);
        bring_together(level, RowRole::held_out, held_out, columns);
        merge_level(level, training);
        merge_level(level, held_out);
    }
    RFactorPair result;
    result.training = share_root(RowRole::training, training, columns);
    result.held_out = share_root(RowRole::held_out, held_out, columns);
    return result;
}

}  // namespace rfhgn::linalg
