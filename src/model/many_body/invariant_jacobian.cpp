#include "invariant_jacobian.hpp"

#include <algorithm>
#include <map>

namespace rfhgn::model::many_body {

namespace {

struct ChannelPlace {
    std::int32_t channel;
    std::int32_t place;
};

ChannelPlace channel_place(const DensityLayout& layout, std::int32_t density) {
    const int whole = layout.channels * layout.block();
    if (density < whole) return {density / layout.block(), density % layout.block()};
    return {layout.channels + (density - whole) / layout.radial, (density - whole) % layout.radial};
}

}  // namespace

InvariantJacobian::InvariantJacobian(const Basis& /*basis*/, const InvariantSet& set)
    : places_(static_cast<std::size_t>(set.layout.size())), padded_(places_ + 1, 1.0) {
    for (const auto& invariant : set.invariants) {
        products_begin_.push_back(products_.size());
        begin_.push_back(place_.size());
        std::map<std::int32_t, std::int32_t> entry_of;
        for (const auto& monomial : set.of(invariant)) {
            Product product{monomial.coefficient, {monomial.first, monomial.second, monomial.third}, {}};
            for (int f = 0; f < 3; ++f) {
                if (product.density[f] < 0) {
                    product.density[f] = static_cast<std::int32_t>(places_);
                    product.entry[f] = -1;
                    continue;
                }
                const auto next = static_cast<std::int32_t>(place_.size());
                const auto [found, added] = entry_of.emplace(product.density[f], next);
                product.entry[f] = found->second;
                if (!added) continue;
                const auto at = channel_place(set.layout, product.density[f]);
                place_.push_back(at.place);
                channel_.push_back(at.channel);
            }
            products_.push_back(product);
        }
    }
    products_begin_.push_back(products_.size());
    begin_.push_back(place_.size());
    for (auto& product : products_)
        for (auto& entry : product.entry)
            if (entry < 0) entry = static_cast<std::int32_t>(place_.size());
    derivative_.resize(place_.size() + 1);
    weight_.resize(place_.size());
}

void InvariantJacobian::evaluate(const double* density, double* value) {
    std::copy_n(density, places_, padded_.begin());
    std::ranges::fill(derivative_, 0.0);
    for (std::size_t k = 0; k + 1 < products_begin_.size(); ++k) {
        double sum = 0;
        for (std::size_t p = products_begin_[k]; p < products_begin_[k + 1]; ++p) {
            const auto& product = products_[p];
            const double a = padded_[static_cast<std::size_t>(product.density[0])];
            const double b = padded_[static_cast<std::size_t>(product.density[1])];
            const double c = product.coefficient * padded_[static_cast<std::size_t>(product.density[2])];
            const double ab = product.coefficient * a * b;
            sum += a * b * c;
            derivative_[static_cast<std::size_t>(product.entry[0])] += b * c;
            derivative_[static_cast<std::size_t>(product.entry[1])] += a * c;
            derivative_[static_cast<std::size_t>(product.entry[2])] += ab;
        }
        value[k] = sum;
    }
}

void InvariantJacobian::values(const double* density, double* value) const {
    for (std::size_t k = 0; k + 1 < products_begin_.size(); ++k) {
        double sum = 0;
        for (std::size_t p = products_begin_[k]; p < products_begin_[k + 1]; ++p) {
            double term = products_[p].coefficient;
            for (const std::int32_t place : products_[p].density)
                if (place < static_cast<std::int32_t>(places_)) term *= density[place];
            sum += term;
        }
        value[k] = sum;
    }
}

void InvariantJacobian::see_species(const Embedding& embedding, std::size_t species) {
    for (std::size_t e = 0; e < weight_.size(); ++e)
        weight_[e] = derivative_[e] * embedding.at(static_cast<std::size_t>(channel_[e]), species);
}

}  // namespace rfhgn::model::many_body
