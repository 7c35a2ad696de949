#pragma once
/// Whether what a data set says of itself fits together: forces against energies, momenta against velocities,
/// virials against strained cells. Wrong signs and units are learned without a word otherwise. Nothing is
/// evaluated or fitted but straight lines.

#include <limits>
#include <string>
#include <vector>

#include "rfhgn/data/snapshots.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::training {

/// One of the checks and what it came to.
struct DataCheckResult {
    std::string name{};     ///< "labels", "balance", "momenta", "frames", "work", "duplicates"
    bool possible = false;  ///< whether the data allow it
    std::string words{};    ///< what was found, or why it is not possible
    double value = std::numeric_limits<double>::quiet_NaN();  ///< a ratio that is 1, or a share that is 0
};

/// What is likely to be wrong.
struct DataFinding {
    std::string check{};
    std::string text{};
    std::string advice{};
    double factor = std::numeric_limits<double>::quiet_NaN();  ///< over what it should be; NaN: none
};

struct DataReport {
    std::vector<DataCheckResult> checks{};
    std::vector<DataFinding> findings{};

    [[nodiscard]] bool found(const std::string& check) const;
    /// All checks in one line of words: those that were possible, then the others.
    [[nodiscard]] std::string line() const;
};

/// What a model is to make of the data.
struct DataUse {
    double cutoff = 0;               ///< within which particles in boxes are neighbours; 0: not known
    bool conserves_momentum = true;  ///< whether forces on a system must add up to nothing
};

/// Reads all snapshots once, a part on each rank. *Collective.* Throws InputError for data that cannot be
/// meant: an edge that is listed twice. The same on any number of ranks.
DataReport check_data(const parallel::Communicator& comm, const data::SnapshotSource& source,
                      const DataUse& use);

/// Configurations of `judging` that are among those of `training`, bit for bit (species, positions, momenta,
/// boxes), as a finding; none: empty. *Collective.*
std::vector<DataFinding> find_shared(const parallel::Communicator& comm, const data::SnapshotSource& training,
                                     const data::SnapshotSource& judging);

}  // namespace rfhgn::training
