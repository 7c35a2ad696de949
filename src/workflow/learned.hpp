#pragma once
/// A learned model of any encoding, as far as it is judged.

#include <functional>
#include <optional>

#include "rfhgn/model/match.hpp"
#include "rfhgn/training/train.hpp"
#include "rfhgn/workflow/context.hpp"

#include "start.hpp"

namespace rfhgn::workflow {

/// H of a state. *Collective.*
double energy_of(const parallel::Communicator& comm, const potential::ForceField& field,
                 const graph::DistributedGraph& graph, const dynamics::State& state);

class Learned {
  public:
    /// Reads it. *Collective.*
    Learned(const Context& context, const std::string& path);

    /// None when the model is a coordinate network.
    [[nodiscard]] const model::PairwiseModel* pairwise() const { return pairwise_ ? &*pairwise_ : nullptr; }
    [[nodiscard]] double cutoff() const { return pairwise_ ? pairwise_->cutoff.radius : 0.0; }
    /// Throws InputError on all ranks alike unless it may be used there. *Collective.*
    void require_match(const parallel::Communicator& comm, const model::Facts& facts) const;
    /// *Collective.*
    [[nodiscard]] training::VectorFieldErrors errors(const data::TrainingData& data) const;

    /// The vector field's error and the model's energy at a state of a system. *Collective.*
    struct AtState {
        training::VectorFieldError error;
        double energy;
    };
    using Judge = std::function<AtState(const potential::ForceField& exact,
                                        const graph::DistributedGraph& graph, const dynamics::State& state)>;
    [[nodiscard]] Judge judge(const parallel::Communicator& comm,
                              const std::vector<std::string>& attribute_names) const;

  private:
    [[nodiscard]] std::unique_ptr<potential::ForceField> force_field(
        const std::vector<std::string>& attribute_names) const;

    std::optional<model::PairwiseModel> pairwise_;
    std::optional<model::CoordinateNetwork> frame_;
};

}  // namespace rfhgn::workflow
