#include <limits>

#include "rfhgn/base/error.hpp"
#include "rfhgn/dynamics/simulation.hpp"
#include "rfhgn/io/data_set.hpp"
#include "rfhgn/parallel/block_range.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/report/log.hpp"

#include "context.hpp"
#include "noise.hpp"
#include "stages.hpp"

namespace rfhgn::app {

namespace {

// Snapshots of consecutive trajectories, appended one by one. Each trajectory runs on one rank: trajectories
// are independent, and a training system is small.
class SnapshotBuilder {
  public:
    SnapshotBuilder(const systems::System& system, parallel::Range trajectories, GlobalIndex frames)
        : self_(parallel::Communicator::self()),
          hamiltonian_(system.hamiltonian()),
          part_(system.graph_part(self_)),
          graph_(graph::distribute(self_, part_, graph::keep_owners(self_, part_))) {
        const GlobalIndex first = trajectories.begin * frames;
        const GlobalIndex nodes = part_.total_nodes;
        const auto edges = static_cast<GlobalIndex>(part_.edges.size());
        set_.totals.dimension = part_.dimension;
        set_.totals.edge_attribute_names = part_.edge_attributes.names;
        set_.totals.units = "reduced";
        set_.part.dimension = part_.dimension;
        set_.part.nodes = {first * nodes, first * nodes};
        set_.part.first_edge_id = first * edges;
        set_.part.edge_attributes.names = part_.edge_attributes.names;
        set_.first_snapshot = first;
        set_.node_offset = {first * nodes};
    }

    [[nodiscard]] const graph::DistributedGraph& graph() const noexcept { return graph_; }
    [[nodiscard]] const systems::Hamiltonian& hamiltonian() const noexcept { return *hamiltonian_; }
    [[nodiscard]] const parallel::Communicator& self() const noexcept { return self_; }

    void append(const dynamics::Simulation& simulation, GlobalIndex trajectory) {
        const auto& state = simulation.state();
        std::vector<double> velocity(state.position.size());
        hamiltonian_->velocities(graph_, state.momentum, velocity);
        const auto add = [](std::vector<double>& to, std::span<const double> from) {
            to.insert(to.end(), from.begin(), from.end());
        };
        add(set_.position, state.position);
        add(set_.momentum, state.momentum);
        add(set_.position_rate, velocity);
        add(set_.momentum_rate, simulation.forces());
        add(set_.part.mass, part_.mass);
        add(set_.part.edge_attributes.values, part_.edge_attributes.values);
        set_.part.species.insert(set_.part.species.end(), part_.species.begin(), part_.species.end());
        const GlobalIndex base = set_.part.nodes.end;
        for (const auto& edge : part_.edges)
            set_.part.edges.push_back({base + edge.first, base + edge.second});
        set_.part.nodes.end += part_.total_nodes;
        set_.node_offset.push_back(set_.part.nodes.end);
        set_.energy.push_back(hamiltonian_->kinetic_energy(graph_, state.momentum) +
                              hamiltonian_->potential_energy(graph_, state.position));
        set_.time.push_back(simulation.time());
        set_.trajectory.push_back(trajectory);
        edges_of_snapshot_.push_back(static_cast<GlobalIndex>(part_.edges.size()));
    }

    graph::SnapshotSet& set() noexcept { return set_; }
    [[nodiscard]] const std::vector<GlobalIndex>& edges_of_snapshot() const noexcept {
        return edges_of_snapshot_;
    }

  private:
    parallel::Communicator self_;
    std::unique_ptr<systems::Hamiltonian> hamiltonian_;
    graph::GraphPart part_;
    graph::DistributedGraph graph_;
    graph::SnapshotSet set_;
    std::vector<GlobalIndex> edges_of_snapshot_;
};

}  // namespace

GeneratedSnapshots generate_snapshots(const parallel::Communicator& comm, const systems::System& system,
                                      const GenerateOptions& options) {
    const auto mine = parallel::block_range(options.trajectories, comm.size(), comm.rank());
    SnapshotBuilder builder(system, mine, options.frames);
    parallel::together(comm, [&] {
        for (GlobalIndex trajectory = mine.begin; trajectory < mine.end; ++trajectory) {
            const auto values = builder.graph().state_size();
            dynamics::State state{0, std::vector<double>(values), std::vector<double>(values)};
            system.initial_state(builder.self(), builder.graph(), options.initial, trajectory, state.position,
                                 state.momentum);
            dynamics::Simulation simulation(builder.self(), builder.graph(), builder.hamiltonian(),
                                            std::move(state), {options.dt, options.interval, 1e6});
            builder.append(simulation, trajectory);
            for (GlobalIndex frame = 1; frame < options.frames; ++frame) {
                simulation.run_to(frame * options.interval);
                builder.append(simulation, trajectory);
            }
        }
    });
    GeneratedSnapshots generated{std::move(builder.set()), builder.edges_of_snapshot()};
    auto& set = generated.set;
    set.totals.snapshots = options.trajectories * options.frames;
    set.totals.nodes = set.totals.snapshots * system.nodes();
    set.totals.edges = parallel::sum(comm, static_cast<GlobalIndex>(set.part.edges.size()));
    set.part.total_nodes = set.totals.nodes;
    return generated;
}

void generate(const Context& context) {
    const auto& options = context.options.generate;
    parallel::PhaseTimes times;
    const systems::System system(context.options.system);
    report::info(fmt::format("generate: {} trajectories x {} snapshots of {}", options.trajectories,
                             options.frames, system.description()));
    GeneratedSnapshots generated;
    NoiseAmplitudes noise;
    {
        const parallel::ScopedPhase phase(times, "simulate");
        generated = generate_snapshots(context.comm, system, options);
        noise = add_noise(context.comm, options, system.nodes(), generated.set);
    }
    {
        const parallel::ScopedPhase phase(times, "write");
        if (!options.rates) {
            generated.set.position_rate.clear();
            generated.set.momentum_rate.clear();
        }
        io::write_data_set(context.comm, context.output("data.h5"), generated.set,
                           generated.edges_of_snapshot, context.provenance);
    }
    const auto& totals = generated.set.totals;
    report::Json summary;
    summary["stage"] = "generate";
    summary["system"] = system.description();
    summary["data"] = context.output("data.h5");
    summary["snapshots"] = totals.snapshots;
    summary["particles"] = totals.nodes;
    summary["edges"] = totals.edges;
    summary["rates"] = options.rates;
    summary["noise"] = {{"position", noise.position},
                        {"momentum", noise.momentum},
                        {"position_rate", noise.position_rate},
                        {"momentum_rate", noise.momentum_rate}};
    summary["seconds"] = report::phase_table(context.comm, times);
    summary["provenance"] = report::to_json(context.provenance);
    report::write_summary(context.comm, context.output("generate.json"), summary);
    report::info(fmt::format("generate: {} snapshots, {} particles and {} edges in {}", totals.snapshots,
                             totals.nodes, totals.edges, context.output("data.h5")));
}

}  // namespace rfhgn::app
