// R factors of parts: the factorisation knows two roles, and each takes a part.
#include <memory>

#include "rfhgn/linalg/cross_validation.hpp"

#include "factorise.hpp"
#include "r_factor_merger.hpp"

namespace rfhgn::linalg {

namespace {

// Two consecutive parts of a source, as if one were for training and the other held out.
class TwoParts final : public RowSource {
  public:
    TwoParts(const RowSource& all, int first) : all_(all), first_(first) {}

    [[nodiscard]] int columns() const override { return all_.columns(); }
    [[nodiscard]] int leaves() const override { return all_.leaves(); }
    [[nodiscard]] parallel::Range owned_leaves() const override { return all_.owned_leaves(); }
    [[nodiscard]] int blocks(int leaf) const override { return all_.blocks(leaf); }
    [[nodiscard]] LocalIndex rows(int leaf, int block) const override {
        const int part = all_.part(leaf, block);
        return part == first_ || part == first_ + 1 ? all_.rows(leaf, block) : 0;
    }
    [[nodiscard]] RowRole role(int leaf, int block) const override {
        return all_.part(leaf, block) == first_ ? RowRole::training : RowRole::held_out;
    }
    [[nodiscard]] int part(int leaf, int block) const override { return all_.part(leaf, block); }
    void produce(int leaf, int block, RowBlock out) const override { all_.produce(leaf, block, out); }
    void groups(int leaf, int block, std::span<GlobalIndex> group) const override {
        all_.groups(leaf, block, group);
    }

  private:
    const RowSource& all_;
    int first_;
};

}  // namespace

std::vector<PartFactors> factorise_parts(const parallel::Communicator& comm,
                                         std::span<const RowSource* const> targets, int parts,
                                         std::span<const PartKeepers> keepers, parallel::PhaseTimes& times) {
    std::vector<std::unique_ptr<TwoParts>> sources;
    std::vector<TargetRows> rows;
    for (int first = 0; first < parts; first += 2)
        for (std::size_t t = 0; t < targets.size(); ++t) {
            sources.push_back(std::make_unique<TwoParts>(*targets[t], first));
            rows.push_back({.name = "",
                            .rows = *sources.back(),
                            .keeper = keepers[t][static_cast<std::size_t>(first / 2)]});
        }
    auto pairs = factorise(comm, rows, nullptr, times);
    std::vector<PartFactors> factors(targets.size());
    for (std::size_t k = 0; k < pairs.size(); ++k) {
        auto& of_target = factors[k % targets.size()];
        of_target.push_back(std::move(pairs[k].training));
        if (static_cast<int>(of_target.size()) < parts) of_target.push_back(std::move(pairs[k].held_out));
    }
    return factors;
}

RFactor merge(const PartFactors& parts, int but) {
    RFactorMerger merger;
    RFactor result(parts.front().columns);
    for (std::size_t part = 0; part < parts.size(); ++part)
        if (static_cast<int>(part) != but) merger.merge(result, parts[part]);
    return result;
}

}  // namespace rfhgn::linalg
