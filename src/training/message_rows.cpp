#include <algorithm>
#include <cmath>

#include "rfhgn/model/features.hpp"
#include "rfhgn/training/rows.hpp"

#include "mean_rows.hpp"
#include "row_blocks.hpp"

namespace rfhgn::training {

namespace {

constexpr LocalIndex outside = -1;

// An edge that touches a block: the block's row group of each end, or `outside`.
struct BlockEdge {
    LocalIndex edge;
    LocalIndex first;
    LocalIndex second;
};

struct EdgeBlock {
    NodeBlock nodes;
    std::vector<BlockEdge> edges;
};

// Edges of every owned node, as compressed rows.
struct Incidence {
    std::vector<LocalIndex> offset;
    std::vector<LocalIndex> edge;

    explicit Incidence(const graph::DistributedGraph& graph)
        : offset(static_cast<std::size_t>(graph.owned) + 1, 0) {
        const auto each_end = [&](auto&& visit) {
            for (LocalIndex e = 0; e < graph.edge_count(); ++e) {
                const auto& ends = graph.edges[static_cast<std::size_t>(e)];
                if (ends.first < graph.owned) visit(ends.first, e);
                if (ends.second < graph.owned) visit(ends.second, e);
            }
        };
        each_end([&](LocalIndex node, LocalIndex) { ++offset[static_cast<std::size_t>(node) + 1]; });
        for (std::size_t n = 1; n < offset.size(); ++n) offset[n] += offset[n - 1];
        edge.resize(static_cast<std::size_t>(offset.back()));
        std::vector<LocalIndex> next(offset.begin(), offset.end() - 1);
        each_end([&](LocalIndex node, LocalIndex e) {
            edge[static_cast<std::size_t>(next[static_cast<std::size_t>(node)]++)] = e;
        });
    }
};

class MessageRows final : public linalg::RowSource {
  public:
    MessageRows(const TrainingSet& set, const model::PairwiseModel& model, std::span<const double> position)
        : set_(set), model_(model), position_(position) {
        const Incidence incidence(set.graph);
        std::vector<LocalIndex> row_of(static_cast<std::size_t>(set.graph.local_nodes()), outside);
        for (auto& leaf : node_blocks(set, message_nodes_per_block)) {
            auto& of_leaf = blocks_.emplace_back();
            for (auto& block : leaf) of_leaf.push_back(with_edges(std::move(block), incidence, row_of));
        }
    }

    [[nodiscard]] int columns() const override { return model_.message.width; }
    [[nodiscard]] int leaves() const override { return set_.leaves; }
    [[nodiscard]] parallel::Range owned_leaves() const override {
        return training::owned_leaves(set_.comm, set_.leaves);
    }
    [[nodiscard]] int blocks(int leaf) const override { return static_cast<int>(of(leaf).size()); }
    [[nodiscard]] LocalIndex rows(int leaf, int block) const override {
        return static_cast<LocalIndex>(at(leaf, block).nodes.nodes.size()) * set_.graph.dimension;
    }
    [[nodiscard]] linalg::RowRole role(int leaf, int block) const override {
        return at(leaf, block).nodes.role;
    }

    void produce(int leaf, int block, linalg::RowBlock out) const override {
        const EdgeBlock& rows = at(leaf, block);
        gather_inputs(rows);
        slopes_.resize(rows.edges.size() * static_cast<std::size_t>(out.columns));
        model::message_slopes(model_, inputs_, {slopes_.data(), rows.edges.size()});
        scatter(rows, out);
        double* const rhs =
            out.values + static_cast<std::size_t>(out.columns) * static_cast<std::size_t>(out.leading);
        const auto d = static_cast<std::size_t>(set_.graph.dimension);
        for (std::size_t n = 0; n < rows.nodes.nodes.size(); ++n)
            for (std::size_t k = 0; k < d; ++k)
                rhs[n * d + k] = -set_.momentum_rate[static_cast<std::size_t>(rows.nodes.nodes[n]) * d + k];
    }

  private:
    EdgeBlock with_edges(NodeBlock nodes, const Incidence& incidence, std::vector<LocalIndex>& row_of) {
        EdgeBlock block{std::move(nodes), {}};
        for (std::size_t n = 0; n < block.nodes.nodes.size(); ++n)
            row_of[static_cast<std::size_t>(block.nodes.nodes[n])] = static_cast<LocalIndex>(n);
        for (const LocalIndex node : block.nodes.nodes) {
            for (LocalIndex at = incidence.offset[static_cast<std::size_t>(node)];
                 at < incidence.offset[static_cast<std::size_t>(node) + 1]; ++at) {
                const LocalIndex e = incidence.edge[static_cast<std::size_t>(at)];
                const auto& ends = set_.graph.edges[static_cast<std::size_t>(e)];
                const LocalIndex first = row_of[static_cast<std::size_t>(ends.first)];
                const LocalIndex second = row_of[static_cast<std::size_t>(ends.second)];
                // An edge with both ends in the block is met twice and listed at its first end.
                if (node == ends.second && first != outside) continue;
                block.edges.push_back({e, first, second});
            }
        }
        for (const LocalIndex node : block.nodes.nodes) row_of[static_cast<std::size_t>(node)] = outside;
        // By global id: the order must not depend on how ranks number edges.
        std::sort(block.edges.begin(), block.edges.end(), [&](const BlockEdge& a, const BlockEdge& b) {
            return set_.graph.edge_id[static_cast<std::size_t>(a.edge)] <
                   set_.graph.edge_id[static_cast<std::size_t>(b.edge)];
        });
        return block;
    }

    void gather_inputs(const EdgeBlock& rows) const {
        const auto& graph = set_.graph;
        const auto d = static_cast<std::size_t>(graph.dimension);
        const auto count = rows.edges.size();
        const auto columns = graph.edge_attributes.columns();
        inputs_.distance.resize(count);
        inputs_.attributes.resize(columns * count);
        inputs_.first_mass.resize(count);
        inputs_.second_mass.resize(count);
        direction_.resize(count * d);
        for (std::size_t e = 0; e < count; ++e) {
            const auto edge = static_cast<std::size_t>(rows.edges[e].edge);
            const auto first = static_cast<std::size_t>(graph.edges[edge].first);
            const auto second = static_cast<std::size_t>(graph.edges[edge].second);
            double squared = 0;
            for (std::size_t k = 0; k < d; ++k) {
                direction_[e * d + k] = position_[first * d + k] - position_[second * d + k];
                squared += direction_[e * d + k] * direction_[e * d + k];
            }
            const double distance = std::sqrt(squared);
            for (std::size_t k = 0; k < d; ++k) direction_[e * d + k] /= distance > 0 ? distance : 1.0;
            inputs_.distance[e] = distance;
            inputs_.first_mass[e] = graph.mass[first];
            inputs_.second_mass[e] = graph.mass[second];
            const auto row = graph.edge_attributes.row(edge);
            for (std::size_t c = 0; c < columns; ++c) inputs_.attributes[c * count + e] = row[c];
        }
    }

    // Row group of each end += or −= slope times unit vector, column by column.
    void scatter(const EdgeBlock& rows, linalg::RowBlock out) const {
        const auto d = static_cast<std::size_t>(set_.graph.dimension);
        const auto count = rows.edges.size();
        for (std::size_t c = 0; c < static_cast<std::size_t>(out.columns); ++c) {
            double* const column = out.values + c * static_cast<std::size_t>(out.leading);
            const double* const slope = slopes_.data() + c * count;
            std::fill_n(column, out.rows, 0.0);
            for (std::size_t e = 0; e < count; ++e) {
                const auto& ends = rows.edges[e];
                for (std::size_t k = 0; k < d; ++k) {
                    const double value = slope[e] * direction_[e * d + k];
                    if (ends.first != outside) column[static_cast<std::size_t>(ends.first) * d + k] += value;
                    if (ends.second != outside)
                        column[static_cast<std::size_t>(ends.second) * d + k] -= value;
                }
            }
        }
    }

    [[nodiscard]] const std::vector<EdgeBlock>& of(int leaf) const {
        return blocks_[static_cast<std::size_t>(leaf - owned_leaves().begin)];
    }
    [[nodiscard]] const EdgeBlock& at(int leaf, int block) const {
        return of(leaf)[static_cast<std::size_t>(block)];
    }

    const TrainingSet& set_;
    const model::PairwiseModel& model_;
    std::span<const double> position_;  // [owned + ghosts, d]
    std::vector<std::vector<EdgeBlock>> blocks_;
    // Scratch, so that blocks allocate nothing.
    mutable model::EdgeInputs inputs_;
    mutable std::vector<double> direction_;
    mutable std::vector<double> slopes_;
};

}  // namespace

std::unique_ptr<linalg::RowSource> message_rows(const TrainingSet& set, const model::PairwiseModel& model) {
    auto rows = std::make_unique<MessageRows>(set, model, set.position);
    if (set.next.step.empty()) return rows;
    return mean_rows(std::move(rows), std::make_unique<MessageRows>(set, model, set.next.position));
}

}  // namespace rfhgn::training
