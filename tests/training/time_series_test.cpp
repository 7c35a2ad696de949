// Learning from frames of trajectories, without forces and velocities.
#include "rfhgn/data/time_series.hpp"

#include <cmath>
#include <functional>

#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/training/pairwise/pairwise_training.hpp"

#include "support/data.hpp"
#include "support/models.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using parallel::Range;
using tests::world;

namespace {

// Leapfrog frames of springs, as the program generates them: every snapshot whole.
data::SnapshotSet leapfrog_frames(Range snapshots, GlobalIndex count, GlobalIndex per_trajectory, double h) {
    auto set = tests::snapshots({}, count, {snapshots.begin * 8, snapshots.end * 8});
    const auto self = parallel::Communicator::self();
    const systems::System system(systems::SystemOptions{});
    const auto part = system.graph_part(self);
    const auto graph = graph::distribute(self, part, graph::keep_owners(self, part));
    const auto hamiltonian = system.force_field();
    for (std::size_t s = 0; s < set.snapshot_count(); ++s) {
        const GlobalIndex snapshot = set.first_snapshot + static_cast<GlobalIndex>(s);
        std::vector<double> q(24), p(24), force(24), velocity(24);
        system.initial_state(self, graph, {}, snapshot / per_trajectory, q, p);
        for (GlobalIndex step = 0; step < snapshot % per_trajectory; ++step) {
            const auto kick = [&] {
                std::fill(force.begin(), force.end(), 0.0);
                graph::add_forces(*hamiltonian, graph, q, force);
                for (std::size_t k = 0; k < 24; ++k) p[k] += 0.5 * h * force[k];
            };
            kick();
            graph::velocities(*hamiltonian, graph, p, velocity);
            for (std::size_t k = 0; k < 24; ++k) q[k] += h * velocity[k];
            kick();
        }
        std::copy(q.begin(), q.end(), set.position.begin() + static_cast<std::ptrdiff_t>(24 * s));
        std::copy(p.begin(), p.end(), set.momentum.begin() + static_cast<std::ptrdiff_t>(24 * s));
        set.trajectory[s] = snapshot / per_trajectory;
        set.time[s] = h * static_cast<double>(snapshot % per_trajectory);
        set.energy[s] =
            graph::kinetic_energy(*hamiltonian, graph, p) + graph::potential_energy(*hamiltonian, graph, q);
    }
    return set;
}

data::TrainingSet leapfrog_set(const parallel::Communicator& comm, const std::string& rates) {
    constexpr GlobalIndex count = 120;
    const auto window = data::frame_window(comm, count, rates);
    auto all = data::with_rates(comm, leapfrog_frames(window.read, count, 6, 0.1), window, rates);
    const int leaves = data::leaf_count(all.set.totals.nodes, 3, 16);
    all = data::move_to_leaves(comm, std::move(all), leaves);
    return data::make_training_set(comm, std::move(all), leaves, 0.2);
}

training::VectorFieldError against_exact(const model::PairwiseModel& model) {
    systems::SystemOptions options;
    options.size = {4, 4, 3};
    const auto placed = tests::Placed::make(world(), options);
    return training::vector_field_error(world(), placed.graph, *model::make_force_field(model, {}),
                                        *placed.system.force_field(), placed.positions, placed.momenta);
}

}  // namespace

TEST_CASE("the leapfrog form learns the exact Hamiltonian from leapfrog frames", "[time_series]") {
    const auto set = leapfrog_set(world(), "leapfrog");
    CHECK(set.snapshots == 100);
    const auto result = training::train(set, {}, {});
    CHECK(result.held_out.mse <= 1e-10);
    CHECK(result.held_out.nodes == 20 * 8);
    CHECK(against_exact(result.model).mse <= 1e-10);
    const auto differences = training::train(leapfrog_set(world(), "central2"), {}, {});
    CHECK(against_exact(differences.model).mse >= 1e3 * against_exact(result.model).mse);
}

TEST_CASE("a time series gives the same model on any number of ranks", "[time_series]") {
    for (const char* rates : {"central4", "leapfrog"}) {
        const auto many = training::train(leapfrog_set(world(), rates), {}, {}).model;
        const auto one = training::train(leapfrog_set(parallel::Communicator::self(), rates), {}, {}).model;
        CHECK(many.message.weights == one.message.weights);
        CHECK(many.node.biases == one.node.biases);
        const auto placed = tests::Placed::make(world(), {});
        const auto difference =
            training::vector_field_error(world(), placed.graph, *model::make_force_field(many, {}),
                                         *model::make_force_field(one, {}), placed.positions, placed.momenta);
        CHECK(difference.relative_force <= 1e-9);
        CHECK(difference.relative_velocity <= 1e-9);
    }
}
