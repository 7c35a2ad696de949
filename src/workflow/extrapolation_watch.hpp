#pragma once
/// Looks at every frame of a rollout whether the learned model extrapolates.

#include "rfhgn/dynamics/observer.hpp"
#include "rfhgn/model/model.hpp"
#include "rfhgn/report/summary.hpp"

namespace rfhgn::workflow {

/// What frames showed; the same on every rank.
struct ExtrapolationRecord {
    std::int64_t frames = 0;
    std::int64_t frames_outside = 0;
    std::int64_t first_step = -1;  ///< of the first frame outside; −1: none
    GlobalIndex most_bonds = 0;    ///< outside, in one frame
    GlobalIndex most_particles = 0;
    double fraction_of_bonds = 0;     ///< outside, over all frames
    model::Extrapolation largest;     ///< over all frames
    std::string first_extrapolation;  ///< of the first frame outside, in words
};

/// Warns once, at the first frame outside. Model and record must outlive it.
std::unique_ptr<dynamics::Observer> watch_extrapolation(const parallel::Communicator& comm,
                                                        const model::Model& model, std::int64_t interval,
                                                        ExtrapolationRecord& record);

report::Json to_json(const ExtrapolationRecord& record, const model::Model& model);

/// What to do about a state outside the training range.
constexpr const char* outside_advice =
    "train on data that cover it (larger displacement or momentum in [generate]), start closer to rest, or "
    "accept "
    "extrapolation with outside = \"ignore\" in [rollout]";

}  // namespace rfhgn::workflow
