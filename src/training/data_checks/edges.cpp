#include <algorithm>

#include "rfhgn/base/error.hpp"

#include "checks.hpp"

namespace rfhgn::training {

namespace {

class Edges final : public DataCheck {
  public:
    explicit Edges(std::string path) : path_(std::move(path)) {}

    void look(const SnapshotView& snapshot, const SnapshotView*) override {
        std::vector<std::pair<GlobalIndex, GlobalIndex>> pairs;
        pairs.reserve(snapshot.edges.size());
        for (const auto& edge : snapshot.edges) pairs.push_back(std::minmax(edge.first, edge.second));
        std::ranges::sort(pairs);
        const auto twice = std::ranges::adjacent_find(pairs);
        if (twice != pairs.end())
            data::refuse_doubled_edge(path_, snapshot.number, twice->first, twice->second);
    }
    void conclude(const parallel::Communicator&, DataReport&) override {}

  private:
    std::string path_;
};

}  // namespace

std::unique_ptr<DataCheck> check_edges(const data::SnapshotTotals& totals) {
    return std::make_unique<Edges>(totals.path);
}

}  // namespace rfhgn::training
