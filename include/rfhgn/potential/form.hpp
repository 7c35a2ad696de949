#pragma once
/// Makes pair functions of plain structures. A form is a structure, small and trivially copyable, with
///
///     double energy(Coefficients pair, double r) const;     // V
///     double slope(Coefficients pair, double r) const;      // dV/dr
///     double curvature(Coefficients pair, double r) const;  // d²V/dr²
///     double well(double length) const;                     // where V is least, or infinity
///
/// and, where it has use for them,
///
///     explicit Form(const Values& values);                  // shared parameters; else made by Form{}
///     Coefficients coefficients(double strength, double length) const;   // else these two as they are
///     std::vector<Mistake> mistakes(double length) const;   // else none
///
/// slope and energy are inlined into loops over batches of edges: without branches and with the functions of
/// base/elementary.hpp these loops become vector instructions.

#include <concepts>
#include <type_traits>

#include "rfhgn/potential/law.hpp"
#include "rfhgn/potential/switching.hpp"

namespace rfhgn::potential {

namespace detail {

/// Acts at all distances.
struct Untruncated {
    static constexpr bool reads_shift = false;
    template <class Form>
    [[nodiscard]] double slope(const Form& form, Coefficients pair, double r) const {
        return form.slope(pair, r);
    }
    template <class Form>
    [[nodiscard]] double energy(const Form& form, Coefficients pair, double r) const {
        return form.energy(pair, r);
    }
};

/// Jumps to 0 at the cutoff, or would without the shift.
struct Sharp {
    static constexpr bool reads_shift = true;
    double cutoff;
    template <class Form>
    [[nodiscard]] double slope(const Form& form, Coefficients pair, double r) const {
        const double inside = form.slope(pair, r);
        return r < cutoff ? inside : 0.0;
    }
    template <class Form>
    [[nodiscard]] double energy(const Form& form, Coefficients pair, double r) const {
        const double inside = form.energy(pair, r) - pair.shift;
        return r < cutoff ? inside : 0.0;
    }
};

/// Multiplied by a switch.
struct Smooth {
    static constexpr bool reads_shift = false;
    Switch to_zero;
    template <class Form>
    [[nodiscard]] double slope(const Form& form, Coefficients pair, double r) const {
        return form.slope(pair, r) * to_zero.value(r) + form.energy(pair, r) * to_zero.slope(r);
    }
    template <class Form>
    [[nodiscard]] double energy(const Form& form, Coefficients pair, double r) const {
        return form.energy(pair, r) * to_zero.value(r);
    }
};

template <class Form>
Coefficients coefficients(const Form& form, double strength, double length) {
    if constexpr (requires { form.coefficients(strength, length); })
        return form.coefficients(strength, length);
    else
        return {strength, length};
}

template <class Form, class Cut>
class FormKernel final : public PairKernel {
  public:
    FormKernel(Form form, Cut cut) : form_(form), cut_(cut) {}

    void evaluate(const Coefficients& same, std::span<const double> distance, std::span<double> slope,
                  std::span<double> energy) const override {
        const Coefficients pair = same;
        fill(distance, slope, energy, [pair](std::size_t) { return pair; });
    }
    void evaluate(const CoefficientBatch& each, std::span<const double> distance, std::span<double> slope,
                  std::span<double> energy) const override {
        fill(distance, slope, energy, [&each](std::size_t e) {
            return Coefficients{each.scale[e], each.length[e], Cut::reads_shift ? each.shift[e] : 0.0};
        });
    }

    void evaluate_unprepared(const CoefficientBatch& each, std::span<const double> distance,
                             std::span<double> slope, std::span<double> energy) const override {
        const Form form = form_;
        fill(distance, slope, energy, [&each, form](std::size_t e) {
            return detail::coefficients(form, each.scale[e], each.length[e]);
        });
    }

  private:
    template <class PairOf>
    void fill(std::span<const double> distance, std::span<double> slope, std::span<double> energy,
              PairOf pair_of) const {
        // Copies that no store of the loops can alias.
        const Form form = form_;
        const Cut cut = cut_;
        const std::size_t count = distance.size();
        for (std::size_t e = 0; e < count; ++e) slope[e] = cut.slope(form, pair_of(e), distance[e]);
        if (energy.empty()) return;
        for (std::size_t e = 0; e < count; ++e) energy[e] = cut.energy(form, pair_of(e), distance[e]);
    }

    Form form_;
    Cut cut_;
};

template <class Form>
class FormFunction final : public PairFunction {
  public:
    explicit FormFunction(Form form) : form_(form) {}

    [[nodiscard]] Coefficients coefficients(double strength, double length) const override {
        return detail::coefficients(form_, strength, length);
    }
    [[nodiscard]] double energy(const Coefficients& pair, double r) const override {
        return form_.energy(pair, r);
    }
    [[nodiscard]] double slope(const Coefficients& pair, double r) const override {
        return form_.slope(pair, r);
    }
    [[nodiscard]] double curvature(const Coefficients& pair, double r) const override {
        return form_.curvature(pair, r);
    }
    [[nodiscard]] double well(double length) const override { return form_.well(length); }
    [[nodiscard]] std::vector<Mistake> mistakes(double length) const override {
        if constexpr (requires { form_.mistakes(length); })
            return form_.mistakes(length);
        else
            return {};
    }
    [[nodiscard]] std::unique_ptr<PairKernel> kernel(const Truncation& truncation) const override {
        if (truncation.kind == Truncation::Kind::none) return make(Untruncated{});
        if (truncation.kind == Truncation::Kind::sharp) return make(Sharp{truncation.cutoff});
        return make(Smooth{{truncation.smooth_from, truncation.cutoff}});
    }

  private:
    template <class Cut>
    [[nodiscard]] std::unique_ptr<PairKernel> make(Cut cut) const {
        return std::make_unique<FormKernel<Form, Cut>>(form_, cut);
    }
    Form form_;
};

}  // namespace detail

/// The pair function of a form: what Use::function is set to.
template <class Form>
std::unique_ptr<PairFunction> form(const Values& values) {
    static_assert(std::is_trivially_copyable_v<Form>);
    if constexpr (std::constructible_from<Form, const Values&>)
        return std::make_unique<detail::FormFunction<Form>>(Form(values));
    else
        return std::make_unique<detail::FormFunction<Form>>(Form{});
}

}  // namespace rfhgn::potential
