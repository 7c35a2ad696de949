#include "rfhgn/graph/replicate.hpp"

namespace rfhgn::graph {

namespace {

template <class T>
void append(std::vector<T>& to, const std::vector<T>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

void append_copy(const Particles& from, const Vector3& shift, std::size_t dimension, GlobalIndex first_id,
                 Particles& to) {
    for (const GlobalIndex id : from.id) to.id.push_back(first_id + id);
    append(to.mass, from.mass);
    append(to.species, from.species);
    append(to.momentum, from.momentum);
    for (std::size_t c = 0; c < from.position.size(); ++c)
        to.position.push_back(from.position[c] + shift[c % dimension]);
}

}  // namespace

GlobalIndex count(const Copies& copies) {
    return copies[0] * copies[1] * copies[2];
}

Box replicated(const Box& box, const Copies& copies) {
    Box larger = box;
    for (std::size_t k = 0; k < static_cast<std::size_t>(box.dimension); ++k)
        for (double& component : larger.vectors[k]) component *= static_cast<double>(copies[k]);
    return larger;
}

Particles replicated(const Particles& particles, const Box& box, const Copies& copies, GlobalIndex total) {
    Particles all;
    for (GlobalIndex c = 0; c < count(copies); ++c) {
        const Image image{static_cast<int>(c % copies[0]), static_cast<int>(c / copies[0] % copies[1]),
                          static_cast<int>(c / copies[0] / copies[1])};
        append_copy(particles, displacement(box, image), static_cast<std::size_t>(box.dimension), c * total,
                    all);
    }
    return all;
}

}  // namespace rfhgn::graph
