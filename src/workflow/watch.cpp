#include "watch.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <system_error>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/report/log.hpp"

namespace rfhgn::workflow {

namespace {

// What is known of each stage beside what it does.
struct Traits {
    const char* stage;
    parallel::Activity activity;
    double (*patience)(const Options&);  ///< seconds; 0: endless
    const char* advice;                  ///< after an interruption
};

constexpr const char* goes_on = "go on with --restart";
constexpr const char* begins_anew = "go on with --restart, which begins this stage anew";

constexpr std::array all_traits{
    Traits{"generate",
           {"is generating",
            "generate fewer trajectories or frames at a time, or use more nodes with fewer ranks on each"},
           [](const Options& options) { return options.generate.watchdog_seconds; },
           begins_anew},
    Traits{"train",
           {"is training",
            "make node_width and message_width of [model] smaller, leave the data in their file with [train] "
            "stream = \"always\", or use more nodes with fewer ranks on each"},
           [](const Options& options) { return options.train.watchdog_seconds; },
           goes_on},
    Traits{"tabulate",
           {"is tabulating", "ask for fewer knots in [tabulate]"},
           [](const Options&) { return 0.0; },
           begins_anew},
    Traits{
        "evaluate",
        {"is evaluating",
         "judge by fewer snapshots or smaller systems, leave the data in their file with [evaluate] stream = "
         "\"always\", or use more nodes with fewer ranks on each"},
        [](const Options& options) { return options.evaluate.watchdog_seconds; },
        begins_anew},
    Traits{"rollout",
           {"is rolling out", "use more nodes with fewer ranks on each, or a smaller system"},
           [](const Options& options) { return options.rollout.watchdog_seconds; },
           goes_on},
};

const Traits& traits_of(const std::string& stage) {
    const auto* const found =
        std::find_if(all_traits.begin(), all_traits.end(), [&](const auto& t) { return t.stage == stage; });
    RFHGN_ASSERT(found != all_traits.end());
    return *found;
}

class InterruptibleSource final : public data::SnapshotSource {
  public:
    InterruptibleSource(const parallel::Communicator& comm, std::unique_ptr<data::SnapshotSource> source)
        : comm_(comm), source_(std::move(source)) {}

    [[nodiscard]] const data::SnapshotTotals& totals() const noexcept override { return source_->totals(); }
    [[nodiscard]] data::SnapshotSet read(parallel::Range nodes) const override {
        parallel::interruption_point(comm_);
        return source_->read(nodes);
    }
    [[nodiscard]] data::SnapshotSet read_snapshots(parallel::Range snapshots) const override {
        parallel::interruption_point();
        return source_->read_snapshots(snapshots);
    }
    [[nodiscard]] data::SnapshotOutline outline(parallel::Range snapshots) const override {
        parallel::interruption_point();
        return source_->outline(snapshots);
    }

  private:
    parallel::Communicator comm_;
    std::unique_ptr<data::SnapshotSource> source_;
};

// The root speaks; should it be the one that hangs for good, another rank does, a tenth later.
std::unique_ptr<parallel::Watchdog> make_watchdog(int rank, const std::string& stage, double seconds) {
    const auto last_words = [stage, seconds, rank] {
        report::print_error(fmt::format("nothing was finished for {} seconds: rank {} {}", seconds, rank,
                                        parallel::current_activity()),
                            fmt::format("a file system or a rank hangs; go on with --restart, or raise "
                                        "{}.watchdog_seconds",
                                        stage));
    };
    try {
        return std::make_unique<parallel::Watchdog>(seconds * (rank == 0 ? 1.0 : 1.1),
                                                    static_cast<int>(ExitCode::run_failed), last_words);
    } catch (const std::system_error& error) {
        throw RunError(fmt::format("the watchdog's thread cannot be started: {}", error.what()),
                       "allow each rank more memory or threads (ulimit -v, ulimit -u)");
    }
}

}  // namespace

double deadline(const CommandLine& line) {
    if (line.max_walltime <= 0) return std::numeric_limits<double>::infinity();
    constexpr double most_kept_back = 30;
    return line.started + line.max_walltime - std::min(0.05 * line.max_walltime, most_kept_back);
}

StageWatch::StageWatch(const Context& context, const std::string& stage)
    : activity_(traits_of(stage).activity) {
    const auto& traits = traits_of(stage);
    const double patience = traits.patience(context.options);
    watchdog_ =
        parallel::together(context.comm, [&] { return make_watchdog(context.comm.rank(), stage, patience); });
    constexpr double beats = 20;  // within the watchdog's patience
    constexpr double longest_beat = 60;
    parallel::enter_stage({.name = stage,
                           .advice = traits.advice,
                           .beat_seconds = std::min(patience / beats, longest_beat),
                           .alive = [this] { watchdog_->alive(); }});
    parallel::interruption_point(context.comm);
}

StageWatch::~StageWatch() {
    parallel::enter_stage({});
}

std::unique_ptr<data::SnapshotSource> interruptible(const parallel::Communicator& comm,
                                                    std::unique_ptr<data::SnapshotSource> source) {
    return std::make_unique<InterruptibleSource>(comm, std::move(source));
}

}  // namespace rfhgn::workflow
