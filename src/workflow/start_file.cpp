#include "start_file.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/ranges.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"

#include "data_sets.hpp"

namespace rfhgn::workflow {

namespace {

graph::Copies copies_of(const RolloutOptions& options, const data::SnapshotTotals& totals,
                        const graph::Box& cell) {
    const auto& given = options.replicate;
    graph::Copies copies{1, 1, 1};
    if (given.empty()) return copies;
    require(totals.boxes, Advice{"leave rollout.replicate out, or write a larger configuration"},
            "'{}' gives the graph of its particles: only periodic boxes can be replicated", options.start);
    require(given.size() == static_cast<std::size_t>(totals.dimension),
            Advice{"give one number a cell vector"},
            "rollout.replicate has {} numbers, but '{}' has dimension {}", given.size(), options.start,
            totals.dimension);
    for (std::size_t k = 0; k < given.size(); ++k)
        require(given[k] == 1 || cell.periodic[k],
                Advice{"write 1 for each axis that is open, or a larger configuration"},
                "rollout.replicate is [{}], but axis {} of the box of '{}' is open", fmt::join(given, ", "),
                k + 1, options.start);
    std::copy(given.begin(), given.end(), copies.begin());
    return copies;
}

// Ids of particles are whole numbers that reals hold exactly.
void require_numbers(const RolloutOptions& options, GlobalIndex particles) {
    constexpr double most = 1e15;
    double all = static_cast<double>(particles);
    for (const auto copies : options.replicate) all *= static_cast<double>(copies);
    require(all <= most, Advice{"give smaller numbers"},
            "rollout.replicate makes {:.3g} particles, too many to number", all);
}

}  // namespace

StartFile::StartFile(const parallel::Communicator& comm, std::unique_ptr<io::DataSetReader> reader,
                     const RolloutOptions& options)
    : comm_(comm), reader_(std::move(reader)) {
    parallel::together(comm, [&] {
        choose_frame(options);
        set_totals(options);
    });
}

void StartFile::choose_frame(const RolloutOptions& options) {
    const auto frames = reader_->totals().snapshots;
    require(!options.described || options.frame_given || frames == 1,
            Advice{"choose one with rollout.frame, or take it out with rfhgn convert --frame"},
            "'{}' holds {} configurations; a run starts from one", options.start, frames);
    frame_ = options.frame < 0 ? frames + options.frame : options.frame;
    require(frame_ >= 0 && frame_ < frames,
            Advice{"frames count from 0 at the beginning, from -1 at the end"},
            "rollout.frame is {}, but '{}' holds {} configuration{}", options.frame, options.start, frames,
            frames == 1 ? "" : "s");
}

void StartFile::set_totals(const RolloutOptions& options) {
    totals_ = reader_->totals();
    const auto outline = reader_->outline({frame_, frame_ + 1});
    const auto& nodes = outline.node_offset;
    cell_particles_ = nodes[1] - nodes[0];
    cell_.dimension = totals_.dimension;
    if (totals_.boxes) cell_ = reader_->read_part({nodes[0], nodes[0] + 1}, {0, 0}).box.front();
    require_numbers(options, cell_particles_);
    copies_ = copies_of(options, totals_, cell_);
    box_ = graph::replicated(cell_, copies_);
    totals_.nodes = cell_particles_ * graph::count(copies_);
    totals_.edges = outline.edge_offset[1] - outline.edge_offset[0];
    totals_.snapshots = 1;
    std::string which = reader_->totals().snapshots > 1 ? fmt::format("frame {}", frame_) : "";
    if (graph::count(copies_) > 1)
        which += fmt::format("{}{} times", which.empty() ? "" : ", ", fmt::join(options.replicate, "x"));
    name_ = fmt::format("'{}'{}", options.start, which.empty() ? "" : fmt::format(" ({})", which));
}

Configuration StartFile::read() const {
    parallel::together(comm_, [&] {
        require(totals_.nodes >= comm_.size(), Advice{"use fewer ranks"},
                "{} has {} particles, fewer than the {} ranks of this job", name_, totals_.nodes,
                comm_.size());
    });
    auto set = reader_->read_snapshot(comm_, frame_);
    Configuration found;
    auto& particles = found.particles;
    particles.id.resize(set.part.mass.size());
    std::iota(particles.id.begin(), particles.id.end(), set.part.nodes.begin);
    particles.mass = set.part.mass;
    particles.species = set.part.species;
    particles.position = std::move(set.position);
    particles.momentum = std::move(set.momentum);
    if (totals_.boxes)
        particles = graph::replicated(particles, cell_, copies_, cell_particles_);
    else
        found.graph = std::move(set.part);
    return found;
}

StartFile open_start(const parallel::Communicator& comm, const RolloutOptions& options,
                     const potential::SpeciesNames& numbered_as, const std::string& units) {
    return {comm, open_data_set(comm, options.start, numbered_as, {.lammps_units = units}), options};
}

}  // namespace rfhgn::workflow
