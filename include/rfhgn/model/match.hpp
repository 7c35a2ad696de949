#pragma once
/// Whether a model may be used on a system or on data. Every entrance asks the one question here.

#include <limits>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "rfhgn/graph/distributed_graph.hpp"
#include "rfhgn/model/coordinate_network.hpp"
#include "rfhgn/model/pairwise_model.hpp"
#include "rfhgn/systems/system.hpp"

namespace rfhgn::model {

/// What a model meets, as far as it is known before anything is computed.
struct Facts {
    std::string name = "the system";  ///< in messages
    int dimension = 3;
    std::string units{};  ///< empty: not known
    std::vector<std::string> edge_attribute_names{};
    bool boxes = false;       ///< particles live in boxes, and edges follow from a cutoff
    double cutoff = 0;        ///< where its forces end; 0: not known
    std::set<int> species{};  ///< empty: not known
    potential::SpeciesNames species_names{};
    std::set<SpeciesPair> pairs{};  ///< species of particles that meet, or may; empty: not known
    double mass_min = std::numeric_limits<double>::infinity();  ///< above mass_max: not known
    double mass_max = -std::numeric_limits<double>::infinity();
};

/// Of a system, whose particles may meet wherever they are unless its graph is given. Local.
Facts facts_of(const systems::System& system);
/// Of what a model was trained on. Local.
Facts facts_of(const PairwiseModel& model, const std::string& name);

/// Species, masses and neighbours of particles that are looked at part by part on several ranks.
class Census {
  public:
    /// Local.
    void add_particles(std::span<const int> species, std::span<const double> mass);
    void add_pair(int species, int other) { joined_.insert(unordered(species, other)); }
    /// Those on this rank's edges. Local.
    void add_edges(const graph::DistributedGraph& graph);
    /// Fills in what all ranks have seen: the pairs are those on edges. *Collective.*
    void tell_joined(const parallel::Communicator& comm, Facts& facts) const;
    /// Any two of the particles may meet. *Collective.*
    void tell_free(const parallel::Communicator& comm, Facts& facts) const;

  private:
    void tell(const parallel::Communicator& comm, Facts& facts) const;

    std::map<int, GlobalIndex> count_;
    std::set<SpeciesPair> joined_;
    double mass_min_ = std::numeric_limits<double>::infinity();
    double mass_max_ = -std::numeric_limits<double>::infinity();
};

/// What for: a model that is used must have seen in training what it meets; one whose training goes on must
/// only be able to learn it.
enum class Purpose { use, train };

/// Throws InputError unless dimension, units, edge attributes and cutoff are the model's, it means the same
/// by the numbers of species, knows the species (and, to be used, has seen every pair of them that can meet),
/// and the masses, where its kinetic energy was learned of one mass only. What is not known is not compared.
/// Local: the same on every rank when the facts are.
void require_match(const PairwiseModel& model, const Facts& facts, Purpose purpose = Purpose::use);
/// Of a coordinate network, which is for given graphs and sees no species.
void require_match(const CoordinateNetwork& model, const Facts& facts, Purpose purpose = Purpose::use);

}  // namespace rfhgn::model
