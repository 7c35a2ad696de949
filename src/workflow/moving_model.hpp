#pragma once
/// The learned model of a rollout: network or tables.

#include <optional>
#include <string>

#include "rfhgn/model/coordinate_network.hpp"
#include "rfhgn/model/tabulated_model.hpp"
#include "rfhgn/workflow/context.hpp"

namespace rfhgn::workflow {

/// The file that [rollout] names, or else that the stage before wrote. *Collective.*
std::string moving_model_path(const Context& context);

/// The model of a file whose encoding is not pairwise; none for others. *Collective.*
std::optional<model::CoordinateNetwork> read_coordinate_network(const Context& context,
                                                                const std::string& path);

/// With tables where [rollout] force is "tabulated", without where it is "learned". *Collective.*
model::TabulatedModel read_moving_model(const Context& context, const std::string& path);

/// Of the tables if there are some, else of the network.
std::unique_ptr<potential::ForceField> moving_force_field(const model::TabulatedModel& moving,
                                                          const std::vector<std::string>& attribute_names);

}  // namespace rfhgn::workflow
