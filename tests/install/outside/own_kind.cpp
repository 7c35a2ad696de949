// own_kind COMMAND DECK FOLDER: rfhgn with a kind of model that this program brings, V = k/2 sum of r^2 over
// bonds, with k from the forces of the data. Decks ask for it by [model] encoding = "one_spring".
#include <cstdio>
#include <memory>

#include <rfhgn/base/error.hpp>
#include <rfhgn/graph/evaluation.hpp>
#include <rfhgn/model/registry.hpp>
#include <rfhgn/parallel/agreement.hpp>
#include <rfhgn/parallel/collectives.hpp>
#include <rfhgn/parallel/session.hpp>
#include <rfhgn/potential/pair_force_field.hpp>
#include <rfhgn/report/log.hpp>
#include <rfhgn/training/trainer.hpp>
#include <rfhgn/workflow/context.hpp>

namespace {

using namespace rfhgn;

class Spring final : public potential::PairTerm {
  public:
    explicit Spring(double stiffness) : stiffness_(stiffness) {}
    void evaluate(const potential::Atoms& /*atoms*/, const potential::Neighbours& /*neighbours*/,
                  LocalIndex /*first*/, std::span<const double> distance, std::span<double> slope,
                  std::span<double> energy) const override {
        for (std::size_t e = 0; e < distance.size(); ++e) slope[e] = stiffness_ * distance[e];
        for (std::size_t e = 0; e < energy.size(); ++e)
            energy[e] = 0.5 * stiffness_ * distance[e] * distance[e];
    }

  private:
    double stiffness_;
};

struct OneSpring final : model::Model {
    double stiffness = 0;

    std::unique_ptr<Model> clone() const override { return std::make_unique<OneSpring>(*this); }
    std::string encoding() const override { return "one_spring"; }
    std::pair<const char*, double> energy_constant() const override { return {"energy_constant", 0}; }
    bool learned_kinetic_energy() const override { return false; }
    std::unique_ptr<potential::ForceField> force_field(const std::vector<std::string>&) const override {
        return std::make_unique<potential::PairForceField>(
            std::make_unique<potential::NewtonianKineticTerm>(), std::make_unique<Spring>(stiffness));
    }
    void write(model::ArchiveWriter& archive) const override {
        archive.attribute("/", "format_version", 2);
        archive.attribute("/", "stiffness", stiffness);
    }

  private:
    void match(const model::Facts&, model::Purpose) const override {}
};

std::unique_ptr<model::Model> read_one_spring(const model::ArchiveReader& archive) {
    auto model = std::make_unique<OneSpring>();
    model::read_common(archive, *model);
    model->stiffness = archive.number("/", "stiffness");
    return model;
}

struct OneSpringTrainer final : training::Trainer {
    int widest_problem(const model::SamplingOptions&) const override { return 1; }
    int widest_problem(const model::Model&) const override { return 1; }

    training::TrainingResult train(const data::TrainingData& data, const model::SamplingOptions&,
                                   const training::TrainingOptions&) const override {
        auto model = std::make_shared<OneSpring>();
        model->dimension = data.facts().dimension;
        if (!data.facts().units.empty()) model->units = data.facts().units;
        OneSpring unit;
        unit.stiffness = 1;
        const auto field = unit.force_field({});
        std::array<double, 2> sums{};  // of training forces with those of k = 1, and of these with themselves
        parallel::together(data.comm(), [&] {
            data.visit([&](const data::TrainingSet& set) {
                std::vector<double> force(set.position.size());
                potential::Exchange none;
                field->compute(data::atoms_of(set, set.position), graph::neighbours(set.graph), none,
                               {.force = force});
                for (std::size_t k = 0; k < set.force.size(); ++k) {
                    if (set.held_out[k / static_cast<std::size_t>(set.graph.dimension)]) continue;
                    sums[0] += force[k] * set.force[k];
                    sums[1] += force[k] * force[k];
                }
            });
        });
        parallel::sum(data.comm(), std::span<double>(sums));
        model->stiffness = sums[0] / sums[1];
        const auto errors = training::vector_field_errors(data, *model->force_field({}));
        return {.model = model, .training = errors.training, .held_out = errors.held_out};
    }
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    const parallel::Session session;
    try {
        model::add_kind({.name = "one_spring",
                         .encodings = {"one_spring"},
                         .help = "squared distances alone",
                         .read = read_one_spring});
        training::add_trainer("one_spring", std::make_unique<OneSpringTrainer>());
        report::start_log(session.world().rank(), false);
        workflow::CommandLine line;
        line.command = argv[1];
        line.file = argv[2];
        line.output = argv[3];
        workflow::execute(session.world(), line);
    } catch (const Error& error) {
        std::fprintf(stderr, "own_kind: %s; %s\n", error.what(), error.advice().c_str());
        return static_cast<int>(error.code());
    }
}
