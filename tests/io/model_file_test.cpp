#include "rfhgn/io/model_file.hpp"

#include "rfhgn/io/inspect.hpp"

#include "support.hpp"
#include "support/pairwise_file.hpp"

using namespace rfhgn;
using tests::world;

namespace {

std::vector<double> numbers(int array, int count) {
    std::vector<double> values;
    values.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) values.push_back(tests::value(array, i, 0));
    return values;
}

model::DenseLayer layer(int array, int inputs, int width, model::Activation activation) {
    return {activation,
            inputs,
            width,
            numbers(array, inputs),
            numbers(array + 1, inputs),
            numbers(array + 2, inputs * width),
            numbers(array + 3, width)};
}

model::PairwiseModel full_model() {
    model::PairwiseModel model;
    model.dimension = 2;
    model.edge_attribute_names = {"stiffness", "rest_length"};
    model.mass_input = true;
    model.mass_input_messages = true;
    model.node = layer(10, 2, 5, model::Activation::softplus);
    model.edge = layer(20, 3, 4, model::Activation::sine);
    model.message = layer(30, 6, 7, model::Activation::tanh);
    model.kinetic_coefficients = numbers(40, 5);
    model.message_coefficients = numbers(41, 7);
    model.energy_per_edge = -1.0 / 3.0;
    model.training_range = {{0.1, 2.3, {0.5, 0.9}, {2.0, 1.1}}, {4.5, 0.6, 7.8}};
    model.kinetic_posterior = {0.25, 0.5, numbers(60, 25), numbers(62, 5)};
    model.message_posterior = {1e-9, 2e-9, numbers(61, 49), numbers(63, 7)};
    model.units = "lj";
    model.species_names = {"Kr", "", "Ar"};
    return model;
}

void check_same(const model::DenseLayer& a, const model::DenseLayer& b) {
    CHECK((a.activation == b.activation && a.inputs == b.inputs && a.width == b.width));
    CHECK((a.mean == b.mean && a.inverse_scale == b.inverse_scale));
    CHECK((a.weights == b.weights && a.biases == b.biases));
}

}  // namespace

TEST_CASE("a model comes back bit for bit on every rank") {
    const tests::TemporaryDirectory directory;
    const auto path = directory.file("model.h5");
    const auto model = full_model();
    const std::string training_report(200000, 'r');
    io::write_model(world(), path, model, training_report, tests::provenance());
    const auto found = tests::read_pairwise(world(), path);
    CHECK(found.dimension == model.dimension);
    CHECK(found.edge_attribute_names == model.edge_attribute_names);
    CHECK((found.mass_input && found.mass_input_messages && !found.kinetic_known));
    check_same(found.node, model.node);
    REQUIRE(found.edge.has_value());
    check_same(*found.edge, *model.edge);
    check_same(found.message, model.message);
    CHECK(found.kinetic_coefficients == model.kinetic_coefficients);
    CHECK(found.message_coefficients == model.message_coefficients);
    CHECK(found.energy_per_edge == model.energy_per_edge);
    CHECK(found.training_range == model.training_range);
    CHECK(found.kinetic_posterior.noise == 0.25);
    CHECK(found.kinetic_posterior.factor == model.kinetic_posterior.factor);
    CHECK((found.message_posterior.noise == 1e-9 && found.message_posterior.ridge_noise == 2e-9));
    CHECK(found.message_posterior.factor == model.message_posterior.factor);
    CHECK(found.message_posterior.damping == model.message_posterior.damping);
    CHECK(found.units == "lj");
    CHECK(found.species_names == model.species_names);
    CHECK(!std::filesystem::exists(path + ".part"));
    const auto text = io::inspect_file(world(), path);
    CHECK_THAT(text, Catch::Contains("7 tanh of 6 inputs") && Catch::Contains(training_report));
}

TEST_CASE("a training report is shown as a few lines") {
    const tests::TemporaryDirectory directory;
    const auto path = directory.file("model.h5");
    const std::string report =
        R"({"data": "some.h5", "energy": 0.333333333, "message": {"columns": 7, "path": [1, 2],)"
        R"( "pruning": {"error": 1e-9}, "held_out_error": null}})";
    io::write_model(world(), path, full_model(), report, tests::provenance());
    const auto text = io::inspect_file(world(), path);
    CHECK_THAT(text, Catch::Contains("    data             some.h5\n    energy           0.3333\n"));
    CHECK_THAT(text,
               Catch::Contains("    message          columns 7, pruning.error 1e-09, held_out_error none\n"));
}

TEST_CASE("a model without edge layer, attributes and kinetic features comes back") {
    const tests::TemporaryDirectory directory;
    const auto path = directory.file("model.h5");
    auto model = full_model();
    model.kinetic_known = true;
    model.mass_input_messages = false;
    model.edge_attribute_names.clear();
    model.training_range.all_pairs.attribute_min.clear();
    model.training_range.all_pairs.attribute_max.clear();
    model.message_posterior = {};
    model.edge.reset();
    model.message = layer(50, 1, 3, model::Activation::sigmoid);
    model.message_coefficients = numbers(51, 3);
    io::write_model(world(), path, model, "", tests::provenance());
    const auto found = tests::read_pairwise(world(), path);
    CHECK(found.kinetic_known);
    CHECK(!found.edge.has_value());
    CHECK(found.edge_attribute_names.empty());
    CHECK(found.training_range == model.training_range);
    CHECK((!found.kinetic_posterior.known() && !found.message_posterior.known()));
    check_same(found.message, model.message);
}

TEST_CASE("a model with cutoff and species comes back") {
    const tests::TemporaryDirectory directory;
    const auto path = directory.file("model.h5");
    auto model = full_model();
    model.cutoff = {2.5, true, 2.0};
    model.radial_transform = model::RadialTransform::inverse_cube;
    model.species = model::SpeciesPairs({0, 3});
    model.message_coefficients = numbers(41, 21);
    model.message_posterior = {};
    io::write_model(world(), path, model, "", tests::provenance());
    const auto found = tests::read_pairwise(world(), path);
    CHECK(found.cutoff == model.cutoff);
    CHECK(found.radial_transform == model.radial_transform);
    CHECK(found.species == model.species);
    CHECK(found.message_coefficients == model.message_coefficients);
    CHECK_THAT(io::inspect_file(world(), path), Catch::Contains("2.5, smooth") && Catch::Contains("0, 3"));
    model.cutoff.smooth_from = 2.5;
    io::write_model(world(), path, model, "", tests::provenance());
    CHECK_THAT(tests::input_error([&] { io::read_model(world(), path); }),
               Catch::Contains("cutoff 2.5 with smooth_from 2.5 is not possible"));
}

TEST_CASE("training ranges of species and their pairs come back") {
    const tests::TemporaryDirectory directory;
    const auto path = directory.file("model.h5");
    auto model = full_model();
    model.training_range.particles = {{0, {4.5, 0.6, 0.7}}, {3, {1.5, 7.8, 7.8}}};
    model.training_range.pairs = {{{0, 0}, {0.1, 2.3, {0.5, 0.9}, {1.0, 1.1}}},
                                  {{0, 3}, {0.7, 1.9, {0.6, 1.0}, {2.0, 1.0}}}};  // 3-3 was never seen
    io::write_model(world(), path, model, "", tests::provenance());
    CHECK(tests::read_pairwise(world(), path).training_range == model.training_range);
    CHECK_THAT(io::inspect_file(world(), path),
               Catch::Contains("0-0: 0.1 to 2.3") && Catch::Contains("0-3: 0.7 to 1.9"));
    for (auto& [pair, range] : model.training_range.pairs) range.attribute_min = range.attribute_max = {};
    model.training_range.all_pairs.attribute_min = model.training_range.all_pairs.attribute_max = {};
    io::write_model(world(), path, model, "", tests::provenance());
    CHECK(tests::read_pairwise(world(), path).training_range == model.training_range);
    model.training_range.pairs[{0, 5}] = {1, 2};
    io::write_model(world(), path, model, "", tests::provenance());
    CHECK_THAT(tests::input_error([&] { io::read_model(world(), path); }),
               Catch::Contains("/domain/pairs has the pair 0-5, which is not of /domain/species"));
}

TEST_CASE("models that cannot be evaluated are refused on all ranks alike") {
    const tests::TemporaryDirectory directory;
    const auto path = directory.file("model.h5");
    const auto refused = [&](auto&& spoil) {
        auto model = full_model();
        spoil(model);
        io::write_model(world(), path, model, "", tests::provenance());
        return tests::input_error([&] { io::read_model(world(), path); });
    };
    CHECK_THAT(refused([](auto& m) { m.message_coefficients.pop_back(); }),
               Catch::Contains("/coefficients/message has shape [6], but must have [7]"));
    CHECK_THAT(refused([](auto& m) { m.node.weights[3] = std::numeric_limits<double>::infinity(); }),
               Catch::Contains("/node/weights is inf at position 3"));
    CHECK_THAT(refused([](auto& m) { m.mass_input_messages = false; }),
               Catch::Contains("/message/weights has shape [7, 6], but must have 4 columns"));
    CHECK_THAT(refused([](auto& m) { m.dimension = 7; }), Catch::Contains("dimension is 7"));
    CHECK_THAT(refused([](auto& m) { m.message_posterior.factor[8] = 0; }),
               Catch::Contains("/uncertainty/message/factor_transposed is singular: zero at position 1"));
    CHECK_THAT(refused([](auto& m) { m.training_range.all_pairs.attribute_max.push_back(1); }),
               Catch::Contains("/domain/attribute_max has shape [3], but must have [2]"));
    const auto cut = directory.file("cut.h5");
    io::write_model(world(), cut, full_model(), "", tests::provenance());
    if (world().is_root()) std::filesystem::resize_file(cut, std::filesystem::file_size(cut) / 2);
    parallel::barrier(world());
    CHECK_THAT(tests::input_error([&] { io::read_model(world(), cut); }), Catch::Contains("truncated file"));
    CHECK_THAT(tests::input_error([&] { io::read_model(world(), directory.file("absent.h5")); }),
               Catch::Contains("cannot read"));
    CHECK_THAT(tests::input_error([&] { io::read_model(world(), directory.file("")); }),
               Catch::Contains("cannot read"));
}
