#pragma once
/// Sampling the hidden layers. ELM draws weights and biases blindly; SWIM (arXiv 2306.16830) places each
/// neuron between two data points. Every draw is keyed by (seed, layer, neuron, attempt) and data points by
/// global index, so that the network is the same, bit for bit, on any number of ranks.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "rfhgn/config/deck.hpp"
#include "rfhgn/graph/distributed_graph.hpp"
#include "rfhgn/model/features.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::model {

/// The keys of [model].
struct SamplingOptions {
    std::string encoding = "pairwise";  ///< pairwise, frame, absolute
    std::string sampler = "swim";       ///< swim, elm
    std::string activation = "softplus";
    std::string kinetic = "auto";  ///< learned, known; auto: known with a cutoff
    int node_width = 64;
    int edge_width = 0;  ///< 0: messages see distances and attributes directly; of coordinates: node_width
    int message_width = 64;
    bool message_masses = false;             ///< messages see both ends' masses
    double cutoff = 0;                       ///< distance where messages end; 0: none
    std::string cutoff_function = "smooth";  ///< smooth, sharp; see Cutoff
    double smooth_from = 0;                  ///< 0: 0.8 cutoff
    std::string radial_transform = "auto";   ///< see RadialTransform; auto: inverse_cube with a cutoff
    bool species = true;                     ///< pairs of species have coefficients of their own
    double gap = 0.5;        ///< SWIM: pairs are at least this far apart, in standard deviations
    double steepness = 0.5;  ///< SWIM: multiplies weights (1 is the published choice; wide neurons fit smooth
                             ///< functions of one variable to many more digits, see docs/method.md)
    double weight_scale = 0.5;  ///< ELM: weights ~ N(0, weight_scale²)
    double bias_range = 4.0;    ///< ELM: biases ~ U(−bias_range, bias_range)
    std::uint64_t seed = 1;

    void bind(config::Section section);
    /// Whether the model is a PairwiseModel; a CoordinateNetwork otherwise.
    [[nodiscard]] bool pairwise() const { return encoding == "pairwise"; }
    [[nodiscard]] bool knows_kinetic() const {
        return kinetic == "known" || (kinetic == "auto" && cutoff > 0);
    }
    [[nodiscard]] Cutoff reach() const;
    [[nodiscard]] RadialTransform seen_distance() const;
};

/// A bounded sample of the data, the same on every rank: what sampling and standardisation look at.
struct ReferenceSample {
    NodeInputs nodes;
    EdgeInputs edges;
    TrainingRange training_range;  ///< of all training data, not only of the sample
    std::vector<int> species{};    ///< of all data, ascending
};

/// Collects a reference sample from parts of a data set, in any order: at most `most` nodes and edges at even
/// strides of their global index. All parts of all ranks together are the data set, each node in one of them.
/// The training range has ranges of each species and pair of species where those are told apart.
class ReferenceSampler {
  public:
    ReferenceSampler(GlobalIndex total_nodes, GlobalIndex total_edges, std::size_t edge_attributes,
                     bool by_species, GlobalIndex most = 4096);
    ~ReferenceSampler();
    ReferenceSampler(const ReferenceSampler&) = delete;
    ReferenceSampler& operator=(const ReferenceSampler&) = delete;

    /// Looks at the nodes that are marked in `use` [owned]. Local.
    void add(const graph::DistributedGraph& graph, std::span<const double> positions,
             std::span<const double> momenta, std::span<const char> use);
    /// The sample of all parts; call once. *Collective.* Throws InputError when nothing was marked.
    ReferenceSample share(const parallel::Communicator& comm);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Of data in memory. Picks at most `most` nodes and edges at even strides of their global index, among those
/// whose node is marked in `use` [owned] (training snapshots). *Collective.* Throws InputError when nothing
/// is marked.
ReferenceSample reference_sample(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                                 std::span<const double> positions, std::span<const double> momenta,
                                 std::span<const char> use, GlobalIndex most = 4096);

/// A model with sampled layers and no coefficients yet. Local, deterministic.
PairwiseModel sample_model(const ReferenceSample& sample, const SamplingOptions& options, int dimension,
                           const std::vector<std::string>& edge_attribute_names);

}  // namespace rfhgn::model
