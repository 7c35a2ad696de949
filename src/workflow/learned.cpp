#include "learned.hpp"

#include "rfhgn/io/model_file.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/training/coordinate_training.hpp"

#include "moving_model.hpp"

namespace rfhgn::workflow {

double energy_of(const parallel::Communicator& comm, const systems::Hamiltonian& hamiltonian,
                 const graph::DistributedGraph& graph, const dynamics::State& state) {
    return parallel::sum(comm, hamiltonian.kinetic_energy(graph, state.momentum) +
                                   hamiltonian.potential_energy(graph, state.position));
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

training::VectorFieldErrors Learned::errors(const data::TrainingData& data) const {
    if (!frame_)
        return training::vector_field_errors(
            data, *model::make_hamiltonian(*pairwise_, data.facts().edge_attribute_names));
    return training::vector_field_errors(data, *frame_);
}

Learned::Judge Learned::judge(const parallel::Communicator& comm,
                              const std::vector<std::string>& attribute_names) const {
    if (frame_)
        return [comm, of = std::shared_ptr(model::make_general_hamiltonian(comm, *frame_))](
                   const auto& exact, const auto& graph, const auto& state) {
            auto momenta = state.momentum;  // this network sees those of ghosts
            graph.halo.update(momenta, graph.dimension);
            return AtState{training::vector_field_error(comm, graph, *of, exact, state.position, momenta),
                           of->energy(graph, state.position, momenta)};
        };
    return [comm, of = std::shared_ptr(model::make_hamiltonian(*pairwise_, attribute_names))](
               const auto& exact, const auto& graph, const auto& state) {
        return AtState{training::vector_field_error(comm, graph, *of, exact, state.position, state.momentum),
                       energy_of(comm, *of, graph, state)};
    };
}

}  // namespace rfhgn::workflow
