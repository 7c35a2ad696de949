#include "density_kernel.hpp"

#include <utility>

#include "rfhgn/base/error.hpp"

#include "harmonics.hpp"
#include "radial_kernel.hpp"

namespace rfhgn::model::many_body {

namespace {

template <int L, std::size_t Blocks>
class Kernel final : public DensityKernel {
  public:
    explicit Kernel(const Basis& basis) : radial_(basis) {}

    void density(const NeighbourLanes& lanes, LaneRange range, InnerSwitch inner,
                 double* density) const override {
        // More neighbours than a part holds are added up.
        for (std::size_t begin = range.begin; begin < range.end || begin == range.begin;
             begin += part_lanes) {
            const std::size_t end = std::min(range.end, begin + part_lanes);
            part_density(lanes, {begin, end}, inner, density, begin > range.begin);
        }
    }

    void slopes(const NeighbourLanes& lanes, LaneRange range, InnerSwitch inner, const double* density_slope,
                double* x, double* y, double* z) const override {
        for (std::size_t e = range.begin; e < range.end; e += lane_count)
            group_slopes(lanes, e, inner, density_slope, x + e, y + e, z + e);
    }

    void jacobian(const NeighbourLanes& lanes, std::size_t begin, InnerSwitch inner,
                  double (*out)[3][lane_count]) const override {
        const Direction u(lanes, begin);
        Lanes g[count];
        Lanes dg[count];
        radial_.values_and_slopes(u.r, inner, g, dg);
        const Harmonics<L, Lanes> harmonics(u.x, u.y, u.z);
        Lanes value[harmonics_count];
        Lanes gradient[3][harmonics_count];
        harmonics.values(value);
        harmonics.gradients(gradient);
        for (std::size_t h = 0; h < harmonics_count; ++h) {
            const Lanes radial_part = u.x * gradient[0][h] + u.y * gradient[1][h] + u.z * gradient[2][h];
            const Lanes across[3] = {(gradient[0][h] - u.x * radial_part) * u.inverse,
                                     (gradient[1][h] - u.y * radial_part) * u.inverse,
                                     (gradient[2][h] - u.z * radial_part) * u.inverse};
            const Lanes along[3] = {u.x * value[h], u.y * value[h], u.z * value[h]};
            for (std::size_t n = 0; n < count; ++n)
                for (std::size_t a = 0; a < 3; ++a)
                    store(out[h * count + n][a], dg[n] * along[a] + g[n] * across[a]);
        }
    }

  private:
    static constexpr std::size_t count = RadialKernel<Blocks>::count;
    static constexpr std::size_t harmonics_count = Harmonics<L, Lanes>::count;
    static constexpr std::size_t part_groups = 8;
    static constexpr std::size_t part_lanes = part_groups * lane_count;

    struct Direction {
        Lanes x, y, z, r, inverse;
        [[gnu::always_inline]] Direction(const NeighbourLanes& lanes, std::size_t e) : r(load(&lanes.r[e])) {
            inverse = 1.0 / r;
            x = load(&lanes.x[e]) * inverse;
            y = load(&lanes.y[e]) * inverse;
            z = load(&lanes.z[e]) * inverse;
        }
    };

    void part_density(const NeighbourLanes& lanes, LaneRange range, InnerSwitch inner, double* density,
                      bool add) const {
        Lanes g[part_groups][count];
        Lanes harmonic[part_groups][harmonics_count];
        std::size_t groups = 0;
        for (std::size_t e = range.begin; e < range.end; e += lane_count, ++groups) {
            const Direction u(lanes, e);
            radial_.values(u.r, inner, g[groups]);
            Harmonics<L, Lanes>(u.x, u.y, u.z).values(harmonic[groups]);
        }
        for (std::size_t h = 0; h < harmonics_count; ++h)
            for (std::size_t block = 0; block < Blocks; ++block) {
                Lanes sum[lane_count] = {};
                for (std::size_t group = 0; group < groups; ++group)
                    for (std::size_t n = 0; n < lane_count; ++n)
                        sum[n] += g[group][block * lane_count + n] * harmonic[group][h];
                double* const to = density + h * count + block * lane_count;
                store(to, add ? load(to) + sums_over_lanes(sum) : sums_over_lanes(sum));
            }
    }

    void group_slopes(const NeighbourLanes& lanes, std::size_t e, InnerSwitch inner,
                      const double* density_slope, double* x, double* y, double* z) const {
        const Direction u(lanes, e);
        Lanes g[count];
        Lanes dg[count];
        radial_.values_and_slopes(u.r, inner, g, dg);
        const Harmonics<L, Lanes> harmonics(u.x, u.y, u.z);
        Lanes value[harmonics_count];
        harmonics.values(value);
        Lanes weight[harmonics_count];  // Σ_n G_nlm g_n
        Lanes along[count] = {};        // Σ_lm G_nlm Y_lm
        for (std::size_t h = 0; h < harmonics_count; ++h) {
            Lanes sum{};
            for (std::size_t n = 0; n < count; ++n) {
                const double slope = density_slope[h * count + n];
                sum += slope * g[n];
                along[n] += slope * value[h];
            }
            weight[h] = sum;
        }
        Lanes radial_slope{};
        for (std::size_t n = 0; n < count; ++n) radial_slope += dg[n] * along[n];
        Lanes gx, gy, gz;
        harmonics.gradient(weight, gx, gy, gz);
        const Lanes radial_part = gx * u.x + gy * u.y + gz * u.z;
        const Lanes scale = radial_slope - radial_part * u.inverse;
        store(x, scale * u.x + gx * u.inverse);
        store(y, scale * u.y + gy * u.inverse);
        store(z, scale * u.z + gz * u.inverse);
    }

    RadialKernel<Blocks> radial_;
};

template <int L>
std::unique_ptr<DensityKernel> make(const Basis& basis) {
    if (static_cast<std::size_t>(basis.radial) <= lane_count) return std::make_unique<Kernel<L, 1>>(basis);
    return std::make_unique<Kernel<L, 2>>(basis);
}

template <int... L>
std::unique_ptr<DensityKernel> make_any(const Basis& basis, std::integer_sequence<int, L...> /*all*/) {
    std::unique_ptr<DensityKernel> kernel;
    ((basis.angular == L ? void(kernel = make<L>(basis)) : void()), ...);
    return kernel;
}

}  // namespace

std::unique_ptr<DensityKernel> make_density_kernel(const Basis& basis) {
    RFHGN_ASSERT(basis.angular >= 0 && basis.angular <= max_angular);
    return make_any(basis, std::make_integer_sequence<int, max_angular + 1>{});
}

}  // namespace rfhgn::model::many_body
