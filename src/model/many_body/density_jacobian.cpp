#include "density_jacobian.hpp"

#include <algorithm>
#include <cstdint>

namespace rfhgn::model::many_body {

void DensityJacobian::set(const DensityKernel& kernel, const RowNeighbours& neighbours, InnerSwitch inner,
                          std::size_t densities) {
    slots_ = neighbours.padded_slots();
    rows_ = 3 * slots_ + behind;
    densities_ = densities;
    values_.resize(std::max(values_.size(), rows_ * densities));
    group_.resize(3 * lane_count * densities);
    virial_.assign(6 * lane_count * densities, 0.0);
    neighbours.for_each_group([&](std::size_t lane, std::size_t slot, std::size_t round) {
        kernel.jacobian(neighbours.lanes, lane, inner,
                        reinterpret_cast<double(*)[3][lane_count]>(group_.data()));
        add_group(neighbours.lanes, lane, slot, round > 0);
    });
    sum_up();
}

void DensityJacobian::add_group(const NeighbourLanes& lanes, std::size_t first, std::size_t slot, bool add) {
    const Lanes e[3] = {load(&lanes.x[first]), load(&lanes.y[first]), load(&lanes.z[first])};
    constexpr int pairs[6][2] = {{0, 0}, {1, 1}, {2, 2}, {0, 1}, {0, 2}, {1, 2}};
    for (std::size_t k = 0; k < densities_; ++k) {
        Lanes slope[3];
        for (std::size_t a = 0; a < 3; ++a) {
            slope[a] = load(&group_[(3 * k + a) * lane_count]);
            double* const to = &values_[k * rows_ + a * slots_ + slot];
            store(to, add ? load(to) + slope[a] : slope[a]);
        }
        for (std::size_t v = 0; v < 6; ++v) {
            double* const to = &virial_[(6 * k + v) * lane_count];
            store(to, load(to) + e[pairs[v][0]] * slope[pairs[v][1]]);
        }
    }
}

void DensityJacobian::sum_up() {
    for (std::size_t k = 0; k < densities_; ++k) {
        double* const column = &values_[k * rows_];
        Lanes sums[lane_count];
        for (std::size_t v = 0; v < 6; ++v) sums[v] = load(&virial_[(6 * k + v) * lane_count]);
        Lanes own[3] = {};
        for (std::size_t a = 0; a < 3; ++a)
            for (std::size_t slot = 0; slot < slots_; slot += lane_count)
                own[a] -= load(column + a * slots_ + slot);
        sums[own_x] = own[0];
        sums[own_y] = own[1];
        store(column + 3 * slots_, sums_over_lanes(sums));
        store(column + 3 * slots_ + lane_count, Lanes{});
        for (std::size_t lane = 0; lane < lane_count; ++lane) column[3 * slots_ + own_z] += own[2][lane];
    }
}

namespace {

// As many sums at a time as registers hold well.
template <std::size_t Count>
void combine_part(const double* values, std::size_t rows, const std::int32_t* place, const double* weight,
                  std::size_t count, double* out) {
    Lanes sum[Count] = {};
    for (std::size_t e = 0; e < count; ++e) {
        const double* const column = values + static_cast<std::size_t>(place[e]) * rows;
        const double w = weight[e];
        for (std::size_t k = 0; k < Count; ++k) sum[k] += w * load(column + k * lane_count);
    }
    for (std::size_t k = 0; k < Count; ++k) store(out + k * lane_count, sum[k]);
}

}  // namespace

void DensityJacobian::combine(const std::int32_t* place, const double* weight, std::size_t count,
                              double* out) const {
    std::size_t left = rows_ / lane_count;
    const double* from = values_.data();
    const auto part = [&]<std::size_t Count>() {
        for (; left >= Count; left -= Count) {
            combine_part<Count>(from, rows_, place, weight, count, out);
            from += Count * lane_count;
            out += Count * lane_count;
        }
    };
    part.template operator()<8>();
    part.template operator()<4>();
    part.template operator()<2>();
    part.template operator()<1>();
}

}  // namespace rfhgn::model::many_body
