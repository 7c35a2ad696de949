#include "rfhgn/model/many_body/force_field.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include "rfhgn/base/error.hpp"
#include "rfhgn/potential/pair_force_field.hpp"

#include "centres.hpp"
#include "evaluator.hpp"
#include "species_places.hpp"

namespace rfhgn::model::many_body {

namespace {

/// Memory that is kept between evaluations.
struct Workspace {
    explicit Workspace(double cutoff) : near(cutoff), block(cutoff) {}

    Centres centres;
    std::vector<int> place;     // of species [owned + ghosts]
    std::vector<double> force;  // [owned + ghosts, 3]
    NeighbourLanes near;        // of one atom, before they are sorted by species
    Block block;
    double largest_core = 0;
};

/// One evaluation: blocks of atoms.
class Pass {
  public:
    Pass(const Evaluator& evaluator, Workspace& work, const potential::Atoms& atoms,
         potential::Exchange& exchange, const potential::Result& result)
        : evaluator_(evaluator),
          work_(work),
          block_(work.block),
          atoms_(atoms),
          exchange_(exchange),
          result_(result),
          slopes_(!result.force.empty() || result.wants_virial()) {}

    void over(std::span<const LocalIndex> centres) {
        for (std::size_t begin = 0; begin < centres.size(); begin += block_atoms) {
            exchange_.poll();
            const auto part = centres.subspan(begin, std::min(block_atoms, centres.size() - begin));
            gather(part);
            evaluator_.evaluate(block_, slopes_);
            add_core(part);
            add_energies(part);
            if (slopes_) add_slopes(part);
        }
    }

  private:
    void gather(std::span<const LocalIndex> centres) {
        const std::size_t species = evaluator_.species().size();
        block_.lanes.clear();
        block_.ranges.resize(block_atoms * species);
        block_.atoms = centres.size();
        for (std::size_t k = 0; k < centres.size(); ++k) {
            block_.species[k] = work_.place[static_cast<std::size_t>(centres[k])];
            const auto neighbours = work_.centres.neighbours(centres[k]);
            block_.lanes.reserve(block_.lanes.size() + neighbours.size() + species * lane_count);
            if (species == 1) {
                const std::size_t begin = block_.lanes.size();
                measure(centres[k], neighbours, block_.lanes);
                block_.lanes.fill_up();
                block_.ranges[k] = {begin, block_.lanes.size()};
                continue;
            }
            work_.near.clear();
            work_.near.reserve(neighbours.size());
            measure(centres[k], neighbours, work_.near);
            sort_by_species(k, species);
        }
    }

    /// Appends neighbours nearer than the cutoff.
    void measure(LocalIndex centre, std::span<const LocalIndex> neighbours, NeighbourLanes& lanes) const {
        const double* const q = atoms_.position.data();
        const double* const own = q + 3 * static_cast<std::size_t>(centre);
        const double squared_cutoff = evaluator_.cutoff() * evaluator_.cutoff();
        for (const LocalIndex j : neighbours) {
            const double* const other = q + 3 * static_cast<std::size_t>(j);
            const double x = other[0] - own[0];
            const double y = other[1] - own[1];
            const double z = other[2] - own[2];
            const double squared = x * x + y * y + z * z;
            if (squared < squared_cutoff) lanes.append(j, x, y, z, std::sqrt(squared));
        }
    }

    void sort_by_species(std::size_t atom, std::size_t species) {
        const NeighbourLanes& near = work_.near;
        for (std::size_t s = 0; s < species; ++s) {
            const std::size_t begin = block_.lanes.size();
            for (std::size_t e = 0; e < near.size(); ++e)
                if (work_.place[static_cast<std::size_t>(near.index[e])] == static_cast<int>(s))
                    block_.lanes.append(near.index[e], near.x[e], near.y[e], near.z[e], near.r[e]);
            block_.lanes.fill_up();
            block_.ranges[atom * species + s] = {begin, block_.lanes.size()};
        }
    }

    /// Half of a pair's energy belongs to each end, and each pair is seen from both.
    void add_core(std::span<const LocalIndex> centres) {
        if (evaluator_.core().none()) return;
        const std::size_t species = evaluator_.species().size();
        for (std::size_t k = 0; k < centres.size(); ++k)
            for (std::size_t s = 0; s < species; ++s) {
                const LaneRange range = block_.ranges[k * species + s];
                for (std::size_t e = range.begin; e < range.end; ++e) {
                    const double r = block_.lanes.r[e];
                    if (r >= work_.largest_core || block_.lanes.index[e] == NeighbourLanes::nobody) continue;
                    const auto pair = core_pair(evaluator_.core(), block_.species[k], static_cast<int>(s), r);
                    block_.energy[k] += 0.5 * pair.energy;
                    if (!slopes_) continue;
                    const double scale = 0.5 * pair.slope / r;
                    block_.slope_x[e] += scale * block_.lanes.x[e];
                    block_.slope_y[e] += scale * block_.lanes.y[e];
                    block_.slope_z[e] += scale * block_.lanes.z[e];
                }
            }
    }

    void add_energies(std::span<const LocalIndex> centres) {
        for (std::size_t k = 0; k < centres.size(); ++k) {
            if (result_.potential) *result_.potential += block_.energy[k];
            if (!result_.energy_per_atom.empty())
                result_.energy_per_atom[static_cast<std::size_t>(centres[k])] += block_.energy[k];
        }
    }

    void add_slopes(std::span<const LocalIndex> centres) {
        const std::size_t species = evaluator_.species().size();
        for (std::size_t k = 0; k < centres.size(); ++k) {
            const LaneRange range{block_.ranges[k * species].begin, block_.ranges[(k + 1) * species - 1].end};
            scatter(centres[k], range);
            if (!result_.virial_per_atom.empty())
                add_virial(range, result_.virial_per_atom[static_cast<std::size_t>(centres[k])]);
        }
        if (result_.virial) add_virial({0, block_.lanes.size()}, *result_.virial);
    }

    void scatter(LocalIndex centre, LaneRange range) {
        if (result_.force.empty()) return;
        double* const force = work_.force.data();
        double sum[3] = {};
        for (std::size_t e = range.begin; e < range.end; ++e) {
            const LocalIndex j = block_.lanes.index[e];
            if (j == NeighbourLanes::nobody) continue;
            double* const other = force + 3 * static_cast<std::size_t>(j);
            const double slope[3] = {block_.slope_x[e], block_.slope_y[e], block_.slope_z[e]};
            for (int a = 0; a < 3; ++a) {
                other[a] -= slope[a];
                sum[a] += slope[a];
            }
        }
        for (int a = 0; a < 3; ++a) force[3 * static_cast<std::size_t>(centre) + a] += sum[a];
    }

    /// Lanes without a neighbour have no slope.
    void add_virial(LaneRange range, potential::Virial& to) const {
        const NeighbourLanes& lanes = block_.lanes;
        Lanes sum[6] = {};
        for (std::size_t e = range.begin; e < range.end; e += lane_count) {
            const Lanes x = load(&lanes.x[e]);
            const Lanes y = load(&lanes.y[e]);
            const Lanes fy = load(&block_.slope_y[e]);
            const Lanes fz = load(&block_.slope_z[e]);
            sum[0] -= x * load(&block_.slope_x[e]);
            sum[1] -= y * fy;
            sum[2] -= load(&lanes.z[e]) * fz;
            sum[3] -= x * fy;
            sum[4] -= x * fz;
            sum[5] -= y * fz;
        }
        for (std::size_t k = 0; k < 6; ++k)
            for (std::size_t lane = 0; lane < lane_count; ++lane) to[k] += sum[k][lane];
    }

    const Evaluator& evaluator_;
    Workspace& work_;
    Block& block_;
    const potential::Atoms& atoms_;
    potential::Exchange& exchange_;
    const potential::Result& result_;
    bool slopes_;
};

class ManyBodyForceField final : public potential::ForceField {
  public:
    explicit ManyBodyForceField(const Model& model)
        : evaluator_(model), work_(std::make_unique<Workspace>(evaluator_.cutoff())) {
        for (const auto& range : evaluator_.core().range)
            work_->largest_core = std::max(work_->largest_core, range.to);
    }

    [[nodiscard]] potential::Needs needs() const override {
        return {.cutoff = evaluator_.cutoff(), .full_list = true};
    }

    void compute(const potential::Atoms& atoms, const potential::Neighbours& neighbours,
                 potential::Exchange& exchange, const potential::Result& result) const override {
        potential::add_kinetic(potential::NewtonianKineticTerm{}, atoms, result);
        if (!result.of_positions()) return;
        require(atoms.dimension == 3, Advice{"use a pairwise model"},
                "a many-body potential knows three dimensions, not {}", atoms.dimension);
        RFHGN_ASSERT(neighbours.full || neighbours.interior == neighbours.size());
        find_places(evaluator_.species(), atoms.species, work_->place);
        work_->centres.sort(atoms, neighbours);
        work_->force.assign(result.force.empty() ? 0 : 3 * static_cast<std::size_t>(atoms.size()), 0.0);
        Pass pass(evaluator_, *work_, atoms, exchange, result);
        pass.over(work_->centres.interior());
        exchange.arrive();
        pass.over(work_->centres.boundary());
        if (result.force.empty()) return;
        // Ghosts' forces are kept apart from the result, where other force fields leave scratch.
        exchange.sum(work_->force, 3);
        for (std::size_t k = 0; k < atoms.owned_size(); ++k) result.force[k] += work_->force[k];
    }

  private:
    Evaluator evaluator_;
    std::unique_ptr<Workspace> work_;
};

}  // namespace

std::unique_ptr<potential::ForceField> make_force_field(const Model& model) {
    check(model);
    return std::make_unique<ManyBodyForceField>(model);
}

}  // namespace rfhgn::model::many_body
