#include "factorise.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/interruption.hpp"

#include "householder.hpp"
#include "kept_leaves.hpp"
#include "row_gatherer.hpp"
#include "tsqr_reduction.hpp"

namespace rfhgn::linalg {

namespace {

// The R factor of one role, leaf by leaf.
class LeafRFactor {
  public:
    LeafRFactor(const RowSource& source, RowRole role, RepeatedRows* listener)
        : gatherer_(source, role), listener_(listener), r_factor_(source.columns()) {}

    void add(const RowSource& source, int leaf, int block, LocalIndex rows) {
        const double start = parallel::wall_time();
        source.produce(leaf, block, gatherer_.next(rows));
        const double produced = parallel::wall_time();
        if (gatherer_.full()) fold();
        seconds_producing += produced - start;
        seconds_folding += parallel::wall_time() - produced;
    }

    // The R factor of the leaf; the next one starts from `blank`.
    RFactor finish(RFactor blank) {
        const double start = parallel::wall_time();
        if (!gatherer_.empty()) fold();
        seconds_folding += parallel::wall_time() - start;
        return std::exchange(r_factor_, std::move(blank));
    }

    double seconds_producing = 0;
    double seconds_folding = 0;

  private:
    void fold() {
        const RowBlock chunk = gatherer_.chunk();
        if (listener_) listener_->collect(chunk);
        update_.apply(r_factor_.values.data(), chunk);
        r_factor_.rows += chunk.rows;
        gatherer_.clear();
    }

    RowGatherer gatherer_;
    RepeatedRows* listener_;
    HouseholderUpdate update_;
    RFactor r_factor_;
};

// Reflections carry a non-finite number of any column into the last one.
bool finite(const RFactor& r_factor) {
    return std::all_of(r_factor.values.end() - (r_factor.columns + 1), r_factor.values.end(),
                       [](double value) { return std::isfinite(value); });
}

[[noreturn]] void explain(const RowSource& source, int leaf) {
    require_finite(source, leaf);
    throw RunError(
        fmt::format("rows of leaf {} of the least-squares problem hold numbers whose squares overflow", leaf),
        "scale the data to natural units");
}

// `done` leaves, one entry each where there is a keeper, are left out.
void factorise_leaves(const RowSource& source, const std::vector<char>& done, RepeatedRows* listener,
                      FactorCheckpoint* keeper, TsqrReduction& tree, parallel::PhaseTimes& times) {
    LeafRFactor training(source, RowRole::training, listener);
    LeafRFactor held_out(source, RowRole::held_out, nullptr);
    double seconds_merging = 0;
    const auto owned = source.owned_leaves();
    for (int leaf = static_cast<int>(owned.begin); leaf < owned.end; ++leaf) {
        if (keeper && done[static_cast<std::size_t>(leaf - owned.begin)] != 0) continue;
        for (int block = 0; block < source.blocks(leaf); ++block) {
            const LocalIndex rows = source.rows(leaf, block);
            if (rows == 0) continue;
            if (keeper) keeper->between_blocks(tree.held());
            auto& role = source.role(leaf, block) == RowRole::training ? training : held_out;
            role.add(source, leaf, block, rows);
        }
        RFactorPair r_factors{training.finish(tree.blank(source.columns())),
                              held_out.finish(tree.blank(source.columns()))};
        if (!finite(r_factors.training) || !finite(r_factors.held_out)) explain(source, leaf);
        const double start = parallel::wall_time();
        tree.add(leaf, std::move(r_factors));
        seconds_merging += parallel::wall_time() - start;
        if (keeper) keeper->leaf_done(tree.held());
    }
    if (keeper) keeper->leaves_done(tree.held());
    times.add("rows", training.seconds_producing + held_out.seconds_producing);
    times.add("factorisation", training.seconds_folding + held_out.seconds_folding);
    times.add("tree", seconds_merging);
}

}  // namespace

RFactorPair factorise(const parallel::Communicator& comm, const RowSource& source, RepeatedRows* training,
                      parallel::PhaseTimes& times, FactorCheckpoint* keeper) {
    TsqrReduction tree(comm, source.leaves(), source.owned_leaves());
    const auto done = keeper ? take_up(comm, source, *keeper, tree) : std::vector<char>();
    parallel::together_at_length(comm,
                                 [&] { factorise_leaves(source, done, training, keeper, tree, times); });
    // Rows of leaves that were done already have not been seen.
    if (training && std::any_of(done.begin(), done.end(), [](char d) { return d != 0; })) training->forget();
    const parallel::ScopedPhase phase(times, "tree");
    return tree.reduce(source.columns());
}

RFactorPair factorise(const parallel::Communicator& comm, const RowSource& source) {
    parallel::PhaseTimes times;
    return factorise(comm, source, nullptr, times);
}

}  // namespace rfhgn::linalg
