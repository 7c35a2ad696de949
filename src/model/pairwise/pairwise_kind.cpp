#include <fmt/format.h>

#include "rfhgn/model/pairwise/pairwise_model.hpp"
#include "rfhgn/model/pairwise/tabulated_model.hpp"
#include "rfhgn/model/registry.hpp"

#include "pairwise_archive.hpp"
#include "pairwise_uncertainty.hpp"

namespace rfhgn::model {

std::unique_ptr<Model> PairwiseModel::clone() const {
    return std::make_unique<PairwiseModel>(*this);
}

std::unique_ptr<potential::ForceField> PairwiseModel::force_field(
    const std::vector<std::string>& attribute_names) const {
    return make_force_field(*this, attribute_names);
}

bool PairwiseModel::knows_uncertainty() const {
    return message_posterior.known() && (kinetic_known || kinetic_posterior.known());
}

std::unique_ptr<Uncertainty> PairwiseModel::uncertainty(const potential::Atoms& atoms,
                                                        const potential::Neighbours& neighbours) const {
    return std::make_unique<PairwiseUncertainty>(*this, atoms, neighbours);
}

std::unique_ptr<TabulatedModel> PairwiseModel::tabulate(const TabulateOptions& options) const {
    return std::make_unique<TabulatedModel>(model::tabulate(*this, options));
}

namespace {

void check(const SamplingOptions& options, config::Section& section) {
    section.only_if({"cutoff_function", "smooth_from"}, options.cutoff > 0, "there is a cutoff");
    section.only_if("smooth_from", options.cutoff_function == "smooth", "cutoff_function is \"smooth\"");
    section.only_if("node_width", !options.knows_kinetic(),
                    "kinetic is \"learned\": a known kinetic energy has no features");
    if (options.cutoff > 0 && options.smooth_from >= options.cutoff)
        section.problem("smooth_from", fmt::format("is {}, but must be below the cutoff {}",
                                                   options.smooth_from, options.cutoff));
}

}  // namespace

Kind pairwise_kind() {
    return {.name = "pairwise",
            .encodings = {"pairwise"},
            .help = "distances and momenta squared",
            .read = [](const ArchiveReader& archive) -> std::unique_ptr<Model> {
                return std::make_unique<PairwiseModel>(read_pairwise(archive));
            },
            .keys = {"sampler", "activation", "kinetic", "node_width", "edge_width", "message_width",
                     "message_masses", "cutoff", "cutoff_function", "smooth_from", "radial_transform",
                     "species", "gap", "steepness", "weight_scale", "bias_range", "seed"},
            .check = check};
}

}  // namespace rfhgn::model
