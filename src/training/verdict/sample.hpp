#pragma once

#include <memory>
#include <optional>

#include "rfhgn/data/training_data.hpp"
#include "rfhgn/model/model.hpp"

namespace rfhgn::training {

/// Whole snapshots at even strides of a data set, on this process alone.
class DataSample {
  public:
    /// Empty where a snapshot is too large to be tried on in seconds.
    explicit DataSample(const data::SnapshotSource& source);

    [[nodiscard]] bool empty() const noexcept { return set_.snapshot_count() == 0; }
    [[nodiscard]] const data::SnapshotSet& snapshots() const noexcept { return set_; }
    /// Laid out, with edges by the cutoff in boxes, a fifth of the snapshots held out.
    [[nodiscard]] std::unique_ptr<data::TrainingData> data(double cutoff, int columns) const;

  private:
    data::SnapshotSet set_;
};

/// What a model leaves of the forces of a training set, and what it stands beside; [owned, d].
struct Residuals {
    std::vector<double> force;
    std::vector<double> velocity;
    std::vector<double> position;
    std::vector<double> mass;          ///< [owned]
    std::vector<LocalIndex> snapshot;  ///< [owned]
    int dimension = 3;
    bool periodic = false;

    [[nodiscard]] std::size_t nodes() const noexcept { return mass.size(); }
};
Residuals residuals_of(const data::TrainingSet& set, const model::Model& model);

}  // namespace rfhgn::training
