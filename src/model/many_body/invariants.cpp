#include "rfhgn/model/many_body/invariants.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "rfhgn/base/error.hpp"

#include "couplings.hpp"

namespace rfhgn::model::many_body {

namespace {

int cost(const std::vector<int>& costs, const Factor& factor) {
    return factor.n + factor.l + costs[static_cast<std::size_t>(factor.channel)];
}

/// Factors of up to this degree, by (l, channel, n).
std::vector<Factor> factors(const Basis& basis, const std::vector<int>& costs, int degree) {
    std::vector<Factor> found;
    for (int l = 0; l <= basis.angular; ++l)
        for (int c = 0; c < static_cast<int>(costs.size()); ++c)
            for (int n = 0; n < basis.radial; ++n)
                if (cost(costs, {c, n, l}) <= degree) found.push_back({c, n, l});
    return found;
}

class Maker {
  public:
    explicit Maker(const Basis& basis) : basis_(basis) { set_.layout = DensityLayout(basis); }

    InvariantSet make() && {
        two_body();
        three_body();
        four_body();
        return std::move(set_);
    }

  private:
    using Places = std::array<std::int32_t, 3>;

    void two_body() {
        for (int c = 0; c < set_.layout.species; ++c)
            for (int n = 0; n < basis_.radial; ++n) {
                merged_[Places{place({c, n, 0}, 0), -1, -1}] = 1;
                add({{c, n, 0}}, n);
            }
    }

    void three_body() {
        const auto& costs = basis_.embedding.cost3;
        const auto all = factors(basis_, costs, basis_.degree3);
        for (std::size_t i = 0; i < all.size(); ++i)
            for (std::size_t j = i; j < all.size() && all[j].l == all[i].l; ++j) {
                // n and costs of both, and l once
                const int degree = cost(costs, all[i]) + cost(costs, all[j]) - all[i].l;
                if (degree > basis_.degree3) continue;
                for (int m = -all[i].l; m <= all[i].l; ++m)
                    multiply(1 / std::sqrt(2 * all[i].l + 1.0), {place(all[i], m), place(all[j], m), -1}, 2);
                add({all[i], all[j]}, degree);
            }
    }

    void four_body() {
        const auto& costs = basis_.embedding.cost4;
        if (costs.empty() || basis_.degree4 < 0) return;
        const auto all = factors(basis_, costs, basis_.degree4);
        for (std::size_t i = 0; i < all.size(); ++i)
            for (std::size_t j = i; j < all.size(); ++j)
                for (std::size_t k = j; k < all.size(); ++k) {
                    const int degree = cost(costs, all[i]) + cost(costs, all[j]) + cost(costs, all[k]);
                    if (degree > basis_.degree4 || !couple(all[i].l, all[j].l, all[k].l)) continue;
                    for (const auto& g : couplings_.of(all[i].l, all[j].l, all[k].l))
                        multiply(g.value, {place(all[i], g.m1), place(all[j], g.m2), place(all[k], g.m3)}, 3);
                    add({all[i], all[j], all[k]}, degree);
                }
    }

    [[nodiscard]] std::int32_t place(const Factor& factor, int m) const {
        return set_.layout.at(factor.channel, factor.n, factor.l, m);
    }

    void multiply(double coefficient, Places places, int count) {
        std::sort(places.begin(), places.begin() + count);
        merged_[places] += coefficient;
    }

    void add(const std::vector<Factor>& of, int degree) {
        Invariant invariant;
        invariant.degree = degree;
        for (const auto& factor : of) {
            invariant.factor[invariant.factors++] = factor;
            invariant.species_factors += factor.channel > 0 ? 1 : 0;
        }
        invariant.begin = static_cast<std::int32_t>(set_.monomials.size());
        for (const auto& [places, coefficient] : merged_)
            set_.monomials.push_back({coefficient, places[0], places[1], places[2]});
        invariant.end = static_cast<std::int32_t>(set_.monomials.size());
        merged_.clear();
        set_.invariants.push_back(invariant);
    }

    const Basis& basis_;
    InvariantSet set_;
    Couplings couplings_;
    std::map<Places, double> merged_;
};

}  // namespace

InvariantSet make_invariants(const Basis& basis) {
    check(basis);
    return Maker(basis).make();
}

}  // namespace rfhgn::model::many_body
