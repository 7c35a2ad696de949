#include "simulated_system.hpp"

#include "rfhgn/base/error.hpp"

namespace rfhgn::workflow {

namespace {

// Of fluids of decks, in their units; where those say nothing of lengths, as large a part of the cutoff.
double usual_skin(const std::string& units, double cutoff) {
    systems::FluidOptions fluid;
    fluid.units = units;
    return units == "reduced" ? 0.12 * cutoff : fluid.skin_or_default();
}

}  // namespace

SimulatedSystem simulated(const systems::System& system) {
    return {.description = system.description(),
            .dimension = system.dimension(),
            .nodes = system.nodes(),
            .edge_attribute_names = system.edge_attribute_names(),
            .units = system.units(),
            .species_count = system.species_count(),
            .follows_space = system.follows_space(),
            .box = system.box(),
            .cutoff = system.cutoff(),
            .skin = system.skin(),
            .reference = std::make_shared<const systems::System>(system)};
}

SimulatedSystem simulated(const StartFile& start, double cutoff) {
    const auto& totals = start.totals();
    SimulatedSystem system{.description = start.name(),
                           .dimension = totals.dimension,
                           .nodes = totals.nodes,
                           .edge_attribute_names = totals.edge_attribute_names,
                           .units = systems::units_of(totals.units),
                           .follows_space = totals.boxes,
                           .box = start.box(),
                           .edges = totals.edges};
    if (!totals.boxes) return system;
    require(cutoff > 0, Advice{"set cutoff in [model]: the distance where forces between particles end"},
            "the particles of {} live in boxes, where edges follow from a cutoff, but the model has none",
            start.name());
    system.cutoff = cutoff;
    system.skin = usual_skin(totals.units, cutoff);
    return system;
}

}  // namespace rfhgn::workflow
