// Helper of the python test: `sample write DIRECTORY` writes a trajectory, a model and a data set; `sample
// read FILE` reads a data set that python wrote and prints its sums.
#include <cstdio>
#include <string>

#include "rfhgn/io/data_set.hpp"
#include "rfhgn/io/model_file.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/session.hpp"

#include "rollout.hpp"

using namespace rfhgn;

namespace {

const io::Provenance provenance{"a = 1", "sample", "commit", "versions", 1};

void write_rollout(const parallel::Communicator& comm, const std::string& directory) {
    const auto graph = tests::scattered_chain(
        comm, 11, 2, [&](GlobalIndex i) { return static_cast<int>((5 * i + 1) % comm.size()); });
    const auto trajectory =
        io::write_trajectory(comm, graph, {directory + "/run.h5md", 10, true}, provenance);
    tests::roll(graph, *trajectory, 4);
    const auto scalars = io::write_scalars(comm, directory + "/run.csv", 10);
    tests::roll(graph, *scalars, 4);
}

void write_model(const parallel::Communicator& comm, const std::string& directory) {
    model::PairwiseModel model;
    model.edge_attribute_names = {"stiffness"};
    model.kinetic_known = true;
    model.edge = model::DenseLayer{
        model::Activation::tanh, 2, 3, {1.0, 2.0}, {0.5, 0.25}, {0.1, 0.2, 0.3, -0.4, 0.5, 0.6},
        {0.1, -0.2, 0.3}};
    model.message = model::DenseLayer{model::Activation::softplus,    3,          2, {0, 0, 0.1}, {1, 1, 2},
                                      {1, -1, 0.5, 0.25, 0.75, -0.5}, {0.2, -0.1}};
    model.message_coefficients = {1.5, -0.5};
    model.energy_per_edge = 0.125;
    io::write_model(comm, directory + "/model.h5", model, "{}", provenance);
}

void read(const parallel::Communicator& comm, const std::string& path) {
    const io::DataSetReader reader(comm, path);
    const auto& totals = reader.totals();
    const auto set = reader.read(parallel::block_range(totals.nodes, comm.size(), comm.rank()));
    double force = 0;
    for (const double x : set.force) force += x * x;
    force = parallel::sum(comm, force);
    if (comm.is_root())
        std::printf("%d %lld %lld %lld %zu %.12g\n", totals.dimension,
                    static_cast<long long>(totals.snapshots), static_cast<long long>(totals.nodes),
                    static_cast<long long>(totals.edges), totals.edge_attribute_names.size(), force);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    const parallel::Session session;
    const std::string argument = argv[2];
    if (std::string(argv[1]) == "read") {
        read(session.world(), argument);
    } else {
        write_rollout(session.world(), argument);
        write_model(session.world(), argument);
    }
    return 0;
}
