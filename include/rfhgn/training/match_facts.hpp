#pragma once
/// What a model meets in systems and data sets: see model/match.hpp.

#include <limits>
#include <map>
#include <set>
#include <span>
#include <string>

#include "rfhgn/data/training_data.hpp"
#include "rfhgn/graph/distributed_graph.hpp"
#include "rfhgn/model/match.hpp"
#include "rfhgn/systems/system.hpp"

namespace rfhgn::training {

/// Species, masses and neighbours of particles that are looked at part by part on several ranks.
class Census {
  public:
    /// Local.
    void add_particles(std::span<const int> species, std::span<const double> mass);
    void add_pair(int species, int other) { joined_.insert(model::unordered(species, other)); }
    /// Those on this rank's edges. Local.
    void add_edges(const graph::DistributedGraph& graph);
    /// Fills in what all ranks have seen: the pairs are those on edges. *Collective.*
    void tell_joined(const parallel::Communicator& comm, model::Facts& facts) const;
    /// Any two of the particles may meet. *Collective.*
    void tell_free(const parallel::Communicator& comm, model::Facts& facts) const;

  private:
    void tell(const parallel::Communicator& comm, model::Facts& facts) const;

    std::map<int, GlobalIndex> count_;
    std::set<model::SpeciesPair> joined_;
    double mass_min_ = std::numeric_limits<double>::infinity();
    double mass_max_ = -std::numeric_limits<double>::infinity();
};

/// Of a system, whose particles may meet wherever they are unless its graph is given. Local.
model::Facts facts_of(const systems::System& system);
/// Without what the arrays of the data set hold. Local.
model::Facts facts_of(const data::SnapshotTotals& totals, const std::string& name);
/// In data that are open: species and masses of all snapshots, and the pairs of species that are on edges.
/// *Collective.*
model::Facts match_facts(const data::TrainingData& data, const std::string& name);

}  // namespace rfhgn::training
