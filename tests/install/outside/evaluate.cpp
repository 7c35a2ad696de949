// evaluate MODEL X1 Y1 Z1 X2 Y2 Z2 ...: energy, virial, and each particle's energy and force. No MPI, no
// PETSc.
#include <cstdio>
#include <cstdlib>
#include <span>
#include <vector>

#include <rfhgn/base/error.hpp>
#include <rfhgn/io/load_model.hpp>

int main(int argc, char** argv) try {
    using namespace rfhgn;
    const auto model = io::load_model(argv[1]);
    std::vector<double> position;
    for (int i = 2; i < argc; ++i) position.push_back(std::atof(argv[i]));
    const auto count = static_cast<LocalIndex>(position.size()) / model->dimension;
    const std::vector<double> mass(static_cast<std::size_t>(count), 1.0);
    const std::vector<int> species(mass.size(), 0);
    std::vector<potential::Edge> pairs;  // all of them: a model with a cutoff sees none beyond it
    for (LocalIndex a = 0; a < count; ++a)
        for (LocalIndex b = a + 1; b < count; ++b) pairs.push_back({a, b});
    const auto all = static_cast<LocalIndex>(pairs.size());
    std::vector<double> force(position.size()), energy_of(mass.size());
    double energy = 0;
    potential::Virial virial{};
    potential::Exchange alone;
    model->force_field({})->compute({model->dimension, count, 0, mass, species, {}, position},
                                    {pairs, all, all}, alone, {force, {}, {}, &energy, energy_of, &virial});
    for (const auto& values : {std::span<const double>(&energy, 1), {virial}, {energy_of}, {force}}) {
        for (const double value : values) std::printf("%.17g ", value);
        std::puts("");
    }
} catch (const rfhgn::Error& error) {
    std::fprintf(stderr, "evaluate: %s; %s\n", error.what(), error.advice().c_str());
    return static_cast<int>(error.code());
}
