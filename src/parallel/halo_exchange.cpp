#include "rfhgn/parallel/halo_exchange.hpp"

#include <algorithm>

#include <mpi.h>
#include <petscsf.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/petsc_check.hpp"

namespace rfhgn::parallel {

struct HaloExchange::Plan {
    PetscSF forest = nullptr;
    int rank = 0;
    LocalIndex owned = 0;
    std::size_t ghosts = 0;
    std::map<int, MPI_Datatype> row_types;  // one MPI type a number of components above 1

    ~Plan() {
        for (auto& [components, type] : row_types) MPI_Type_free(&type);
        PetscSFDestroy(&forest);
    }

    MPI_Datatype row_type(int components) {
        // PetscSF cannot add a contiguous type of one number: it hands it to MPI, which has no sum for it.
        if (components == 1) return MPIU_REAL;
        auto [entry, added] = row_types.try_emplace(components, MPI_DATATYPE_NULL);
        if (added) {
            MPI_Type_contiguous(components, MPIU_REAL, &entry->second);
            MPI_Type_commit(&entry->second);
        }
        return entry->second;
    }
    [[nodiscard]] double* ghost_part(std::span<double> values, int components) const {
        RFHGN_ASSERT(values.size() ==
                     (static_cast<std::size_t>(owned) + ghosts) * static_cast<std::size_t>(components));
        return values.data() + static_cast<std::ptrdiff_t>(owned) * components;
    }
};

HaloExchange::HaloExchange(const Communicator& comm, LocalIndex owned, std::span<const RemoteNode> ghosts)
    : plan_(std::make_unique<Plan>()) {
    plan_->rank = comm.rank();
    plan_->owned = owned;
    plan_->ghosts = ghosts.size();
    petsc_check(PetscSFCreate(comm.handle(), &plan_->forest), "PetscSFCreate");
    petsc_check(PetscSFSetFromOptions(plan_->forest), "PetscSFSetFromOptions");
    PetscSFNode* remote = nullptr;
    petsc_check(PetscMalloc1(ghosts.size(), &remote), "PetscMalloc1");
    std::transform(ghosts.begin(), ghosts.end(), remote, [](const RemoteNode& node) {
        return PetscSFNode{node.rank, node.index};
    });
    petsc_check(PetscSFSetGraph(plan_->forest, owned, static_cast<PetscInt>(ghosts.size()), nullptr,
                                PETSC_OWN_POINTER, remote, PETSC_OWN_POINTER),
                "PetscSFSetGraph");
    petsc_check(PetscSFSetUp(plan_->forest), "PetscSFSetUp");
}

HaloExchange::~HaloExchange() = default;
HaloExchange::HaloExchange(HaloExchange&&) noexcept = default;
HaloExchange& HaloExchange::operator=(HaloExchange&&) noexcept = default;

void HaloExchange::begin_update(std::span<double> values, int components) const {
    double* ghosts = plan_->ghost_part(values, components);
    petsc_check(
        PetscSFBcastBegin(plan_->forest, plan_->row_type(components), values.data(), ghosts, MPI_REPLACE),
        "PetscSFBcastBegin");
}

void HaloExchange::end_update(std::span<double> values, int components) const {
    double* ghosts = plan_->ghost_part(values, components);
    petsc_check(
        PetscSFBcastEnd(plan_->forest, plan_->row_type(components), values.data(), ghosts, MPI_REPLACE),
        "PetscSFBcastEnd");
}

void HaloExchange::update(std::span<double> values, int components) const {
    begin_update(values, components);
    end_update(values, components);
}

void HaloExchange::begin_sum(std::span<double> values, int components) const {
    const double* ghosts = plan_->ghost_part(values, components);
    petsc_check(
        PetscSFReduceBegin(plan_->forest, plan_->row_type(components), ghosts, values.data(), MPIU_SUM),
        "PetscSFReduceBegin");
}

void HaloExchange::end_sum(std::span<double> values, int components) const {
    const double* ghosts = plan_->ghost_part(values, components);
    petsc_check(PetscSFReduceEnd(plan_->forest, plan_->row_type(components), ghosts, values.data(), MPIU_SUM),
                "PetscSFReduceEnd");
}

void HaloExchange::sum(std::span<double> values, int components) const {
    begin_sum(values, components);
    end_sum(values, components);
}

HaloExchange::Traffic HaloExchange::traffic() const {
    PetscInt owners = 0;
    PetscInt receivers = 0;
    const PetscMPIInt* owner = nullptr;
    const PetscMPIInt* receiver = nullptr;
    petsc_check(PetscSFGetRootRanks(plan_->forest, &owners, &owner, nullptr, nullptr, nullptr),
                "PetscSFGetRootRanks");
    petsc_check(PetscSFGetLeafRanks(plan_->forest, &receivers, &receiver, nullptr, nullptr),
                "PetscSFGetLeafRanks");
    // Images of own nodes are no traffic between ranks.
    const auto others = [&](const PetscMPIInt* ranks, PetscInt count) {
        return static_cast<int>(count - std::count(ranks, ranks + count, plan_->rank));
    };
    Traffic traffic{.neighbours = others(owner, owners),
                    .receivers = others(receiver, receivers),
                    .received = static_cast<GlobalIndex>(plan_->ghosts)};
    const PetscInt* degree = nullptr;
    petsc_check(PetscSFComputeDegreeBegin(plan_->forest, &degree), "PetscSFComputeDegreeBegin");
    petsc_check(PetscSFComputeDegreeEnd(plan_->forest, &degree), "PetscSFComputeDegreeEnd");
    for (LocalIndex node = 0; node < plan_->owned; ++node) traffic.sent += degree[node];
    return traffic;
}

}  // namespace rfhgn::parallel
