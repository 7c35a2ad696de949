#include "rfhgn/training/train.hpp"

namespace rfhgn::training {

void TrainingOptions::bind(config::Section section) {
    section.number("held_out", held_out, config::Interval{0.0, 1.0, false, true}, "",
                   "fraction of trajectories that judge the ridge and the fit, not used for fitting");
    least_squares.bind(section);
    data.bind(section);
}

}  // namespace rfhgn::training
