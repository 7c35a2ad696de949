#include "pairwise_alternatives.hpp"

#include <algorithm>

#include "rfhgn/model/pairwise/pairwise_sampling.hpp"

namespace rfhgn::training {

namespace {

template <class T>
bool differ(const std::vector<T>& values) {
    return std::ranges::adjacent_find(values, std::not_equal_to{}) != values.end();
}

void add_radial_transforms(const model::SamplingOptions& sampling, std::vector<Alternative>& found) {
    using model::RadialTransform;
    for (const auto transform :
         {RadialTransform::distance, RadialTransform::inverse, RadialTransform::inverse_square,
          RadialTransform::inverse_cube, RadialTransform::inverse_sixth}) {
        if (transform == model::radial_transform_of(sampling)) continue;
        auto other = sampling;
        other.radial_transform = to_string(transform);
        found.push_back({fmt::format("radial_transform = \"{}\"", other.radial_transform), other});
    }
}

void add_layers(const model::SamplingOptions& sampling, std::vector<Alternative>& found) {
    constexpr int wide = 128;
    if (sampling.message_width < wide) {
        auto wider = sampling;
        wider.message_width = wide;
        found.push_back({fmt::format("message_width = {}", wide), wider});
    }
    if (sampling.sampler != "swim") return;
    auto steeper = sampling;
    steeper.steepness = 4 * std::max(sampling.steepness, 0.5);
    found.push_back({fmt::format("steepness = {:g}", steeper.steepness), steeper});
}

// What forces do at the cutoff, and whether they end there.
void add_cutoffs(const model::SamplingOptions& sampling, std::vector<Alternative>& found) {
    if (sampling.cutoff == 0) return;
    auto other = sampling;
    other.cutoff_function = sampling.cutoff_function == "sharp" ? "smooth" : "sharp";
    found.push_back({fmt::format("cutoff_function = \"{}\"", other.cutoff_function), other});
    constexpr double longer = 1.4;
    auto farther = sampling;
    farther.cutoff = longer * sampling.cutoff;
    farther.smooth_from = longer * sampling.smooth_from;
    found.push_back({fmt::format("cutoff = {:.3g}", farther.cutoff), farther});
}

// A small potential of densities: it tells whether angles matter.
void add_many_body(const data::SnapshotSet& sample, const model::SamplingOptions& sampling,
                   std::vector<Alternative>& found) {
    if (sample.box.empty() || sample.totals.dimension != 3 || sampling.cutoff == 0) return;
    model::SamplingOptions many;
    many.encoding = "many_body";
    many.cutoff = sampling.cutoff;
    many.many_body.radial = 6;
    many.many_body.angular = 3;
    many.many_body.degree = 6;
    many.many_body.neurons = 0;
    // It would fit whatever few forces there are.
    if (3 * sample.part.mass.size() <
        2 * static_cast<std::size_t>(trainer_of(many.encoding).widest_problem(many)))
        return;
    found.push_back({"encoding = \"many_body\"", many});
}

}  // namespace

std::vector<Alternative> pairwise_alternatives(const data::SnapshotSet& sample,
                                               const model::SamplingOptions& sampling) {
    std::vector<Alternative> found;
    add_radial_transforms(sampling, found);
    if (!sampling.message_masses && differ(sample.part.mass)) {
        auto other = sampling;
        other.message_masses = true;
        found.push_back({"message_masses = true", other});
    }
    if (!sampling.species && differ(sample.part.species)) {
        auto other = sampling;
        other.species = true;
        found.push_back({"species = true", other});
    }
    add_layers(sampling, found);
    add_cutoffs(sampling, found);
    add_many_body(sample, sampling, found);
    return found;
}

}  // namespace rfhgn::training
