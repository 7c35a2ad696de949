#pragma once
/// Rows of many-body potentials: forces [3 of an atom], energies and virials of snapshots, both divided by
/// their number of atoms. A snapshot gives all of them at once, so that what is made for forces serves the
/// other targets of its leaf.

#include <memory>
#include <vector>

#include "rfhgn/model/many_body/model.hpp"

#include "target_solution.hpp"

namespace rfhgn::training {

/// Makes the rows of one snapshot after the other; shared by the sources of all targets of a problem.
class ManyBodyRowMaker;
std::shared_ptr<ManyBodyRowMaker> many_body_row_maker(const model::many_body::Features& features);

/// The rows of a target of a whole data set. Throws InputError (when rows are made) where leaves cut through
/// snapshots.
data::RowKind many_body_row_kind(Target target, std::shared_ptr<ManyBodyRowMaker> maker, int columns);

/// Rows of each part that are not zero because nothing is known there. *Collective.*
std::vector<GlobalIndex> known_many_body_rows(Target target, const data::TrainingData& data);

}  // namespace rfhgn::training
