#include "rfhgn/graph/box.hpp"

#include <algorithm>
#include <cmath>

#include "rfhgn/base/error.hpp"

#include "box_coordinates.hpp"

namespace rfhgn::graph {

namespace {

Vector3 cross(const Vector3& a, const Vector3& b) {
    return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

double dot(const Vector3& a, const Vector3& b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

// Area vectors of the faces: face k is spanned by the other two vectors.
std::array<Vector3, 3> faces(const Box& box) {
    const auto& v = box.vectors;
    return {cross(v[1], v[2]), cross(v[2], v[0]), cross(v[0], v[1])};
}

}  // namespace

BoxCoordinates::BoxCoordinates(const Box& box)
    : origin_(box.origin), faces_(faces(box)), volume_(volume(box)) {}

Box periodic_box(std::span<const double> sides) {
    Box box;
    box.dimension = static_cast<int>(sides.size());
    RFHGN_ASSERT(box.dimension >= 1 && box.dimension <= 3);
    for (std::size_t k = 0; k < sides.size(); ++k) {
        box.vectors[k][k] = sides[k];
        box.periodic[k] = true;
    }
    return box;
}

double volume(const Box& box) {
    return dot(box.vectors[0], faces(box)[0]);
}

Vector3 widths(const Box& box) {
    const auto normals = faces(box);
    const double v = volume(box);
    Vector3 width{};
    for (std::size_t k = 0; k < 3; ++k) width[k] = v / std::sqrt(dot(normals[k], normals[k]));
    return width;
}

Vector3 displacement(const Box& box, const Image& image) {
    Vector3 sum{};
    for (std::size_t k = 0; k < 3; ++k)
        for (std::size_t c = 0; c < 3; ++c) sum[c] += image[k] * box.vectors[k][c];
    for (double& component : sum) component += 0.0;  // no negative zeros
    return sum;
}

Vector3 fractional(const Box& box, std::span<const double> position) {
    return BoxCoordinates(box)(position);
}

Vector3 cartesian(const Box& box, const Vector3& coordinates) {
    Vector3 position = box.origin;
    for (std::size_t k = 0; k < 3; ++k)
        for (std::size_t c = 0; c < 3; ++c) position[c] += coordinates[k] * box.vectors[k][c];
    return position;
}

Image wrap(const Box& box, std::span<double> position) {
    Image image{};
    const auto s = fractional(box, position);
    bool moved = false;
    for (std::size_t k = 0; k < static_cast<std::size_t>(box.dimension); ++k) {
        if (!box.periodic[k]) continue;
        image[k] = static_cast<int>(std::floor(s[k]));
        moved = moved || image[k] != 0;
    }
    if (!moved) return image;
    const auto shift = displacement(box, image);
    for (std::size_t c = 0; c < position.size(); ++c) position[c] -= shift[c];
    return image;
}

void check(const Box& box) {
    double longest = 0;
    bool finite = true;
    for (std::size_t k = 0; k < static_cast<std::size_t>(box.dimension); ++k) {
        const auto& v = box.vectors[k];
        finite = finite && std::isfinite(dot(v, v)) && std::isfinite(box.origin[k]);
        longest = std::max(longest, std::sqrt(dot(v, v)));
    }
    constexpr const char* advice =
        "give cell vectors of finite length, right-handed, none in the plane of the others";
    require(finite, Advice{advice}, "the box has vectors that are not finite");
    require(volume(box) > 0, Advice{advice}, "the box has the volume {:.6g}", volume(box));
    const auto width = widths(box);
    for (std::size_t k = 0; k < static_cast<std::size_t>(box.dimension); ++k)
        require(width[k] >= 1e-3 * longest, Advice{advice},
                "the box is {:.3g} wide across its vector {}, whose longest vector has the length {:.3g}",
                width[k], k + 1, longest);
}

}  // namespace rfhgn::graph
