#include "rfhgn/training/coordinate_network/coordinate_training.hpp"

namespace rfhgn::training {

namespace {

class CoordinateTrainer final : public Trainer {
  public:
    [[nodiscard]] int widest_problem(const model::SamplingOptions& sampling) const override {
        return sampling.node_width + sampling.message_width;
    }
    [[nodiscard]] int widest_problem(const model::Model& layers) const override {
        return static_cast<const model::CoordinateNetwork&>(layers).columns();
    }
    [[nodiscard]] bool whole_snapshots() const override { return true; }
    [[nodiscard]] bool boxes() const override { return false; }
    [[nodiscard]] bool conserves_momentum(const model::SamplingOptions& sampling) const override {
        return sampling.encoding != "absolute";
    }
    [[nodiscard]] TrainingResult train(const data::TrainingData& data, const model::SamplingOptions& sampling,
                                       const TrainingOptions& options) const override {
        auto found = train_coordinates(data, sampling, options);
        return {.model = std::make_shared<model::CoordinateNetwork>(std::move(found.model)),
                .fits = {{"fit", std::move(found.fit)}},
                .r_factors = {},
                .training = found.training,
                .held_out = found.held_out,
                .times = std::move(found.times)};
    }
};

}  // namespace

std::unique_ptr<Trainer> coordinate_network_trainer() {
    return std::make_unique<CoordinateTrainer>();
}

}  // namespace rfhgn::training
