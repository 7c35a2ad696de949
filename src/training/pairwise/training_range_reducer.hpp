#pragma once
/// The ranges of data that are spread over ranks.

#include <map>
#include <span>
#include <vector>

#include "rfhgn/model/training_range.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::training {

class TrainingRangeReducer {
  public:
    /// Ranges of species and their pairs one by one, or of all together only.
    TrainingRangeReducer(std::size_t attributes, bool by_species);
    void node(int species, double squared_momentum, double mass);
    void edge(model::SpeciesPair species, double distance, std::span<const double> attributes);
    /// Of all ranks, which all have the same bits. *Collective.*
    [[nodiscard]] model::TrainingRange reduce(const parallel::Communicator& comm) const;

  private:
    // Minima are kept as maxima of the negative, so that one reduction serves all.
    using Extremes = std::vector<double>;

    std::size_t attributes_;
    bool by_species_;
    std::map<int, Extremes> nodes_;  // squared momentum, mass, -mass
    std::map<model::SpeciesPair, Extremes>
        edges_;  // distance, -distance, then each attribute and its negative
};

}  // namespace rfhgn::training
