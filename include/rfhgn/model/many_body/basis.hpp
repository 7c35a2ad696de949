#pragma once
/// What a many-body model sees of an atom: densities of its neighbours
///
///     A_{c,n,l,m} = Σ_j e_c(s_j) g_n(r_ij) Y_lm(r̂_ij),     r_ij = q_j − q_i, |r_ij| < cutoff,
///
/// over channels c of species, radial functions n and real harmonics (l, m), from which invariants are built
/// (invariants.hpp; the expansion is that of Drautz, Phys. Rev. B 99, 014104 (2019)). Lengths are in the unit
/// of the data.

#include <cstddef>
#include <span>
#include <vector>

namespace rfhgn::model::many_body {

/// How the radial functions of a pair of species vanish towards r = 0, where there are no data: they are
/// multiplied by a step that rises from 0 at `from` to 1 at `to`, twice continuously differentiable. The core
/// repulsion takes over (core_repulsion.hpp).
struct InnerSwitch {
    double from = 0;
    double to = 0;  ///< 0: no switch
    friend bool operator==(const InnerSwitch&, const InnerSwitch&) = default;
};

/// From 0.84 to 0.98 of the shortest distance of the data, which see nothing of it.
[[nodiscard]] InnerSwitch inner_switch(double shortest_distance);

/// Channels through which species enter: A of channel c weighs neighbours of species s by vectors[c, s]. All
/// channels have two-body invariants, the first `channels3` (`channels4`) have three-body (four-body) ones,
/// and a factor of channel c costs an invariant cost3[c] (cost4[c]) degrees. With vectors[0] = 1 all species
/// are one "average atom" to an invariant without other channels; they need not be told apart until data say
/// so.
struct Embedding {
    std::vector<double> vectors{
        1.0};                   ///< [species, species], row c is e_c; rows orthogonal, |e_c|² = species
    std::vector<int> cost3{0};  ///< [channels3]
    std::vector<int> cost4{0};  ///< [channels4]
    int central = 1;            ///< coefficients of linear invariants are Σ_m θ_m e_m(s_i), m < central

    [[nodiscard]] std::size_t species() const;
    [[nodiscard]] double at(std::size_t channel, std::size_t species_place) const {
        return vectors[channel * species() + species_place];
    }
    /// Channels of whole densities: as many as three- and four-body invariants have, and at least one.
    [[nodiscard]] int channels() const noexcept;
    friend bool operator==(const Embedding&, const Embedding&) = default;
};

/// e_0 = 1 and discrete cosines, with the costs and the number of central vectors that were found to do well:
/// one species 1 channel; two species both channels, cost 0; more: three-body costs 0, 1, 2, four-body costs
/// 0, 3, 3 central vectors.
[[nodiscard]] Embedding default_embedding(std::size_t species);
/// The same channels, with e_1, e_2, ... along the given directions [given, species] as far as they go, made
/// orthogonal in order. Throws InputError for directions that depend on earlier ones or on e_0.
[[nodiscard]] Embedding embedding_along(std::size_t species, std::span<const double> directions);

/// Size and truncation of the basis. The degree of an invariant is the sum of the n and l of its factors and
/// their costs; those of at most degree3 (degree4) are kept.
struct Basis {
    double cutoff = 5.5;
    int cutoff_exponent = 2;         ///< c of (1 − (r/cutoff)²)^c
    int radial = 8;                  ///< radial functions
    int angular = 4;                 ///< largest l, at most max_angular
    int degree3 = 12;                ///< of three-body invariants
    int degree4 = 11;                ///< of four-body invariants; below 0: none
    double shortest_distance = 1.8;  ///< radial functions are orthonormal from here to the cutoff
    std::vector<int> species{0};     ///< those that the model knows, ascending
    Embedding embedding{};
    std::vector<InnerSwitch> inner{};  ///< of pairs of species, numbered as SpeciesPairs(species); or empty

    friend bool operator==(const Basis&, const Basis&) = default;
};

constexpr int max_angular = 6;

/// Throws InputError for sizes that make no sense, or tables of a wrong length.
void check(const Basis& basis);

/// Upper triangular M [n, n], column-major: g_n = f_c Σ_{m<=n} M_mn T_m(2 r/cutoff − 1) with
/// mean_q r_q² g_n g_m = δ_nm over 400 distances from the shortest to the cutoff. M depends on the cutoff
/// function and not on the inner switch.
[[nodiscard]] std::vector<double> radial_mixing(const Basis& basis);

/// Places of densities in an array: radial functions of one (channel, l, m) follow each other, padded with
/// zeros to whole vectors; then (l, m), at l² + l + m, then channels; channels beyond Embedding::channels()
/// have l = 0 only.
struct DensityLayout {
    int radial = 0;     ///< padded
    int harmonics = 0;  ///< (angular + 1)²
    int channels = 0;   ///< whole ones
    int species = 0;

    explicit DensityLayout(const Basis& basis);
    DensityLayout() = default;
    /// Of one channel.
    [[nodiscard]] int block() const noexcept { return radial * harmonics; }
    [[nodiscard]] int size() const noexcept { return channels * block() + (species - channels) * radial; }
    /// Begin of a channel.
    [[nodiscard]] int channel(int c) const noexcept {
        return c <= channels ? c * block() : channels * block() + (c - channels) * radial;
    }
    /// A_{c,n,l,m}.
    [[nodiscard]] int at(int c, int n, int l, int m) const noexcept {
        return channel(c) + (l * l + l + m) * radial + n;
    }
};

}  // namespace rfhgn::model::many_body
