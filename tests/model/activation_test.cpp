#include "rfhgn/model/activation.hpp"

#include <cmath>
#include <vector>

#include "rfhgn/base/error.hpp"

#include "support/world.hpp"

using namespace rfhgn;
using model::Activation;

namespace {

double reference(Activation activation, double x) {
    switch (activation) {
        case Activation::tanh:
            return std::tanh(x);
        case Activation::sigmoid:
            return 1.0 / (1.0 + std::exp(-x));
        case Activation::softplus:
            return std::max(x, 0.0) + std::log1p(std::exp(-std::fabs(x)));
        case Activation::sine:
            return std::sin(x);
    }
    return 0;
}

double reference_slope(Activation activation, double x) {
    const double s = 1.0 / (1.0 + std::exp(-x));
    switch (activation) {
        case Activation::tanh:
            return 1.0 / (std::cosh(x) * std::cosh(x));
        case Activation::sigmoid:
            return s * (1.0 - s);
        case Activation::softplus:
            return s;
        case Activation::sine:
            return std::cos(x);
    }
    return 0;
}

std::vector<double> arguments() {
    std::vector<double> z{0.0, -0.0, 1e-300, -1e-12, 1e-6, 50.0, -50.0, 800.0, -800.0};
    for (int i = -400; i <= 400; ++i) z.push_back(i * 0.05);
    return z;
}

}  // namespace

TEST_CASE("activations and their slopes are accurate to rounding", "[activation]") {
    const auto z = arguments();
    for (const auto activation :
         {Activation::tanh, Activation::sigmoid, Activation::softplus, Activation::sine}) {
        CAPTURE(model::to_string(activation));
        std::vector<double> value(z.size());
        std::vector<double> slope(z.size());
        model::activate(activation, z, value, slope);
        for (std::size_t i = 0; i < z.size(); ++i) {
            CAPTURE(z[i]);
            const double expected = reference(activation, z[i]);
            CHECK(std::fabs(value[i] - expected) <= 1e-15 * std::max(1.0, std::fabs(expected)));
            CHECK(std::fabs(slope[i] - reference_slope(activation, z[i])) <= 1e-15);
        }
    }
}

TEST_CASE("tanh keeps relative accuracy near zero", "[activation]") {
    for (double x = 1e-12; x < 1.0; x *= 3.7) {
        double value = 0;
        model::activate(Activation::tanh, {&x, 1}, {&value, 1}, {});
        CHECK(std::fabs(value - std::tanh(x)) <= 1e-15 * std::tanh(x));
    }
}

TEST_CASE("a neuron's slope is added", "[activation]") {
    const std::vector<double> x{-1.0, 0.25, 2.0};
    std::vector<double> sum{1.0, 2.0, 3.0};
    model::add_neuron_slope(Activation::softplus, 0.7, -0.1, 3.0, x, sum);
    for (std::size_t i = 0; i < x.size(); ++i)
        CHECK(sum[i] == Approx(static_cast<double>(i) + 1.0 +
                               3.0 * reference_slope(Activation::softplus, 0.7 * x[i] - 0.1)));
}

TEST_CASE("names of activations go both ways", "[activation]") {
    for (const char* name : {"tanh", "sigmoid", "softplus", "sine"})
        CHECK(model::to_string(model::parse_activation(name)) == name);
    CHECK_THROWS_AS(model::parse_activation("relu"), InputError);
}
