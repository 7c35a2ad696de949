#pragma once
/// What a rollout moves. A [system] table describes it, or a file alone does; whoever plans, moves or
/// observes it need not know which.

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "rfhgn/graph/box.hpp"
#include "rfhgn/potential/force_field.hpp"
#include "rfhgn/systems/system.hpp"

#include "start_file.hpp"

namespace rfhgn::workflow {

struct SimulatedSystem {
    std::string description{};  ///< one line, e.g. "cubic 16x16x16, harmonic springs"
    int dimension = 3;
    GlobalIndex nodes = 0;
    std::vector<std::string> edge_attribute_names{};
    systems::Units units{};
    int species_count = 1;  ///< species are numbered from 0
    /// Particles live in `box`, and edges follow from where they are; otherwise the graph is given.
    bool follows_space = false;
    graph::Box box{};
    double cutoff = std::numeric_limits<double>::infinity();  ///< particles farther apart do not interact
    double skin = 0;                                          ///< of neighbour lists
    GlobalIndex edges = 0;                                    ///< of a graph that a file gives
    /// Knows the exact Hamiltonian; none where a file alone says what there is.
    std::shared_ptr<const systems::System> reference{};

    /// None without a reference.
    [[nodiscard]] std::unique_ptr<potential::ForceField> exact_force() const {
        return reference ? reference->force_field() : nullptr;
    }
    [[nodiscard]] double volume() const { return follows_space ? graph::volume(box) : 0.0; }
};

/// Local.
SimulatedSystem simulated(const systems::System& system);

/// The particles of a file as its graph joins them, or, in a box, whoever is nearer than `cutoff`, where a
/// model's forces end. Local. Throws InputError for a box where the model has no cutoff.
SimulatedSystem simulated(const StartFile& start, double cutoff);

}  // namespace rfhgn::workflow
