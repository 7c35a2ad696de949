#include "rfhgn/model/coordinate_network/body_frame.hpp"

#include <cmath>
#include <limits>

#include "rfhgn/base/error.hpp"

namespace rfhgn::model {

namespace {

using Vector = std::array<double, 3>;

double dot(const Vector& a, const Vector& b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

Vector plus(const Vector& a, double factor, const Vector& b) {
    return {a[0] + factor * b[0], a[1] + factor * b[1], a[2] + factor * b[2]};
}

Vector row(std::span<const double> values, LocalIndex node, int dimension) {
    const auto d = static_cast<std::size_t>(dimension);
    Vector v{};
    for (std::size_t k = 0; k < d; ++k) v[k] = values[static_cast<std::size_t>(node) * d + k];
    return v;
}

std::size_t index(LocalIndex i) {
    return static_cast<std::size_t>(i);
}

/// Adds axes to the frames of all systems, one after the other. A particle that was passed over for an axis
/// is so for those after it too, hence each axis goes to the nearest particle that is far enough across.
class BodyFrameFinder {
  public:
    BodyFrameFinder(potential::Exchange& exchange, const potential::Atoms& atoms)
        : exchange_(exchange), atoms_(atoms), frames_(index(atoms.systems)) {}

    std::vector<BodyFrame> find() {
        find_centres();
        for (int a = 0; a < atoms_.dimension; ++a) add_axis(static_cast<std::size_t>(a));
        return std::move(frames_);
    }

  private:
    [[nodiscard]] Vector apart(LocalIndex node) const {
        return plus(row(atoms_.position, node, atoms_.dimension), -1.0,
                    frames_[index(atoms_.system(node))].centre);
    }

    void find_centres() {
        std::vector<double> sums(4 * frames_.size(), 0.0);
        for (LocalIndex i = 0; i < atoms_.owned; ++i) {
            double* const sum = sums.data() + 4 * index(atoms_.system(i));
            const Vector q = row(atoms_.position, i, atoms_.dimension);
            for (std::size_t k = 0; k < 3; ++k) sum[k] += atoms_.mass[index(i)] * q[k];
            sum[3] += atoms_.mass[index(i)];
        }
        exchange_.sum_over_processes(sums);
        for (std::size_t s = 0; s < frames_.size(); ++s) {
            frames_[s].mass = sums[4 * s + 3];
            for (std::size_t k = 0; k < 3; ++k) frames_[s].centre[k] = sums[4 * s + k] / sums[4 * s + 3];
        }
    }

    // What is left of a particle's position across the axes that there are.
    [[nodiscard]] Vector across(LocalIndex node, std::size_t axes) const {
        Vector v = apart(node);
        const auto& frame = frames_[index(atoms_.system(node))];
        for (std::size_t a = 0; a < axes; ++a) v = plus(v, -dot(v, frame.axis[a]), frame.axis[a]);
        return v;
    }

    [[nodiscard]] bool far_across(LocalIndex node, std::size_t axes) const {
        const Vector v = apart(node);
        const Vector left = across(node, axes);
        return dot(left, left) > least_across * least_across * dot(v, v);
    }

    // Distance first, then the smaller id, so that ranks agree.
    void add_axis(std::size_t axis) {
        std::vector<double> nearest(frames_.size(), std::numeric_limits<double>::infinity());
        std::vector<double> particle(frames_.size(), std::numeric_limits<double>::infinity());
        std::vector<LocalIndex> candidate(frames_.size(), -1);
        for (LocalIndex i = 0; i < atoms_.owned; ++i) {
            const auto s = index(atoms_.system(i));
            const Vector v = apart(i);
            if (dot(v, v) >= nearest[s] || !far_across(i, axis)) continue;
            nearest[s] = dot(v, v);
            candidate[s] = i;
        }
        auto least = nearest;
        exchange_.min_over_processes(least);
        for (std::size_t s = 0; s < frames_.size(); ++s)
            if (candidate[s] >= 0 && nearest[s] == least[s])
                particle[s] = static_cast<double>(atoms_.id[index(candidate[s])]);
        exchange_.min_over_processes(particle);
        std::vector<double> found(3 * frames_.size(), 0.0);
        for (std::size_t s = 0; s < frames_.size(); ++s) {
            require(
                std::isfinite(least[s]),
                Advice{"use [model] encoding = \"pairwise\" or \"absolute\" for such systems"},
                "the particles of a system do not span {} dimensions (they lie in a line or plane), so that "
                "the frame encoding cannot see it",
                atoms_.dimension);
            if (candidate[s] < 0 || static_cast<double>(atoms_.id[index(candidate[s])]) != particle[s])
                continue;
            const Vector v = apart(candidate[s]);
            std::copy(v.begin(), v.end(), found.begin() + static_cast<std::ptrdiff_t>(3 * s));
        }
        exchange_.sum_over_processes(found);
        for (std::size_t s = 0; s < frames_.size(); ++s)
            span_axis(s, axis, static_cast<GlobalIndex>(particle[s]),
                      {found[3 * s], found[3 * s + 1], found[3 * s + 2]});
    }

    // Gram-Schmidt, and its derivative by every component of the particles of this axis and those before:
    // e = v' / |v'|, v' = v − Σ (v·e_b) e_b.
    void span_axis(std::size_t s, std::size_t axis, GlobalIndex particle, const Vector& position) {
        auto& frame = frames_[s];
        frame.spanned_by[axis] = particle;
        Vector left = position;
        for (std::size_t b = 0; b < axis; ++b) left = plus(left, -dot(left, frame.axis[b]), frame.axis[b]);
        const double length = std::sqrt(dot(left, left));
        for (std::size_t a = 0; a <= axis; ++a)
            for (std::size_t k = 0; k < index(atoms_.dimension); ++k) {
                Vector v = position;
                Vector dv{};
                if (a == axis) dv[k] = 1.0;
                for (std::size_t b = 0; b < axis; ++b) {
                    const auto& e = frame.axis[b];
                    const auto& de = frame.jacobian[a][k][b];
                    const double along = dot(v, e);
                    const double dalong = dot(dv, e) + dot(v, de);
                    v = plus(v, -along, e);
                    dv = plus(plus(dv, -along, de), -dalong, e);
                }
                const Vector unit = plus({}, 1.0 / length, v);
                frame.jacobian[a][k][axis] = plus({}, 1.0 / length, plus(dv, -dot(dv, unit), unit));
            }
        frame.axis[axis] = plus({}, 1.0 / length, left);
    }

    potential::Exchange& exchange_;
    const potential::Atoms& atoms_;
    std::vector<BodyFrame> frames_;
};

}  // namespace

std::vector<BodyFrame> find_body_frames(potential::Exchange& exchange, const potential::Atoms& atoms) {
    return BodyFrameFinder(exchange, atoms).find();
}

std::vector<BodyFrame> fixed_body_frames(LocalIndex systems) {
    BodyFrame frame;
    for (std::size_t k = 0; k < 3; ++k) frame.axis[k][k] = 1.0;
    return std::vector<BodyFrame>(index(systems), frame);
}

std::vector<BodyFrame> body_frames_of(const CoordinateNetwork& model, potential::Exchange& exchange,
                                      const potential::Atoms& atoms) {
    return model.absolute ? fixed_body_frames(atoms.systems) : find_body_frames(exchange, atoms);
}

std::vector<double> body_frame_coordinates(const potential::Atoms& atoms,
                                           const std::vector<BodyFrame>& frames) {
    const auto d = index(atoms.dimension);
    std::vector<double> coordinates(2 * d * index(atoms.size()));
    for (LocalIndex i = 0; i < atoms.size(); ++i) {
        const auto& frame = frames[index(atoms.system(i))];
        const Vector q = plus(row(atoms.position, i, atoms.dimension), -1.0, frame.centre);
        const Vector p = row(atoms.momentum, i, atoms.dimension);
        double* const out = coordinates.data() + 2 * d * index(i);
        for (std::size_t a = 0; a < d; ++a) {
            out[a] = dot(q, frame.axis[a]);
            out[d + a] = dot(p, frame.axis[a]);
        }
    }
    return coordinates;
}

void BodyFrameSums::add(const BodyFrame& frame, int dimension, const double* position, const double* momentum,
                        const double* slope) {
    const auto d = index(dimension);
    for (std::size_t b = 0; b < d; ++b) {
        translation[b] += slope[b];
        for (std::size_t s = 0; s < d; ++s)
            rotation[b][s] += (position[s] - frame.centre[s]) * slope[b] + momentum[s] * slope[d + b];
    }
}

BodyFrameGradient body_frame_gradient(const BodyFrame& frame, int dimension, const BodyFrameSums& sums) {
    const auto d = index(dimension);
    BodyFrameGradient pull;
    if (frame.mass == 0) return pull;
    for (std::size_t a = 0; a < d; ++a) {
        for (std::size_t k = 0; k < d; ++k)
            for (std::size_t b = a; b < d; ++b)
                pull.particle[a][k] += dot(frame.jacobian[a][k][b], sums.rotation[b]);
        for (std::size_t k = 0; k < d; ++k)
            pull.recoil[k] += sums.translation[a] * frame.axis[a][k] + pull.particle[a][k];
    }
    return pull;
}

void leave_body_frame(const BodyFrame& frame, const BodyFrameGradient& pull, int dimension, GlobalIndex node,
                      double mass, double* slope) {
    const auto d = index(dimension);
    Vector by_position{};
    Vector by_momentum{};
    for (std::size_t a = 0; a < d; ++a) {
        by_position = plus(by_position, slope[a], frame.axis[a]);
        by_momentum = plus(by_momentum, slope[d + a], frame.axis[a]);
        if (frame.spanned_by[a] == node) by_position = plus(by_position, 1.0, pull.particle[a]);
    }
    if (frame.mass > 0) by_position = plus(by_position, -mass / frame.mass, pull.recoil);
    std::copy_n(by_position.begin(), d, slope);
    std::copy_n(by_momentum.begin(), d, slope + d);
}

}  // namespace rfhgn::model
