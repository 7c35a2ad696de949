#include "watch.hpp"

#include "rfhgn/base/error.hpp"
#include "rfhgn/report/log.hpp"

namespace rfhgn::workflow {

namespace {

class WatchedSource final : public graph::SnapshotSource {
  public:
    WatchedSource(std::unique_ptr<graph::SnapshotSource> source, parallel::Watchdog& watchdog)
        : source_(std::move(source)), watchdog_(watchdog) {}

    [[nodiscard]] const graph::SnapshotTotals& totals() const noexcept override { return source_->totals(); }
    [[nodiscard]] graph::SnapshotSet read(parallel::Range nodes) const override {
        return after(source_->read(nodes));
    }
    [[nodiscard]] graph::SnapshotSet read_snapshots(parallel::Range snapshots) const override {
        return after(source_->read_snapshots(snapshots));
    }
    [[nodiscard]] graph::SnapshotOutline outline(parallel::Range snapshots) const override {
        return after(source_->outline(snapshots));
    }

  private:
    template <class Found>
    Found after(Found found) const {
        watchdog_.alive();
        return found;
    }

    std::unique_ptr<graph::SnapshotSource> source_;
    parallel::Watchdog& watchdog_;
};

}  // namespace

parallel::Watchdog watch_over(const Context& context, const std::string& key, double seconds,
                              std::function<std::string()> does) {
    const double patience = seconds * (context.comm.is_root() ? 1.0 : 1.1);
    const auto last_words = [key, seconds, rank = context.comm.rank(), does = std::move(does)] {
        report::print_error(
            fmt::format("nothing was finished for {} seconds: rank {} {}", seconds, rank, does()),
            fmt::format("a file system or a rank hangs; go on with --restart, or raise {}", key));
    };
    return {patience, static_cast<int>(ExitCode::run_failed), last_words};
}

std::unique_ptr<graph::SnapshotSource> watched(std::unique_ptr<graph::SnapshotSource> source,
                                               parallel::Watchdog& watchdog) {
    return std::make_unique<WatchedSource>(std::move(source), watchdog);
}

}  // namespace rfhgn::workflow
