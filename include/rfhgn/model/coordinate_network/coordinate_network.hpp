#pragma once
/// The network of arXiv 2506.06558 with its own inputs: coordinates instead of distances,
///
///   x_i  = [q̄_i, p̄_i, 1/m_i if masses differ],   h_i  = σ(W_V x_i + b_V)
///   e_ij = [q̄_i − q̄_j, edge attributes],          g_ij = σ(W_E e_ij + b_E)
///   m_ij = σ(W_M [h_i, h_j, g_ij] + b_M),         Ĥ = θ · [Σ_i h_i, Σ_edges m_ij + m_ji] + θ_0.
///
/// q̄ and p̄ are coordinates in a frame that moves with the system (see frame.hpp), so that Ĥ does not change
/// when the system is moved, turned or mirrored; or the coordinates themselves (`absolute`), so that a field
/// can be learned. Ĥ is not separable.

#include <memory>
#include <string>
#include <vector>

#include "rfhgn/model/dense_layer.hpp"
#include "rfhgn/model/model.hpp"

namespace rfhgn::model {

struct CoordinateNetwork final : Model {
    bool absolute = false;    ///< no frame
    bool mass_input = false;  ///< nodes see 1/m
    DenseLayer node;
    DenseLayer edge;
    DenseLayer message;                ///< sees [h_i, h_j, g_ij]
    std::vector<double> coefficients;  ///< θ [columns()]: of node features, then of messages
    double energy_per_node = 0;        ///< θ_0, shared out so that energies stay extensive

    [[nodiscard]] int columns() const noexcept { return node.width + message.width; }
    [[nodiscard]] int node_inputs() const noexcept { return 2 * dimension + (mass_input ? 1 : 0); }
    [[nodiscard]] int edge_inputs() const noexcept {
        return dimension + static_cast<int>(edge_attribute_names.size());
    }

    [[nodiscard]] std::unique_ptr<Model> clone() const override;
    [[nodiscard]] std::string encoding() const override { return absolute ? "absolute" : "frame"; }
    [[nodiscard]] std::pair<const char*, double> energy_constant() const override {
        return {"energy_per_node", energy_per_node};
    }
    [[nodiscard]] std::unique_ptr<potential::ForceField> force_field(
        const std::vector<std::string>& attribute_names) const override;
    void write(ArchiveWriter& archive) const override;

  private:
    void match(const Facts& facts, Purpose purpose) const override;
};

/// Ĥ as a force field, which is not separable; its kinetic energy is told as Σ |p|²/2m, and the rest as
/// potential. Keeps a copy of the model. compute throws InputError on all processes when the particles of a
/// system span no frame.
std::unique_ptr<potential::ForceField> make_force_field(const CoordinateNetwork& model);

}  // namespace rfhgn::model
