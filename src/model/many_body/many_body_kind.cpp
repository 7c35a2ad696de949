#include <algorithm>

#include <fmt/ranges.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/model/many_body/force_field.hpp"
#include "rfhgn/model/many_body/many_body_model.hpp"
#include "rfhgn/model/registry.hpp"

#include "many_body_archive.hpp"
#include "other_model.hpp"

namespace rfhgn::model {

std::unique_ptr<Model> ManyBodyModel::clone() const {
    return std::make_unique<ManyBodyModel>(*this);
}

std::pair<const char*, double> ManyBodyModel::energy_constant() const {
    return {"energy_offset", potential.coefficients.empty() ? 0.0 : potential.coefficients.front()};
}

std::unique_ptr<potential::ForceField> ManyBodyModel::force_field(
    const std::vector<std::string>& /*attribute_names*/) const {
    return many_body::make_force_field(potential);
}

void ManyBodyModel::match(const Facts& facts, Purpose /*purpose*/) const {
    const double cutoff = cutoff_radius();
    require(facts.cutoff == 0 || facts.cutoff == cutoff, other_model,
            "the model was trained with the cutoff {:g}, but {} has {:g}", cutoff, facts.name, facts.cutoff);
    const auto& known = potential.features.basis.species;
    for (const int species : facts.species)
        require(std::binary_search(known.begin(), known.end(), species), other_model,
                "{} has particles of species {}, but the model knows the species {} only", facts.name,
                potential::called(species, facts.species_names), fmt::join(known, ", "));
}

void ManyBodyModel::write(ArchiveWriter& archive) const {
    archive.attribute("/", "format_version", 2);  // earlier releases refuse it by its encoding
    archive.attribute("/", "force_noise", force_noise);
    many_body::write(potential, archive);
}

namespace {

std::unique_ptr<Model> read_many_body(const ArchiveReader& archive) {
    auto model = std::make_unique<ManyBodyModel>();
    read_common(archive, *model);
    model->force_noise = archive.number("/", "force_noise");
    model->potential = many_body::read(archive);
    return model;
}

void check_keys(const SamplingOptions& options, config::Section& section) {
    section.only_if("directions", options.many_body.neurons > 0, "there are neurons");
}

}  // namespace

Kind many_body_kind() {
    return {.name = "many_body",
            .encodings = {"many_body"},
            .help = "densities of neighbours, for many-body potentials",
            .read = read_many_body,
            .keys = {"sampler", "cutoff", "steepness", "weight_scale", "seed", "cutoff_exponent", "radial",
                     "angular", "degree", "neurons", "directions", "core"},
            .check = check_keys};
}

}  // namespace rfhgn::model
