#include "rfhgn/base/error.hpp"
#include "rfhgn/model/coordinate_network/body_frame.hpp"
#include "rfhgn/model/coordinate_network/coordinate_features.hpp"

namespace rfhgn::model {

namespace {

constexpr LocalIndex nodes_per_group = 512;

/// One evaluation of Ĥ or its gradient.
class Evaluation {
  public:
    Evaluation(const CoordinateNetwork& model, const potential::Atoms& atoms,
               const potential::Neighbours& neighbours, potential::Exchange& exchange)
        : model_(model),
          atoms_(atoms),
          exchange_(exchange),
          frames_(body_frames_of(model, exchange, atoms)),
          coordinates_(body_frame_coordinates(atoms, frames_)),
          features_(model, atoms, neighbours, coordinates_),
          groups_(node_groups(atoms, neighbours, nodes_per_group)) {}

    [[nodiscard]] double energy() const {
        double energy = 0;
        for (const auto& group : groups_) energy += features_.energy(group);
        return energy;
    }

    /// −∂Ĥ/∂q is added to the one, ∂Ĥ/∂p put into the other, of owned particles; either may be empty.
    void gradient(std::span<double> force, std::span<double> velocity) {
        const auto d = static_cast<std::size_t>(atoms_.dimension);
        std::vector<double> slope(2 * atoms_.owned_size());
        for (const auto& group : groups_) {
            exchange_.poll();
            features_.slopes(group,
                             std::span(slope).subspan(2 * d * static_cast<std::size_t>(group.nodes.front()),
                                                      2 * d * group.nodes.size()));
        }
        const auto of_frames = frame_gradients(slope);
        for (LocalIndex i = 0; i < atoms_.owned; ++i) {
            const auto n = static_cast<std::size_t>(i);
            const auto s = static_cast<std::size_t>(atoms_.system(i));
            double* const of_node = slope.data() + 2 * d * n;
            leave_body_frame(frames_[s], of_frames[s], atoms_.dimension, atoms_.id[n], atoms_.mass[n],
                             of_node);
            for (std::size_t k = 0; k < d && !force.empty(); ++k) force[d * n + k] -= of_node[k];
            for (std::size_t k = 0; k < d && !velocity.empty(); ++k) velocity[d * n + k] = of_node[d + k];
        }
    }

  private:
    std::vector<BodyFrameGradient> frame_gradients(const std::vector<double>& slope) {
        const auto d = static_cast<std::size_t>(atoms_.dimension);
        std::vector<BodyFrameSums> sums(frames_.size());
        for (LocalIndex i = 0; i < atoms_.owned; ++i) {
            const auto s = static_cast<std::size_t>(atoms_.system(i));
            const auto at = d * static_cast<std::size_t>(i);
            sums[s].add(frames_[s], atoms_.dimension, atoms_.position.data() + at,
                        atoms_.momentum.data() + at, slope.data() + 2 * at);
        }
        // Only a frame that moves needs to know.
        if (!model_.absolute)
            exchange_.sum_over_processes(std::span(reinterpret_cast<double*>(sums.data()), 12 * sums.size()));
        std::vector<BodyFrameGradient> gradients;
        for (std::size_t s = 0; s < sums.size(); ++s)
            gradients.push_back(body_frame_gradient(frames_[s], atoms_.dimension, sums[s]));
        return gradients;
    }

    const CoordinateNetwork& model_;
    const potential::Atoms& atoms_;
    potential::Exchange& exchange_;
    std::vector<BodyFrame> frames_;
    std::vector<double> coordinates_;
    CoordinateFeatures features_;
    std::vector<NodeGroup> groups_;
};

double newtonian_kinetic_energy(const potential::Atoms& atoms) {
    double energy = 0;
    const auto d = static_cast<std::size_t>(atoms.dimension);
    for (std::size_t k = 0; k < atoms.owned_size(); ++k)
        energy += 0.5 * atoms.momentum[k] * atoms.momentum[k] / atoms.mass[k / d];
    return energy;
}

class CoordinateForceField final : public potential::ForceField {
  public:
    explicit CoordinateForceField(const CoordinateNetwork& model) : model_(model) {}

    [[nodiscard]] potential::Needs needs() const override {
        return {.full_list = true, .momenta_of_ghosts = true, .separable = false};
    }

    void compute(const potential::Atoms& atoms, const potential::Neighbours& neighbours,
                 potential::Exchange& exchange, const potential::Result& result) const override {
        require(!result.wants_virial() && result.energy_per_atom.empty(),
                Advice{"use a pairwise model for pressures and energies of single particles"},
                "a coordinate network has neither a virial nor energies of single particles");
        if (result.kinetic) *result.kinetic += newtonian_kinetic_energy(atoms);
        if (!result.potential && result.force.empty() && result.velocity.empty()) return;
        exchange.arrive();
        Evaluation evaluation(model_, atoms, neighbours, exchange);
        if (result.potential) *result.potential += evaluation.energy() - newtonian_kinetic_energy(atoms);
        if (!result.force.empty() || !result.velocity.empty())
            evaluation.gradient(result.force, result.velocity);
    }

  private:
    CoordinateNetwork model_;
};

}  // namespace

std::unique_ptr<potential::ForceField> make_force_field(const CoordinateNetwork& model) {
    return std::make_unique<CoordinateForceField>(model);
}

}  // namespace rfhgn::model
