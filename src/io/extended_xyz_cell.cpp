#include "extended_xyz_cell.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "rfhgn/base/error.hpp"

#include "text_words.hpp"

namespace rfhgn::io::xyz {

using graph::Vector3;

namespace {

double dot(const Vector3& a, const Vector3& b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

Vector3 cross(const Vector3& a, const Vector3& b) {
    return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

Vector3 unit(Vector3 v) {
    const double length = std::sqrt(dot(v, v));
    for (double& c : v) c /= length;
    return v;
}

bool truth(const Line& line, std::string_view word) {
    for (const char* yes : {"t", "true", "1"})
        if (is_named(word, yes)) return true;
    for (const char* no : {"f", "false", "0"})
        if (is_named(word, no)) return false;
    refuse(line, fmt::format("pbc has the word '{}'", shown(word)), "write T or F for each axis");
}

std::array<bool, 3> periodic_in(const Line& line, const std::string& text) {
    const auto words = items_of(text);
    if (words.size() != 3)
        refuse(line, "pbc has not got three values", "write pbc=\"T T T\" or pbc=\"F F F\"");
    return {truth(line, words[0]), truth(line, words[1]), truth(line, words[2])};
}

std::array<Vector3, 3> vectors_in(const Line& line, const std::string& text) {
    const auto numbers = reals_in(line, text, "component of Lattice");
    std::array<Vector3, 3> vectors{};
    if (numbers.size() != 9) refuse(line, "Lattice has not got nine numbers", "write the three cell vectors");
    for (std::size_t k = 0; k < 9; ++k) vectors[k / 3][k % 3] = numbers[k];
    return vectors;
}

void require_vectors(const Line& line, const Cell& cell, bool lattice) {
    for (std::size_t k = 0; k < 3; ++k)
        if (cell.periodic[k] && !cell.has(k))
            refuse(line,
                   lattice ? fmt::format("pbc is T along vector {} of Lattice, which is 0", k + 1)
                           : "there is no Lattice, but pbc is T",
                   "write the box that the atoms live in, or pbc=\"F F F\" where space is open");
}

void make_right_handed(Cell& cell) {
    auto& v = cell.vectors;
    if (!cell.complete() || dot(v[0], cross(v[1], v[2])) >= 0) return;
    for (auto& vector : v)
        for (double& component : vector) component = 0.0 - component;
}

// Directions for the absent vectors, at right angles to all others and right-handed with them.
std::array<Vector3, 3> directions(const Cell& cell) {
    auto v = cell.vectors;
    const auto absent = std::count(v.begin(), v.end(), Vector3{});
    if (absent == 3) return {Vector3{1, 0, 0}, Vector3{0, 1, 0}, Vector3{0, 0, 1}};
    for (std::size_t k = 0; k < 3; ++k) {
        const auto next = (k + 1) % 3;
        const auto last = (k + 2) % 3;
        if (absent == 1 && !cell.has(k)) v[k] = unit(cross(v[next], v[last]));
        if (absent == 2 && cell.has(k)) {
            const auto along = unit(v[k]);
            const auto least = std::ranges::min_element(along, {}, [](double c) { return std::fabs(c); });
            Vector3 other{};
            other[static_cast<std::size_t>(least - along.begin())] = 1;
            v[next] = unit(cross(along, other));
            v[last] = cross(along, v[next]);
        }
    }
    return v;
}

}  // namespace

Cell cell_of(const Line& line, const Pairs& pairs) {
    Cell cell;
    const auto* lattice = find(pairs, "lattice");
    const auto* pbc = find(pairs, "pbc");
    if (lattice) cell.vectors = vectors_in(line, lattice->value);
    const bool any = cell.vectors != std::array<Vector3, 3>{};
    cell.periodic = pbc ? periodic_in(line, pbc->value) : std::array{any, any, any};
    require_vectors(line, cell, lattice != nullptr);
    make_right_handed(cell);
    return cell;
}

graph::Box box_of(const Line& line, const Cell& cell, std::span<const double> positions) {
    graph::Box box{.vectors = cell.vectors, .periodic = cell.periodic};
    const auto along = directions(cell);
    std::array<Vector3, 3> ends{};  // smallest and largest coordinate, and their difference, of each axis
    double longest = 0;
    for (std::size_t k = 0; k < 3; ++k) {
        double low = std::numeric_limits<double>::infinity();
        double high = -low;
        for (std::size_t i = 0; i < positions.size() && !cell.has(k); i += 3) {
            const double x = dot(along[k], {positions[i], positions[i + 1], positions[i + 2]});
            low = std::min(low, x);
            high = std::max(high, x);
        }
        ends[k] = {low, high, cell.has(k) ? std::sqrt(dot(cell.vectors[k], cell.vectors[k])) : high - low};
        longest = std::max(longest, ends[k][2]);
    }
    const double room = std::max(1.0, 0.01 * longest);
    for (std::size_t k = 0; k < 3; ++k)
        for (std::size_t c = 0; c < 3 && !cell.has(k); ++c) {
            box.vectors[k][c] = along[k][c] * (ends[k][2] + 2 * room);
            box.origin[c] += along[k][c] * (ends[k][0] - room);
        }
    try {
        graph::check(box);
    } catch (const InputError& error) {
        throw InputError(fmt::format("'{}', line {}: {}", line.path, line.number, error.what()),
                         error.advice());
    }
    return box;
}

namespace {

double unit_of_length(const Line& line, std::string_view quantity) {
    constexpr double bohr = 0.529177210903;
    const auto at = line.text.find(std::string(quantity) + "{");
    if (at == std::string_view::npos) return bohr;
    const auto begin = at + quantity.size() + 1;
    const auto name = line.text.substr(begin, line.text.find('}', begin) - begin);
    if (is_named(name, "angstrom")) return 1.0;
    if (is_named(name, "atomic_unit") || is_named(name, "automatic")) return bohr;
    refuse(line, fmt::format("{} are in the unit '{}'", quantity, shown(name)),
           "let i-PI write them in angstrom or atomic_unit");
}

Cell cell_of_sides_and_angles(const std::vector<double>& x, double length) {
    const auto cosine = [&](std::size_t k) {
        return x[k] == 90 ? 0.0 : std::cos(x[k] * std::numbers::pi / 180);
    };
    const double gamma = x[5] == 90 ? 1.0 : std::sin(x[5] * std::numbers::pi / 180);
    const double third = (cosine(3) - cosine(4) * cosine(5)) / gamma;
    const double height = std::sqrt(std::max(0.0, 1 - cosine(4) * cosine(4) - third * third));
    const double a = x[0] * length;
    const double b = x[1] * length;
    const double c = x[2] * length;
    return {{Vector3{a, 0, 0}, Vector3{b * cosine(5), b * gamma, 0},
             Vector3{c * cosine(4), c * third, c * height}},
            {true, true, true}};
}

}  // namespace

IpiComment ipi_comment(const Line& line) {
    constexpr std::string_view mark = "CELL(abcABC):";
    const auto at = line.text.find(mark);
    if (at == std::string_view::npos) return {};
    if (line.text.find("positions") == std::string_view::npos)
        refuse(line, "i-PI wrote something else than positions", "convert the file of positions");
    Words words(line.text.substr(at + mark.size()));
    std::vector<double> numbers;
    for (int k = 0; k < 6; ++k)
        numbers.push_back(real_in(line, words.next(), "side or angle of the cell", k < 3));
    return {true, cell_of_sides_and_angles(numbers, unit_of_length(line, "cell")),
            unit_of_length(line, "positions")};
}

}  // namespace rfhgn::io::xyz
