#pragma once
/// How far a learned model can be trusted at a state: predictive standard deviations of forces and
/// velocities.

#include <functional>
#include <span>
#include <vector>

namespace rfhgn::model {

/// What the data say of the coefficients of one problem. With A = FᵀF a row z of features predicts with
/// variance noise² zᵀA⁻¹z + max(0, ridge_noise² − noise²) |damping ∘ A⁻¹z|²: what the noise of the data
/// leaves open, and the bias of a ridge that is larger than the noise asks for.
struct Posterior {
    double noise = 0;        ///< standard deviation of what the fit leaves of a row
    double ridge_noise = 0;  ///< the noise for which the ridge would be the right one
    std::vector<double>
        factor{};  ///< F [width, width] column-major, zero below the diagonal; empty: not known
    std::vector<double> damping{};  ///< [width], λD
    [[nodiscard]] bool known() const noexcept { return !factor.empty(); }
};

/// Standard deviations that the posterior of the coefficients gives to predictions: the model's part, without
/// the noise of a single observation (add that in squares). It grows where training data were sparse and,
/// without bound, outside their training range; it does not know of errors that all coefficients share
/// (features that cannot represent the truth, rates that are wrong throughout). One set of rows and one
/// triangular solve a node: meant for frames, not for every step. Local; model and graph must outlive it.
class Uncertainty {
  public:
    Uncertainty() = default;
    virtual ~Uncertainty() = default;
    Uncertainty(const Uncertainty&) = delete;
    Uncertainty& operator=(const Uncertainty&) = delete;

    /// deviation [owned, d] of −∂Ĥ/∂q; positions [owned + ghosts, d], ghosts up to date. Calls `between`
    /// after every group of nodes, and passes on what that throws.
    virtual void forces(std::span<const double> positions, std::span<double> deviation,
                        const std::function<void()>& between) = 0;
    void forces(std::span<const double> positions, std::span<double> deviation) {
        forces(positions, deviation, {});
    }
    /// deviation [owned, d] of ∂Ĥ/∂p; momenta [owned, d] or longer. Zero when the kinetic energy is known.
    virtual void velocities(std::span<const double> momenta, std::span<double> deviation) = 0;
};

/// Standard deviation of what the fit leaves of one component; 0: not known, or nothing was fitted.
struct Noise {
    double force = 0;
    double velocity = 0;
};

}  // namespace rfhgn::model
