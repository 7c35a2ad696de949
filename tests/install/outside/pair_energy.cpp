// pair_energy MODEL DISTANCE...: the learned potential energy and force of two particles at these distances.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <rfhgn/base/error.hpp>
#include <rfhgn/graph/evaluation.hpp>
#include <rfhgn/io/model_file.hpp>
#include <rfhgn/parallel/session.hpp>

namespace {

rfhgn::graph::DistributedGraph pair_of_particles(const rfhgn::parallel::Communicator& comm, int dimension) {
    rfhgn::graph::GraphPart part;
    part.dimension = dimension;
    part.total_nodes = 2;
    part.nodes = {0, 2};
    part.mass = {1, 1};
    part.species = {0, 0};
    part.edges = {{0, 1}};
    return rfhgn::graph::distribute(comm, part, rfhgn::graph::keep_owners(comm, part));
}

void run(int argc, char** argv) {
    const rfhgn::parallel::Session session;
    const auto self = rfhgn::parallel::Communicator::self();
    const auto model = rfhgn::io::read_model(self, argv[1]);
    const auto hamiltonian = model->force_field({});
    const auto graph = pair_of_particles(self, model->dimension);
    for (int i = 2; i < argc; ++i) {
        std::vector<double> positions(graph.state_size());
        positions[static_cast<std::size_t>(model->dimension)] = std::atof(argv[i]);
        std::vector<double> forces(graph.state_size());
        rfhgn::graph::add_forces(*hamiltonian, graph, positions, forces);
        std::printf("%.17g %.17g\n", rfhgn::graph::potential_energy(*hamiltonian, graph, positions),
                    forces[0]);
    }
}

}  // namespace

int main(int argc, char** argv) {
    try {
        run(argc, argv);
    } catch (const rfhgn::Error& error) {
        std::fprintf(stderr, "pair_energy: %s; %s\n", error.what(), error.advice().c_str());
        return static_cast<int>(error.code());
    }
}
