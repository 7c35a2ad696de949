#include <algorithm>

#include "rfhgn/base/error.hpp"
#include "rfhgn/data/blocked_rows.hpp"
#include "rfhgn/data/row_blocks.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/model/coordinate_network/body_frame.hpp"
#include "rfhgn/model/coordinate_network/coordinate_features.hpp"
#include "rfhgn/training/coordinate_network/coordinate_training.hpp"

namespace rfhgn::training {

namespace {

constexpr LocalIndex nodes_per_block = 512;

std::size_t index(LocalIndex i) {
    return static_cast<std::size_t>(i);
}

class CoordinateRows final : public data::BlockedRows<data::NodeBlock> {
  public:
    CoordinateRows(const data::TrainingSet& set, const model::CoordinateNetwork& model)
        : BlockedRows(set, data::node_blocks(set, nodes_per_block)),
          model_(model),
          atoms_(atoms_of(set, set.position, set.momentum)),
          frames_(model::body_frames_of(model, none_, atoms_)),
          coordinates_(model::body_frame_coordinates(atoms_, frames_)),
          features_(model, atoms_, graph::neighbours(set.graph), coordinates_),
          grouper_(atoms_, graph::neighbours(set.graph)),
          first_node_(index(atoms_.systems) + 1, 0) {
        RFHGN_ASSERT(set.graph.ghosts == 0);
        for (LocalIndex i = 0; i < set.graph.owned; ++i) first_node_[index(atoms_.system(i)) + 1] = i + 1;
    }

    [[nodiscard]] int columns() const override { return model_.columns(); }
    [[nodiscard]] LocalIndex rows(int leaf, int block) const override {
        return static_cast<LocalIndex>(at(leaf, block).nodes.size()) * 2 * set_.graph.dimension;
    }

    void produce(int leaf, int block, linalg::RowBlock out) const override {
        const auto& nodes = at(leaf, block).nodes;
        const auto leading = index(out.leading);
        double* rows = out.values;
        for (auto begin = nodes.begin(); begin != nodes.end();) {
            const LocalIndex snapshot = atoms_.system(*begin);
            const auto end = std::find_if(begin, nodes.end(),
                                          [&](LocalIndex node) { return atoms_.system(node) != snapshot; });
            const std::vector<LocalIndex> part(begin, end);
            features_.derivatives(grouper_.group(part), {rows, leading});
            leave_frames(snapshot, part, {rows, leading});
            rows += part.size() * node_rows();
            begin = end;
        }
        fill_rates(nodes, out.values + index(out.columns) * leading);
    }

    void groups(int leaf, int block, std::span<GlobalIndex> group) const override {
        groups_of(at(leaf, block).nodes, group);
    }

  private:
    [[nodiscard]] std::size_t node_rows() const { return 2 * index(set_.graph.dimension); }

    void fill_rates(const std::vector<LocalIndex>& nodes, double* rhs) const {
        const auto d = index(set_.graph.dimension);
        for (const LocalIndex node : nodes)
            for (std::size_t c = 0; c < 2 * d; ++c)
                *rhs++ = c < d ? -set_.force[index(node) * d + c] : set_.velocity[index(node) * d + c - d];
    }

    // Adds what rows by coordinates of these nodes come to, column by column.
    void add_sums(const model::BodyFrame& frame, const std::vector<LocalIndex>& nodes,
                  model::FeatureMatrix rows, std::vector<model::BodyFrameSums>& sums) const {
        const auto d = index(set_.graph.dimension);
        for (std::size_t c = 0; c < sums.size(); ++c)
            for (std::size_t n = 0; n < nodes.size(); ++n)
                sums[c].add(frame, set_.graph.dimension, set_.position.data() + index(nodes[n]) * d,
                            set_.momentum.data() + index(nodes[n]) * d,
                            rows.values + c * rows.leading + n * 2 * d);
    }

    // Of all nodes of a snapshot, some at a time; kept, as the next block may need them again.
    const std::vector<model::BodyFrameSums>& sums_of(LocalIndex snapshot) const {
        if (snapshot == kept_snapshot_) return kept_sums_;
        kept_sums_.assign(index(columns()), {});
        std::vector<double> values;
        const LocalIndex behind = first_node_[index(snapshot) + 1];
        for (LocalIndex begin = first_node_[index(snapshot)]; begin < behind; begin += nodes_per_block) {
            std::vector<LocalIndex> nodes;
            for (LocalIndex i = begin; i < std::min(behind, begin + nodes_per_block); ++i) nodes.push_back(i);
            const auto leading = nodes.size() * node_rows();
            values.resize(leading * index(columns()));
            features_.derivatives(grouper_.group(nodes), {values.data(), leading});
            add_sums(frames_[index(snapshot)], nodes, {values.data(), leading}, kept_sums_);
        }
        kept_snapshot_ = snapshot;
        return kept_sums_;
    }

    // Rows by coordinates of nodes of one snapshot become rows by positions and momenta.
    void leave_frames(LocalIndex snapshot, const std::vector<LocalIndex>& nodes,
                      model::FeatureMatrix rows) const {
        const auto& frame = frames_[index(snapshot)];
        const bool whole =
            nodes.size() == index(first_node_[index(snapshot) + 1] - first_node_[index(snapshot)]);
        std::vector<model::BodyFrameSums> own;
        if (whole) add_sums(frame, nodes, rows, own = std::vector<model::BodyFrameSums>(index(columns())));
        const auto& sums = whole ? own : sums_of(snapshot);
        for (std::size_t c = 0; c < sums.size(); ++c) {
            const auto pull = model::body_frame_gradient(frame, set_.graph.dimension, sums[c]);
            for (std::size_t n = 0; n < nodes.size(); ++n)
                model::leave_body_frame(frame, pull, set_.graph.dimension,
                                        set_.graph.node_id[index(nodes[n])], set_.graph.mass[index(nodes[n])],
                                        rows.values + c * rows.leading + n * node_rows());
        }
    }

    const model::CoordinateNetwork& model_;
    potential::Exchange none_;  // snapshots are whole
    potential::Atoms atoms_;
    std::vector<model::BodyFrame> frames_;  // of snapshots
    std::vector<double> coordinates_;
    model::CoordinateFeatures features_;
    mutable model::NodeGrouper grouper_;
    std::vector<LocalIndex> first_node_;  // of a snapshot; [snapshots + 1]
    mutable LocalIndex kept_snapshot_ = -1;
    mutable std::vector<model::BodyFrameSums> kept_sums_;
};

}  // namespace

std::unique_ptr<linalg::RowSource> coordinate_rows(const data::TrainingSet& set,
                                                   const model::CoordinateNetwork& model) {
    return std::make_unique<CoordinateRows>(set, model);
}

std::unique_ptr<linalg::RowSource> coordinate_rows(const data::TrainingData& data,
                                                   const model::CoordinateNetwork& model) {
    return data.rows({data::RowUnit::node, nodes_per_block, 2 * data.facts().dimension, model.columns(),
                      [&model](const data::TrainingSet& set) { return coordinate_rows(set, model); }});
}

}  // namespace rfhgn::training
