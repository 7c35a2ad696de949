#include "learned.hpp"

#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/io/model_file.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "moving_model.hpp"

namespace rfhgn::workflow {

double energy_of(const parallel::Communicator& comm, const potential::ForceField& field,
                 const graph::DistributedGraph& graph, const dynamics::State& state) {
    double energy = 0;
    graph::GhostExchange exchange(comm, graph);
    field.compute(graph::atoms(graph, state.position, state.momentum), graph::neighbours(graph), exchange,
                  {.kinetic = &energy, .potential = &energy});
    return parallel::sum(comm, energy);
}

Learned::Learned(const Context& context, const std::string& path)
    : frame_(read_coordinate_network(context, path)) {
    if (!frame_) pairwise_ = io::read_model(context.comm, path);
}

void Learned::require_match(const parallel::Communicator& comm, const model::Facts& facts) const {
    parallel::together(comm, [&] {
        if (frame_)
            model::require_match(*frame_, facts);
        else
            model::require_match(*pairwise_, facts);
    });
}

std::unique_ptr<potential::ForceField> Learned::force_field(
    const std::vector<std::string>& attribute_names) const {
    return frame_ ? model::make_force_field(*frame_) : model::make_force_field(*pairwise_, attribute_names);
}

training::VectorFieldErrors Learned::errors(const data::TrainingData& data) const {
    return training::vector_field_errors(data, *force_field(data.facts().edge_attribute_names));
}

Learned::Judge Learned::judge(const parallel::Communicator& comm,
                              const std::vector<std::string>& attribute_names) const {
    return [comm, field = std::shared_ptr(force_field(attribute_names))](const auto& exact, const auto& graph,
                                                                         dynamics::State state) {
        if (field->needs().momenta_of_ghosts) graph.halo.update(state.momentum, graph.dimension);
        return AtState{
            training::vector_field_error(comm, graph, *field, exact, state.position, state.momentum),
            energy_of(comm, *field, graph, state)};
    };
}

}  // namespace rfhgn::workflow
