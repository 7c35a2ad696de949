#pragma once
/// Between densities of neighbours of one species and those of channels.

#include <cstddef>

#include "rfhgn/model/many_body/basis.hpp"

namespace rfhgn::model::many_body {

/// The number of an unordered pair of species places, as SpeciesPairs has it.
[[nodiscard]] inline std::size_t pair_place(int first, int second) {
    const auto a = static_cast<std::size_t>(first < second ? first : second);
    const auto b = static_cast<std::size_t>(first < second ? second : first);
    return b * (b + 1) / 2 + a;
}

/// Calls use(weight, channel's first place, count): what a species' densities, from the first on, give to
/// each channel.
template <class Use>
void for_each_channel(const Embedding& embedding, const DensityLayout& layout, std::size_t species,
                      Use&& use) {
    for (int c = 0; c < layout.species; ++c)
        use(embedding.at(static_cast<std::size_t>(c), species), layout.channel(c),
            c < layout.channels ? layout.block() : layout.radial);
}

/// density [layout] += e_c(species) × of_species [one channel].
inline void add_to_channels(const Embedding& embedding, const DensityLayout& layout, std::size_t species,
                            const double* of_species, double* density) {
    for_each_channel(embedding, layout, species, [&](double weight, int first, int count) {
        for (int k = 0; k < count; ++k) density[first + k] += weight * of_species[k];
    });
}

/// The transpose: sets of_species.
inline void gather_from_channels(const Embedding& embedding, const DensityLayout& layout, std::size_t species,
                                 const double* slope, double* of_species) {
    for (int k = 0; k < layout.block(); ++k) of_species[k] = 0;
    for_each_channel(embedding, layout, species, [&](double weight, int first, int count) {
        for (int k = 0; k < count; ++k) of_species[k] += weight * slope[first + k];
    });
}

}  // namespace rfhgn::model::many_body
