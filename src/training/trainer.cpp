#include "rfhgn/training/trainer.hpp"

#include "rfhgn/base/error.hpp"
#include "rfhgn/model/kinds.hpp"
#include "rfhgn/model/registry.hpp"

namespace rfhgn::training {

#define RFHGN_DECLARE(name) std::unique_ptr<Trainer> name##_trainer();
RFHGN_MODEL_KINDS(RFHGN_DECLARE)
#undef RFHGN_DECLARE

namespace {

using Trainers = std::map<std::string, std::unique_ptr<Trainer>, std::less<>>;

Trainers own_trainers() {
    Trainers known;
#define RFHGN_ADD(name) known.emplace(#name, name##_trainer());
    RFHGN_MODEL_KINDS(RFHGN_ADD)
#undef RFHGN_ADD
    return known;
}

Trainers& all() {
    static Trainers known = own_trainers();
    return known;
}

[[noreturn]] void refuse(const model::Model& model) {
    require(false, Advice{"take update and layers out of [train], or use [model] encoding = \"pairwise\""},
            "a model with the encoding \"{}\" is trained from the start", model.encoding());
    RFHGN_ASSERT(false);
}

}  // namespace

std::string Trainer::difference(const model::Model& layers, const model::SamplingOptions& /*wanted*/) const {
    refuse(layers);
}

TrainingResult Trainer::train_layers(const data::TrainingData& /*data*/, const model::Model& layers,
                                     const TrainingOptions& /*options*/, const RFactors* /*earlier*/) const {
    refuse(layers);
}

TrainingResult Trainer::merge(const parallel::Communicator& /*comm*/, const Trained& a,
                              const Trained& /*b*/) const {
    refuse(*a.model);
}

FactorShape Trainer::factor_shape(const model::Model& model) const {
    refuse(model);
}

const Trainer& trainer_of(std::string_view encoding) {
    const auto& kind = model::kind_of(encoding).name;
    const auto found = all().find(kind);
    require(found != all().end(), Advice{"add one with training::add_trainer"},
            "models of the kind {} cannot be trained", kind);
    return *found->second;
}

int widest_problem(const model::SamplingOptions& sampling) {
    return trainer_of(sampling.encoding).widest_problem(sampling);
}

void add_trainer(const std::string& kind, std::unique_ptr<Trainer> trainer) {
    require(all().emplace(kind, std::move(trainer)).second, Advice{"choose another name"},
            "the kind of model {} has a trainer already", kind);
}

}  // namespace rfhgn::training
