#pragma once
/// Screened repulsion of nuclei at distances below those of the data (Ziegler, Biersack, Littmark 1985):
/// V = k Z_i Z_j / r φ(r/a) (1 − S(r)), S rising from 0 to 1 just above the inner switch of the basis. A
/// fixed part of the model: training subtracts it from the targets.

#include <span>
#include <vector>

#include "rfhgn/model/many_body/basis.hpp"

namespace rfhgn::model::many_body {

struct CoreRepulsion {
    std::vector<double> charge{};      ///< Z [species]; empty: none
    std::vector<InnerSwitch> range{};  ///< [pairs of species]
    double coulomb = 14.399645;        ///< e²/4πε₀; here in eV Å
    double bohr = 0.529177;            ///< Bohr's radius; here in Å

    [[nodiscard]] bool none() const noexcept { return charge.empty(); }
    friend bool operator==(const CoreRepulsion&, const CoreRepulsion&) = default;
};

/// Inner switches [pairs] from the shortest distances of the data, by pair and numbered as SpeciesPairs;
/// infinite for a pair that was never met. Data of cold alloys or crystals do not say that atoms cannot come
/// nearer: two species are taken to come as near as the mean of each with its like, and all pairs to where
/// the bare repulsion is 4 eV. Throws InputError for tables of a wrong length, or when no pair was met.
[[nodiscard]] std::vector<InnerSwitch> inner_switches(std::span<const double> shortest,
                                                      std::span<const double> charges);

/// Of nuclei with these charges [species], within the basis's inner switches. Throws InputError unless
/// there is one charge for each species and a switch for each pair.
[[nodiscard]] CoreRepulsion core_repulsion(const Basis& basis, std::vector<double> charges);

/// V and dV/dr of a pair of species places (0, 1, ... in order of Basis::species).
struct PairEnergy {
    double energy = 0;
    double slope = 0;
};
[[nodiscard]] PairEnergy core_pair(const CoreRepulsion& core, int first, int second, double r);

}  // namespace rfhgn::model::many_body
