#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rfhgn::parallel {

/// Seconds of a monotonic clock.
double wall_time() noexcept;

/// Seconds per named phase of this rank, in order of first use. Small: meant for tens of phases.
class PhaseTimes {
  public:
    void add(std::string_view phase, double seconds);
    [[nodiscard]] double seconds(std::string_view phase) const;
    [[nodiscard]] const std::vector<std::pair<std::string, double>>& phases() const noexcept {
        return phases_;
    }

  private:
    std::vector<std::pair<std::string, double>> phases_;
};

/// Adds the time between its construction and its end to a phase.
class ScopedPhase {
  public:
    ScopedPhase(PhaseTimes& times, std::string_view phase)
        : times_(times), phase_(phase), start_(wall_time()) {}
    ~ScopedPhase() { times_.add(phase_, wall_time() - start_); }
    ScopedPhase(const ScopedPhase&) = delete;
    ScopedPhase& operator=(const ScopedPhase&) = delete;

  private:
    PhaseTimes& times_;
    std::string_view phase_;
    double start_;
};

}  // namespace rfhgn::parallel
