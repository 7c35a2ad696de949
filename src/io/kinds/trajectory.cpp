/// Trajectories in H5MD, also those of other programs; those of rfhgn as data sets: every frame a snapshot.

#include <algorithm>

#include <fmt/format.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/units.hpp"
#include "rfhgn/parallel/agreement.hpp"

#include "data_set_checks.hpp"
#include "description.hpp"
#include "extended_xyz_cell.hpp"
#include "file_kind.hpp"
#include "species_names.hpp"
#include "trial_reading.hpp"

namespace rfhgn::io {

namespace {

using hdf5::Reader;
using parallel::Range;

const std::string group = "/particles/trajectory";

class TrajectoryFile final : public DataSetFile {
  public:
    TrajectoryFile(const parallel::Communicator& comm, const std::string& path, const OpenOptions& options)
        : comm_(comm), file_(path) {
        const auto shape = file_.shape(group + "/position/value", 3);
        require(shape[2] == 3 && shape[0] > 0 && shape[1] > 0, Advice{"give a trajectory of rfhgn"},
                "{}: {}/position/value has shape {}; frames of particles in three dimensions are expected",
                path, group, hdf5::to_text(shape));
        frames_ = shape[0];
        particles_ = shape[1];
        totals_.nodes = frames_ * particles_;
        totals_.snapshots = frames_;
        totals_.boxes = true;
        named_units_ = text_or(file_, "/parameters", "units", "");
        totals_.units = named_units_.empty() ? options.units : named_units_;
        if (totals_.units.empty()) totals_.units = "lj";
        static_cast<void>(units_of(totals_.units));
        totals_.species_names = read_species_names(file_, group + "/species", "names");
        check_shapes();
        read_constants();
    }

    [[nodiscard]] const data::SnapshotTotals& totals() const noexcept override { return totals_; }
    [[nodiscard]] bool has_velocity() const override { return false; }
    [[nodiscard]] bool has_force() const override { return file_.has(group + "/force/value"); }
    [[nodiscard]] std::vector<Remark> remarks() const override {
        std::vector<Remark> remarks{{"units", fmt::format("{}, as the file {}", totals_.units,
                                                          named_units_.empty() ? "does not say" : "says")},
                                    {"groups", "one trajectory: no frame is held out from the others"}};
        if (file_.has("/connectivity/bonds")) remarks.push_back({"ignored", "bonds"});
        return remarks;
    }
    [[nodiscard]] data::SnapshotSet read(Range nodes) const override {
        return parallel::together(comm_, [&] { return read_part(nodes, {0, 0}); });
    }
    [[nodiscard]] data::SnapshotSet read_part(Range nodes, Range /*edges*/) const override {
        if (nodes.size() == 0) return read_particles(nodes, {0, 0});
        return read_particles(nodes, {nodes.begin / particles_, (nodes.end - 1) / particles_ + 1});
    }
    [[nodiscard]] data::SnapshotSet read_snapshots(Range frames) const override {
        return read_particles({frames.begin * particles_, frames.end * particles_}, frames);
    }
    [[nodiscard]] data::SnapshotOutline outline(Range frames) const override {
        const auto count = static_cast<std::size_t>(frames.size());
        data::SnapshotOutline outline{
            {}, std::vector<GlobalIndex>(count + 1, 0), std::vector<GlobalIndex>(count, 0)};
        for (auto f = frames.begin; f <= frames.end; ++f) outline.node_offset.push_back(f * particles_);
        return outline;
    }

  private:
    void check_shapes() const {
        const std::string why = "as positions have";
        for (const char* name : {"/momentum/value", "/force/value"})
            if (file_.has(group + name)) file_.require_shape(group + name, {frames_, particles_, 3}, why);
        for (const char* name : {"/mass", "/species"})
            file_.require_shape(group + name, {particles_}, "particles");
        file_.require_shape(group + "/position/time", {frames_}, "frames");
        if (file_.has(edges)) file_.require_shape(edges, {frames_, 3, 3}, "frames, cell vectors");
        for (const char* name : energies)
            if (file_.has(name)) file_.require_shape(name, {frames_}, "frames");
    }
    void read_constants() {
        mass_ = file_.all<double>(group + "/mass");
        const std::vector<GlobalIndex> all{0, particles_};
        check_sound({file_.path(), group + "/mass", 0}, mass_, 1, {"particle", 0, all}, true);
        const Rows rows{file_.path(), group + "/species", 0};
        species_ = narrowed(rows, file_.all<std::int64_t>(group + "/species"));
        check_named(rows, species_, totals_.species_names);
        const auto words = file_.texts(group + "/box", "boundary");
        for (std::size_t k = 0; k < std::min<std::size_t>(3, words.size()); ++k)
            periodic_[k] = words[k] == "periodic";
        const bool any = periodic_ != std::array<bool, 3>{};
        require(!any || file_.has(edges), Advice{"copy it again"},
                "{}: the box is periodic, but there is no {}", file_.path(), edges);
    }

    // Of the frames, those of their particles that belong to the part.
    [[nodiscard]] data::SnapshotSet read_particles(Range nodes, Range frames) const {
        data::SnapshotSet set;
        set.totals = totals_;
        set.part.total_nodes = totals_.nodes;
        set.part.nodes = nodes;
        set.first_snapshot = frames.begin;
        for (auto f = frames.begin; f < frames.end; ++f) {
            set.node_offset.push_back(f * particles_);
            set.trajectory.push_back(0);
            add_frame(f, nodes, set);
        }
        set.node_offset.push_back(frames.end * particles_);
        set.time = file_.rows<double>(group + "/position/time", frames);
        add_energies(frames, set);
        file_.require_unchanged();
        return set;
    }
    void add_frame(GlobalIndex f, Range nodes, data::SnapshotSet& set) const {
        const auto begin = std::max<GlobalIndex>(0, nodes.begin - f * particles_);
        const auto end = std::min(particles_, nodes.end - f * particles_);
        const auto part = [&](const std::vector<double>& values, std::vector<double>& to) {
            to.insert(to.end(), values.begin() + 3 * begin, values.begin() + 3 * end);
        };
        const auto positions = values("/position/value", f);
        part(positions, set.position);
        if (file_.has(group + "/momentum/value"))
            part(values("/momentum/value", f), set.momentum);
        else
            set.momentum.resize(set.position.size(), 0.0);
        if (has_force()) part(values("/force/value", f), set.force);
        set.part.mass.insert(set.part.mass.end(), mass_.begin() + begin, mass_.begin() + end);
        set.part.species.insert(set.part.species.end(), species_.begin() + begin, species_.begin() + end);
        set.box.push_back(box(f, positions));
    }
    [[nodiscard]] std::vector<double> values(const char* name, GlobalIndex f) const {
        auto found = file_.rows<double>(group + name, {f, f + 1});
        const std::vector<GlobalIndex> frame{f * particles_, (f + 1) * particles_};
        check_sound({file_.path(), group + name, frame[0]}, found, 3, {"particle", f, frame});
        return found;
    }
    // Open space where the file has no box.
    [[nodiscard]] graph::Box box(GlobalIndex f, const std::vector<double>& positions) const {
        xyz::Cell cell{.periodic = periodic_};
        if (file_.has(edges)) {
            const auto vectors = file_.rows<double>(edges, {f, f + 1});
            for (std::size_t k = 0; k < 9; ++k) cell.vectors[k / 3][k % 3] = vectors[k];
        }
        return xyz::box_of({file_.path(), f, {}}, cell, positions);
    }
    // Kinetic and potential.
    void add_energies(Range frames, data::SnapshotSet& set) const {
        set.energy.assign(static_cast<std::size_t>(frames.size()), data::unknown);
        if (!file_.has(energies[0]) || !file_.has(energies[1])) return;
        const auto kinetic = file_.rows<double>(energies[0], frames);
        const auto potential = file_.rows<double>(energies[1], frames);
        for (std::size_t f = 0; f < set.energy.size(); ++f) set.energy[f] = kinetic[f] + potential[f];
    }

    static constexpr std::array energies{"/observables/kinetic_energy/value",
                                         "/observables/potential_energy/value"};
    const std::string edges = group + "/box/edges/value";

    parallel::Communicator comm_;
    Reader file_;
    data::SnapshotTotals totals_;
    std::string named_units_;
    GlobalIndex frames_ = 0, particles_ = 0;
    std::vector<double> mass_;
    std::vector<int> species_;
    std::array<bool, 3> periodic_{};
};

bool recognises(const UnknownFile& file) {
    return file.hdf5 && file.hdf5->has("/h5md") && file.hdf5->has(group);
}

std::string describe(const UnknownFile& unknown, const std::string& /*seal*/) {
    const Reader& file = *unknown.hdf5;
    const auto shape = file.shape(group + "/position/value", 3);
    const auto steps = file.all<GlobalIndex>(group + "/position/step");
    const auto times = file.all<double>(group + "/position/time");
    std::string out;
    add_line(out, "creator", text_or(file, "/h5md/creator", "name", "not given"));
    add_line(out, "particles", std::to_string(shape[1]));
    add_line(out, "frames", std::to_string(shape[0]));
    if (!steps.empty() && !times.empty()) {
        add_line(out, "steps", fmt::format("{} to {}", steps.front(), steps.back()));
        add_line(out, "times", fmt::format("{} to {}", times.front(), times.back()));
    }
    std::vector<std::string> quantities;
    for (const char* name : {"position", "velocity", "momentum", "force", "force_deviation"})
        if (file.has(group + "/" + name)) quantities.emplace_back(name);
    add_line(out, "quantities", listed(quantities));
    if (file.has_attribute(group + "/species", "names"))
        add_line(out, "species names",
                 potential::numbered(read_species_names(file, group + "/species", "names")));
    if (file.has("/connectivity/bonds"))
        add_line(out, "bonds", std::to_string(file.shape("/connectivity/bonds")[0]));
    add_provenance(out, file, "/parameters/provenance");
    return out;
}

std::unique_ptr<DataSetFile> open(const parallel::Communicator& comm, const std::string& path,
                                  const OpenOptions& options) {
    require_readable(comm, path);
    return parallel::together(comm, [&] { return std::make_unique<TrajectoryFile>(comm, path, options); });
}

}  // namespace

const FileKind& trajectory() {
    static const FileKind kind{.name = "trajectory (H5MD)",
                               .recognises = recognises,
                               .describe = describe,
                               .open = open,
                               .looked_through = false};
    return kind;
}

}  // namespace rfhgn::io
