#include <algorithm>
#include <utility>

#include "rfhgn/base/error.hpp"
#include "rfhgn/potential/force_field.hpp"

namespace rfhgn::potential {

namespace {

class Sum final : public ForceField {
  public:
    explicit Sum(std::vector<std::unique_ptr<ForceField>> terms) : terms_(std::move(terms)) {
        RFHGN_ASSERT(!terms_.empty());
    }

    [[nodiscard]] Needs needs() const override {
        Needs all = terms_.front()->needs();
        all.cutoff = 0;
        for (const auto& term : terms_) {
            const Needs one = term->needs();
            all.cutoff = std::max(all.cutoff, one.cutoff);
            all.full_list |= one.full_list;
            all.momenta_of_ghosts |= one.momenta_of_ghosts;
        }
        return all;
    }

    void compute(const Atoms& atoms, const Neighbours& neighbours, Exchange& exchange,
                 const Result& result) const override {
        Result part = result;
        for (const auto& term : terms_) {
            term->compute(atoms, neighbours, exchange, part);
            part.velocity = {};
            part.kinetic = nullptr;
        }
    }

  private:
    std::vector<std::unique_ptr<ForceField>> terms_;
};

}  // namespace

std::unique_ptr<ForceField> sum(std::vector<std::unique_ptr<ForceField>> terms) {
    return std::make_unique<Sum>(std::move(terms));
}

}  // namespace rfhgn::potential
