#pragma once

#include <memory>

#include "rfhgn/model/many_body/model.hpp"
#include "rfhgn/potential/force_field.hpp"

namespace rfhgn::model::many_body {

/// Keeps a copy of the model. T = |p|²/2m. Needs a full list, in three dimensions; forces on neighbours are
/// sent to their owners by Exchange::sum, all else is local, so that whoever asks one process for forces asks
/// all. Atoms without a ghost among their neighbours are evaluated before Exchange::arrive. Each atom has its
/// own energy; the virial is that of the centres that this process owns. Invariants and neurons without a
/// coefficient are not evaluated. One evaluation at a time, which keeps its memory for the next. Throws
/// InputError for a model that does not pass check, and in evaluations for other dimensions and for a
/// species that the model does not know.
[[nodiscard]] std::unique_ptr<potential::ForceField> make_force_field(const Model& model);

}  // namespace rfhgn::model::many_body
