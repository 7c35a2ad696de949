#include "row_kinds.hpp"

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::training {

data::RowKind row_kind(Target target, const model::PairwiseModel& model, int dimension) {
    switch (target) {
        case Target::velocity:
            return kinetic_row_kind(model);
        case Target::force:
            return message_row_kind(model, dimension);
        case Target::energy:
            return energy_row_kind(model);
        case Target::virial:
            return virial_row_kind(model);
    }
    RFHGN_ASSERT(false);
    return {};
}

linalg::RowCounts silent_rows(Target target, const data::TrainingData& data) {
    linalg::RowCounts silent;
    if (target != Target::energy && target != Target::virial) return silent;
    parallel::together(data.comm(), [&] {
        data.visit([&](const data::TrainingSet& set) {
            const auto here = target == Target::energy ? silent_energy_rows(set) : silent_virial_rows(set);
            silent.training += here.training;
            silent.held_out += here.held_out;
        });
    });
    return {parallel::sum(data.comm(), silent.training), parallel::sum(data.comm(), silent.held_out)};
}

}  // namespace rfhgn::training
