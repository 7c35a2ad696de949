#include "rfhgn/model/system_match.hpp"

#include "rfhgn/base/error.hpp"

namespace rfhgn::model {

void require_match(const PairwiseModel& model, const systems::System& system) {
    const Advice advice{"train a model on data of such a system, or change [system]"};
    require(model.dimension == system.dimension(), advice,
            "the model has dimension {}, but the system has {}", model.dimension, system.dimension());
    require(model.units == system.units().name, advice,
            "the model was trained in units '{}', but the system is in '{}'", model.units,
            system.units().name);
    require_attributes(model, system.edge_attribute_names());
    if (system.follows_space()) {
        require(!model.cutoff.none(), advice,
                "the model was trained without a cutoff, but the system's forces end at {:g}",
                system.cutoff());
        require(model.cutoff.radius == system.cutoff(), advice,
                "the model was trained with the cutoff {:g}, but the system has {:g}", model.cutoff.radius,
                system.cutoff());
    }
    for (int species = 0; species < system.species_count(); ++species)
        require(model.species.knows(species), advice, "the system has particles of species {}, but {}",
                species, describe(model.species));
}

void require_match(const FrameModel& model, const systems::System& system) {
    require(!system.follows_space(), Advice{"use a model with [model] encoding = \"pairwise\""},
            "the model has the encoding '{}', which is for given graphs, not for boxes", model.encoding());
    require_graph(model, system.dimension(), system.edge_attribute_names());
    require(model.units == system.units().name, Advice{"train a model on data of such a system"},
            "the model was trained in units '{}', but the system is in '{}'", model.units,
            system.units().name);
}

}  // namespace rfhgn::model
