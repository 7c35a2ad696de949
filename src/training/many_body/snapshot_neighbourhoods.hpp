#pragma once

#include "rfhgn/data/training_set.hpp"
#include "rfhgn/model/many_body/neighbourhoods.hpp"

namespace rfhgn::training {

/// The neighbours of all atoms of a set, seen snapshot by snapshot. Keeps no reference to the set.
class SnapshotNeighbourhoods {
  public:
    /// Throws InputError unless snapshots are whole.
    explicit SnapshotNeighbourhoods(const data::TrainingSet& set);
    /// Those of the atoms [first, first + atoms), which are all of a snapshot, numbered from 0; valid until
    /// the next call.
    const model::many_body::Neighbourhoods& of(LocalIndex first, LocalIndex atoms);

  private:
    model::many_body::Neighbourhoods all_;
    model::many_body::Neighbourhoods part_{};
};

}  // namespace rfhgn::training
