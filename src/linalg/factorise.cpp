#include "factorise.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <memory>
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
    LeafRFactor(const RowSource& source, RowRole role, std::size_t target, RepeatedRows* listener,
                RFactorMerger& memory)
        : gatherer_(source, role),
          target_(target),
          listener_(listener),
          columns_(source.columns()),
          memory_(memory) {}

    void add(const RowSource& source, int leaf, int block, LocalIndex rows) {
        const double start = parallel::wall_time();
        source.produce(leaf, block, gatherer_.next(rows));
        const double produced = parallel::wall_time();
        if (gatherer_.full()) fold();
        seconds_producing += produced - start;
        seconds_folding += parallel::wall_time() - produced;
    }

    // The R factor of the leaf.
    RFactor finish() {
        const double start = parallel::wall_time();
        if (!gatherer_.empty()) fold();
        begin();
        seconds_folding += parallel::wall_time() - start;
        return std::exchange(r_factor_, RFactor());
    }

    double seconds_producing = 0;
    double seconds_folding = 0;

  private:
    // Takes memory no earlier than rows come: other leaves leave theirs behind.
    void begin() {
        if (r_factor_.columns == 0) r_factor_ = memory_.blank(columns_);
    }
    void fold() {
        begin();
        const RowBlock chunk = gatherer_.chunk();
        if (listener_) listener_->collect(target_, chunk);
        update_.apply(r_factor_.values.data(), chunk);
        r_factor_.rows += chunk.rows;
        gatherer_.clear();
    }

    RowGatherer gatherer_;
    std::size_t target_;
    RepeatedRows* listener_;
    int columns_;
    RFactorMerger& memory_;
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

// A target on its way through the leaves of this rank.
struct Pass {
    const RowSource& source;
    FactorCheckpoint* keeper;
    TsqrReduction tree;
    std::vector<char> done;  // [owned leaves] that the keeper had; empty without one
    LeafRFactor training;
    LeafRFactor held_out;

    [[nodiscard]] bool is_done(parallel::Range owned, int leaf) const {
        return keeper && done[static_cast<std::size_t>(leaf - owned.begin)] != 0;
    }
};
using Passes = std::vector<std::unique_ptr<Pass>>;

// An Error of one keeps none of the others from keeping what it has.
void tell_keepers(const Passes& passes, void (FactorCheckpoint::*what)(const RFactorNodes&)) {
    std::exception_ptr first;
    for (const auto& pass : passes) {
        if (!pass->keeper) continue;
        try {
            (pass->keeper->*what)(pass->tree.held());
        } catch (...) {
            if (!first) first = std::current_exception();
        }
    }
    if (first) std::rethrow_exception(first);
}

// Where the keeper of this target stops here, the others are asked as between blocks.
void tell_of_leaf(const Pass& pass, const Passes& all) {
    if (!pass.keeper) return;
    try {
        pass.keeper->leaf_done(pass.tree.held());
    } catch (...) {
        const auto reason = std::current_exception();
        try {
            tell_keepers(all, &FactorCheckpoint::between_blocks);
        } catch (...) {
            std::rethrow_exception(reason);
        }
        throw;
    }
}

// Returns the seconds of merging.
double factorise_leaf(int leaf, Pass& pass, const Passes& all) {
    const RowSource& source = pass.source;
    for (int block = 0; block < source.blocks(leaf); ++block) {
        const LocalIndex rows = source.rows(leaf, block);
        if (rows == 0) continue;
        tell_keepers(all, &FactorCheckpoint::between_blocks);
        auto& role = source.role(leaf, block) == RowRole::training ? pass.training : pass.held_out;
        role.add(source, leaf, block, rows);
    }
    RFactorPair r_factors{pass.training.finish(), pass.held_out.finish()};
    if (!finite(r_factors.training) || !finite(r_factors.held_out)) explain(source, leaf);
    const double start = parallel::wall_time();
    pass.tree.add(leaf, std::move(r_factors));
    const double seconds = parallel::wall_time() - start;
    tell_of_leaf(pass, all);
    return seconds;
}

void factorise_leaves(const Passes& passes, parallel::PhaseTimes& times) {
    double seconds_merging = 0;
    const auto owned = passes.front()->source.owned_leaves();
    for (int leaf = static_cast<int>(owned.begin); leaf < owned.end; ++leaf)
        for (const auto& pass : passes)
            if (!pass->is_done(owned, leaf)) seconds_merging += factorise_leaf(leaf, *pass, passes);
    tell_keepers(passes, &FactorCheckpoint::leaves_done);
    for (const auto& pass : passes) {
        times.add("rows", pass->training.seconds_producing + pass->held_out.seconds_producing);
        times.add("factorisation", pass->training.seconds_folding + pass->held_out.seconds_folding);
    }
    times.add("tree", seconds_merging);
}

}  // namespace

std::vector<RFactorPair> factorise(const parallel::Communicator& comm, std::span<const TargetRows> targets,
                                   RepeatedRows* training, parallel::PhaseTimes& times) {
    Passes passes;
    bool forget = false;
    const auto memory = std::make_shared<RFactorMerger>();
    for (const auto& target : targets) {
        const RowSource& source = target.rows;
        TsqrReduction tree(comm, source.leaves(), source.owned_leaves(), memory);
        auto done = target.keeper ? take_up(comm, source, *target.keeper, tree) : std::vector<char>();
        // Rows of leaves that were done already will not be seen.
        forget |= std::any_of(done.begin(), done.end(), [](char d) { return d != 0; });
        const std::size_t number = passes.size();
        passes.push_back(parallel::together(comm, [&] {
            return std::make_unique<Pass>(
                Pass{source, target.keeper, std::move(tree), std::move(done),
                     LeafRFactor(source, RowRole::training, number, training, *memory),
                     LeafRFactor(source, RowRole::held_out, number, nullptr, *memory)});
        }));
    }
    parallel::together_at_length(comm, [&] { factorise_leaves(passes, times); });
    if (training && forget) training->forget();
    const parallel::ScopedPhase phase(times, "tree");
    std::vector<RFactorPair> result;
    for (const auto& pass : passes) result.push_back(pass->tree.reduce(pass->source.columns()));
    return result;
}

RFactorPair factorise(const parallel::Communicator& comm, const RowSource& source) {
    parallel::PhaseTimes times;
    const TargetRows rows{.name = "", .rows = source};
    return std::move(factorise(comm, std::span(&rows, 1), nullptr, times).front());
}

}  // namespace rfhgn::linalg
