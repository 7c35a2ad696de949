#include <algorithm>
#include <numeric>

#include "rfhgn/base/error.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/io/data_set.hpp"
#include "rfhgn/parallel/block_range.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/interruption.hpp"
#include "rfhgn/report/log.hpp"
#include "rfhgn/workflow/checkpoint_schedule.hpp"
#include "rfhgn/workflow/stage_table.hpp"

#include "initial_state.hpp"
#include "noise.hpp"
#include "stages.hpp"

namespace rfhgn::workflow {

namespace {

/// Positions in `ids` of the ids in ascending order.
std::vector<std::size_t> order_of(std::span<const GlobalIndex> ids) {
    std::vector<std::size_t> order(ids.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return ids[a] < ids[b]; });
    return order;
}

void add_rows(std::vector<double>& to, std::span<const double> from, const std::vector<std::size_t>& order,
              std::size_t width) {
    for (const std::size_t row : order)
        to.insert(to.end(), from.begin() + static_cast<std::ptrdiff_t>(row * width),
                  from.begin() + static_cast<std::ptrdiff_t>((row + 1) * width));
}

// Snapshots of consecutive trajectories, appended one by one. Each trajectory runs on one rank: trajectories
// are independent, and a training system is small.
class SnapshotBuilder {
  public:
    SnapshotBuilder(const systems::System& system, parallel::Range trajectories, GlobalIndex frames)
        : force_field_(system.force_field()),
          part_(system.graph_part(parallel::Communicator::self())),
          box_(system.box()) {
        const GlobalIndex first = trajectories.begin * frames;
        const GlobalIndex nodes = part_.total_nodes;
        const auto edges = static_cast<GlobalIndex>(part_.edges.size());
        set_.totals.dimension = part_.dimension;
        set_.totals.edge_attribute_names = part_.edge_attributes.names;
        set_.totals.units = system.units().name;
        set_.totals.boxes = system.follows_space();
        set_.part.dimension = part_.dimension;
        set_.part.nodes = {first * nodes, first * nodes};
        set_.part.first_edge_id = first * edges;
        set_.part.edge_attributes.names = part_.edge_attributes.names;
        set_.first_snapshot = first;
        set_.node_offset = {first * nodes};
    }

    [[nodiscard]] const potential::ForceField& force_field() const noexcept { return *force_field_; }

    void append(const SimulationRun& run, GlobalIndex trajectory) {
        const auto& graph = run.graph();
        const auto& state = run.simulation->state();
        const auto d = static_cast<std::size_t>(graph.dimension);
        std::vector<double> velocity(state.position.size());
        graph::velocities(*force_field_, graph, state.momentum, velocity);
        const auto order = order_of(std::span(graph.node_id).first(static_cast<std::size_t>(graph.owned)));
        add_rows(set_.position, state.position, order, d);
        add_rows(set_.momentum, state.momentum, order, d);
        add_rows(set_.velocity, velocity, order, d);
        add_rows(set_.force, run.simulation->forces(), order, d);
        append_part();
        set_.energy.push_back(graph::kinetic_energy(*force_field_, graph, state.momentum) +
                              graph::potential_energy(*force_field_, graph, state.position));
        set_.time.push_back(run.simulation->time());
        set_.trajectory.push_back(trajectory);
        if (set_.totals.boxes) set_.virial.push_back(graph::virial(*force_field_, graph, state.position));
    }

    data::SnapshotSet& set() noexcept { return set_; }
    [[nodiscard]] const std::vector<GlobalIndex>& edges_of_snapshot() const noexcept {
        return edges_of_snapshot_;
    }

  private:
    // What is the same in every snapshot.
    void append_part() {
        const auto add = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
        add(set_.part.mass, part_.mass);
        add(set_.part.species, part_.species);
        add(set_.part.edge_attributes.values, part_.edge_attributes.values);
        const GlobalIndex base = set_.part.nodes.end;
        for (const auto& edge : part_.edges)
            set_.part.edges.push_back({base + edge.first, base + edge.second});
        set_.part.nodes.end += part_.total_nodes;
        set_.node_offset.push_back(set_.part.nodes.end);
        edges_of_snapshot_.push_back(static_cast<GlobalIndex>(part_.edges.size()));
        if (set_.totals.boxes) set_.box.push_back(box_);
    }

    std::unique_ptr<potential::ForceField> force_field_;
    graph::GraphPart part_;
    graph::Box box_;
    data::SnapshotSet set_;
    std::vector<GlobalIndex> edges_of_snapshot_;
};

}  // namespace

GeneratedSnapshots generate_snapshots(const parallel::Communicator& comm, const systems::System& system,
                                      const GenerateOptions& options) {
    const auto mine = parallel::block_range(options.trajectories, comm.size(), comm.rank());
    SnapshotBuilder builder(system, mine, options.frames);
    const auto self = parallel::Communicator::self();
    parallel::together_at_length(comm, [&] {
        InitialState start(self, simulated(system), options.initial);
        for (GlobalIndex trajectory = mine.begin; trajectory < mine.end; ++trajectory) {
            parallel::interruption_point();
            start.draw(trajectory);
            start.equilibrate(builder.force_field(), options.equilibration, options.dt);
            const SimulationRun run = start.run(builder.force_field(), {options.dt, options.interval, 1e6});
            builder.append(run, trajectory);
            CheckpointSchedule schedule(self, {.checkpoint_minutes = 0}, 0);
            for (GlobalIndex frame = 1; frame < options.frames; ++frame) {
                schedule.lead((frame - 1) * options.interval, frame * options.interval,
                              [&](std::int64_t step) { run.simulation->run_to(step); });
                builder.append(run, trajectory);
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

namespace {

void generate(const Context& context) {
    const auto& options = context.options.generate;
    parallel::PhaseTimes times;
    const systems::System system(context.options.system);
    report::info(fmt::format("generate: {} trajectories x {} snapshots of {}", options.trajectories,
                             options.frames, system.description()));
    if (options.frames > 1 || options.equilibration.steps > 0)
        warn_of_step("generate.dt", options.dt, system);
    GeneratedSnapshots generated;
    NoiseAmplitudes noise;
    {
        const parallel::ScopedPhase phase(times, "simulate");
        generated = generate_snapshots(context.comm, system, options);
        noise = add_noise(context.comm, options, system.nodes(), generated.set);
    }
    parallel::interruption_point(context.comm);
    {
        const parallel::ScopedPhase phase(times, "write");
        if (!options.rates) {
            generated.set.velocity.clear();
            generated.set.force.clear();
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
                        {"velocity", noise.velocity},
                        {"force", noise.force}};
    summary["seconds"] = report::phase_table(context.comm, times);
    summary["peak_memory_mib"] = report::over_ranks(context.comm, report::peak_memory_mib());
    summary["provenance"] = report::to_json(context.provenance);
    report::write_summary(context.comm, context.output("generate.json"), summary);
    report::info(fmt::format("generate: {} snapshots, {} particles and {} edges in {}", totals.snapshots,
                             totals.nodes, totals.edges, context.output("data.h5")));
}

}  // namespace

const Stage generate_stage{
    .name = "generate",
    .help = "write a data set of snapshots of the reference system",
    .in_deck = &Options::generates,
    .depends_on = [](const Options&) -> std::vector<std::string> {
        return {"system", "generate"};
    },
    .inputs = [](const Options&) -> std::vector<StageInput> { return {}; },
    .files = [](const Options&) -> std::vector<std::string> {
        return {"data.h5", "generate.json"};
    },
    .check_inputs = [](const Context&) {},
    .run = generate,
};

}  // namespace rfhgn::workflow
