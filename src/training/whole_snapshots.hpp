#pragma once

#include <unordered_map>
#include <vector>

#include "rfhgn/base/error.hpp"
#include "rfhgn/graph/distributed_graph.hpp"
#include "rfhgn/parallel/interruption.hpp"
#include "rfhgn/potential/force_field.hpp"

namespace rfhgn::training {

/// Between the particles of a training set: snapshots are whole, or their ghosts up to date, so that
/// positions are not exchanged. Of whole ones ghosts are images of owned particles, and give them what they
/// got.
class WholeSnapshots final : public potential::Exchange {
  public:
    explicit WholeSnapshots(const graph::DistributedGraph& graph) : graph_(graph) {}
    void poll() override { parallel::interruption_point(); }
    void sum(std::span<double> values, int width) override {
        if (owner_.empty()) find_owners();
        const auto columns = static_cast<std::size_t>(width);
        for (std::size_t ghost = 0; ghost < owner_.size(); ++ghost)
            for (std::size_t k = 0; k < columns; ++k)
                values[owner_[ghost] * columns + k] +=
                    values[(static_cast<std::size_t>(graph_.owned) + ghost) * columns + k];
    }

  private:
    void find_owners() {
        std::unordered_map<GlobalIndex, std::size_t> place;
        const auto owned = static_cast<std::size_t>(graph_.owned);
        for (std::size_t i = 0; i < owned; ++i) place.emplace(graph_.node_id[i], i);
        for (std::size_t i = owned; i < graph_.node_id.size(); ++i) {
            const auto found = place.find(graph_.node_id[i]);
            RFHGN_ASSERT(found != place.end());
            owner_.push_back(found->second);
        }
    }

    const graph::DistributedGraph& graph_;
    std::vector<std::size_t> owner_{};  // of every ghost
};

}  // namespace rfhgn::training
