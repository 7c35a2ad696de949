#include "polynomial_plan.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "rfhgn/base/error.hpp"

#include "couplings.hpp"
#include "lanes.hpp"

namespace rfhgn::model::many_body {

/// Collects products. An invariant of three factors can be made from the product of any two of them; the
/// pair that adds the least work is taken, given what invariants before it have made.
class PlanMaker {
  public:
    PlanMaker(const InvariantSet& set, std::span<const int> wanted) : set_(set) {
        plan_.rows_ = wanted.size();
        plan_.places_ = static_cast<std::size_t>(set.layout.size());
        for (std::size_t row = 0; row < wanted.size(); ++row)
            add(set.invariants[static_cast<std::size_t>(wanted[row])], static_cast<std::int32_t>(row));
    }

    PolynomialPlan make() && {
        for (const auto& [key, product] : products_) {
            plan_.terms_.insert(plan_.terms_.end(), product.terms.begin(), product.terms.end());
            plan_.uses_.insert(plan_.uses_.end(), product.uses.begin(), product.uses.end());
            plan_.products_.push_back({static_cast<std::int32_t>(plan_.terms_.size()),
                                       static_cast<std::int32_t>(plan_.uses_.size()), product.is});
        }
        return std::move(plan_);
    }

  private:
    struct Key {
        Factor first;
        Factor second;
        int l = 0;
        int m = 0;
        // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 finds a 0 in it
        friend auto operator<=>(const Key&, const Key&) = default;
    };
    struct Made {
        std::vector<PolynomialPlan::Term> terms;
        std::vector<PolynomialPlan::Use> uses;
        std::int32_t is = -1;
    };

    void add(const Invariant& invariant, std::int32_t row) {
        const auto& f = invariant.factor;
        if (invariant.factors == 1) {
            plan_.singles_.push_back({row, place(f[0], 0)});
        } else if (invariant.factors == 2) {
            product({f[0], f[1], 0, 0}).is = row;
        } else {
            const int last = cheapest(invariant);
            const auto pair = without(invariant, last);
            for (int m = -f[last].l; m <= f[last].l; ++m)
                product({pair[0], pair[1], f[last].l, m}).uses.push_back({row, place(f[last], m)});
        }
    }

    static std::array<Factor, 2> without(const Invariant& invariant, int last) {
        return {invariant.factor[last == 0 ? 1 : 0], invariant.factor[last == 2 ? 1 : 2]};
    }

    [[nodiscard]] int cheapest(const Invariant& invariant) {
        int best = 0;
        std::size_t least = ~std::size_t{0};
        for (int last = 0; last < 3; ++last) {
            const auto pair = without(invariant, last);
            const int l = invariant.factor[last].l;
            std::size_t work = 2 * static_cast<std::size_t>(l) + 1;
            if (!products_.contains({pair[0], pair[1], l, -l}))
                work += couplings_.of(pair[0].l, pair[1].l, l).size();
            if (work < least) {
                least = work;
                best = last;
            }
        }
        return best;
    }

    Made& product(const Key& key) {
        const auto found = products_.find(key);
        if (found != products_.end()) return found->second;
        std::map<std::pair<std::int32_t, std::int32_t>, double> merged;
        for (const auto& g : couplings_.of(key.first.l, key.second.l, key.l)) {
            if (g.m3 != key.m) continue;
            const std::pair<std::int32_t, std::int32_t> places =
                std::minmax({place(key.first, g.m1), place(key.second, g.m2)});
            merged[places] += g.value;
        }
        Made made;
        for (const auto& [places, coefficient] : merged)
            made.terms.push_back({coefficient, places.first, places.second});
        return products_.emplace(key, std::move(made)).first->second;
    }

    [[nodiscard]] std::int32_t place(const Factor& factor, int m) const {
        return set_.layout.at(factor.channel, factor.n, factor.l, m);
    }

    const InvariantSet& set_;
    PolynomialPlan plan_;
    Couplings couplings_;
    std::map<Key, Made> products_;
};

PolynomialPlan::PolynomialPlan(const InvariantSet& set, std::span<const int> wanted) {
    *this = PlanMaker(set, wanted).make();
}

void PolynomialPlan::evaluate(const double* density, double* invariants, std::size_t stride) const {
    const auto a = [density](std::int32_t place) { return density + std::ptrdiff_t{lane_count} * place; };
    const auto b = [invariants, stride](std::int32_t row) {
        return invariants + stride * static_cast<std::size_t>(row);
    };
    for (std::size_t row = 0; row < rows_; ++row) store(invariants + stride * row, Lanes{});
    for (const auto& single : singles_) store(b(single.invariant), load(a(single.density)));
    const Term* term = terms_.data();
    const Use* use = uses_.data();
    for (const auto& product : products_) {
        Lanes sum{};
        for (const Term* const end = terms_.data() + product.terms_end; term < end; ++term)
            sum += term->coefficient * load(a(term->first)) * load(a(term->second));
        if (product.is >= 0) store(b(product.is), sum);
        for (const Use* const end = uses_.data() + product.uses_end; use < end; ++use)
            store(b(use->invariant), load(b(use->invariant)) + sum * load(a(use->density)));
    }
}

void PolynomialPlan::differentiate(const double* density, const double* invariant_slope, std::size_t stride,
                                   double* density_slope) const {
    const auto a = [density](std::int32_t place) { return density + std::ptrdiff_t{lane_count} * place; };
    const auto b = [invariant_slope, stride](std::int32_t row) {
        return invariant_slope + stride * static_cast<std::size_t>(row);
    };
    const auto add = [density_slope](std::int32_t place, const Lanes& value) {
        double* const to = density_slope + std::ptrdiff_t{lane_count} * place;
        store(to, load(to) + value);
    };
    std::fill_n(density_slope, lane_count * places_, 0.0);
    for (const auto& single : singles_) add(single.density, load(b(single.invariant)));
    const Term* term = terms_.data();
    const Use* use = uses_.data();
    for (const auto& product : products_) {
        const Term* const first = term;
        const Term* const last = terms_.data() + product.terms_end;
        Lanes slope = product.is >= 0 ? load(b(product.is)) : Lanes{};
        const Use* const uses_end = uses_.data() + product.uses_end;
        if (use < uses_end) {
            Lanes sum{};
            for (; term < last; ++term)
                sum += term->coefficient * load(a(term->first)) * load(a(term->second));
            for (; use < uses_end; ++use) {
                const Lanes of_use = load(b(use->invariant));
                slope += of_use * load(a(use->density));
                add(use->density, of_use * sum);
            }
        }
        for (term = first; term < last; ++term) {
            const Lanes scaled = term->coefficient * slope;
            add(term->first, scaled * load(a(term->second)));
            add(term->second, scaled * load(a(term->first)));
        }
    }
}

}  // namespace rfhgn::model::many_body
