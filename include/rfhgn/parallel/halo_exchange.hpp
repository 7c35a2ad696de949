#pragma once

#include <map>
#include <memory>
#include <span>

#include "rfhgn/base/types.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::parallel {

/// Where a ghost's owner keeps it.
struct RemoteNode {
    int rank;
    LocalIndex index;
};

/// The exchange plan of a distributed graph (on PetscSF): owner -> ghost updates and ghost -> owner sums of
/// values that are stored as [owned + ghosts, components], row-major, owned nodes first. The plan holds no
/// data; between begin and end the array must not move and its ghost part (update) or owned part (sum) must
/// not be touched.
class HaloExchange {
  public:
    /// ghosts[g] is the owner of local node owned + g. *Collective.*
    HaloExchange(const Communicator& comm, LocalIndex owned, std::span<const RemoteNode> ghosts);
    ~HaloExchange();
    HaloExchange(HaloExchange&&) noexcept;
    HaloExchange& operator=(HaloExchange&&) noexcept;

    /// Ghosts receive their owners' values. *Collective.*
    void begin_update(std::span<double> values, int components) const;
    void end_update(std::span<double> values, int components) const;
    void update(std::span<double> values, int components) const;

    /// Owners add their ghosts' values to their own. *Collective.*
    void begin_sum(std::span<double> values, int components) const;
    void end_sum(std::span<double> values, int components) const;
    void sum(std::span<double> values, int components) const;

    /// Ranks that this one receives ghosts from and sends its nodes to, and nodes that it receives and sends,
    /// in one update; a sum goes the other way.
    struct Traffic {
        int neighbours = 0;
        int receivers = 0;
        GlobalIndex received = 0;
        GlobalIndex sent = 0;
    };
    [[nodiscard]] Traffic traffic() const;

  private:
    struct Plan;
    std::unique_ptr<Plan> plan_;
};

}  // namespace rfhgn::parallel
