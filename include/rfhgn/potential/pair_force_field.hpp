#pragma once
/// H = Σ_i T(|p_i|²) + Σ_edges V(r_ij): evaluated in batches, so that terms are plain loops over arrays.

#include <limits>
#include <memory>
#include <span>

#include "rfhgn/potential/force_field.hpp"

namespace rfhgn::potential {

/// V(r): energy and slope dV/dr of a pair as a function of its length, and of attributes of the edge and of
/// its ends. Local.
class PairTerm {
  public:
    virtual ~PairTerm() = default;
    /// Energy and slope are exactly 0 from this distance on.
    [[nodiscard]] virtual double cutoff() const { return std::numeric_limits<double>::infinity(); }
    /// For edges first_edge .. first_edge + distance.size(): slope[e] = dV/dr and, unless `energy` is empty,
    /// energy[e] = V.
    virtual void evaluate(const Atoms& atoms, const Neighbours& neighbours, LocalIndex first_edge,
                          std::span<const double> distance, std::span<double> slope,
                          std::span<double> energy) const = 0;
};

/// T(|p|²): energy and slope dT/d(|p|²) of a particle. Local.
class KineticTerm {
  public:
    virtual ~KineticTerm() = default;
    /// For particles first .. first + squared_momentum.size(): slope[i] = dT/d|p|² and, unless `energy` is
    /// empty, energy[i] = T.
    virtual void evaluate(const Atoms& atoms, LocalIndex first, std::span<const double> squared_momentum,
                          std::span<double> slope, std::span<double> energy) const = 0;
};

/// T = |p|²/2m.
class NewtonianKineticTerm final : public KineticTerm {
  public:
    void evaluate(const Atoms& atoms, LocalIndex first, std::span<const double> squared_momentum,
                  std::span<double> slope, std::span<double> energy) const override;
};

/// Adds the kinetic part of a result. Local.
void add_kinetic(const KineticTerm& term, const Atoms& atoms, const Result& result);

/// Either list will do.
class PairForceField final : public ForceField {
  public:
    PairForceField(std::unique_ptr<KineticTerm> kinetic, std::unique_ptr<PairTerm> pair);

    [[nodiscard]] Needs needs() const override { return {.cutoff = pair_->cutoff()}; }
    void compute(const Atoms& atoms, const Neighbours& neighbours, Exchange& exchange,
                 const Result& result) const override;

    [[nodiscard]] const PairTerm& pair() const noexcept { return *pair_; }
    [[nodiscard]] const KineticTerm& kinetic() const noexcept { return *kinetic_; }

  private:
    std::unique_ptr<KineticTerm> kinetic_;
    std::unique_ptr<PairTerm> pair_;
};

}  // namespace rfhgn::potential
