#pragma once
/// Training from positions and momenta along trajectories, without rates: at frame n of a trajectory whose
/// frames lie h apart,
///
///   central2   x'(t_n) = (x_{n+1} − x_{n−1}) / 2h + O(h²),                               x = q, p
///   central4   x'(t_n) = (8 (x_{n+1} − x_{n−1}) − (x_{n+2} − x_{n−2})) / 12h + O(h⁴)
///
/// and a frame without these neighbours gives no rows. For data of an integrator whose step is h there is a
/// form without any error of h: one kick-drift-kick step from frame n to frame n + 1,
///
///   p_{n+½} = p_n − h/2 V'(q_n),   q_{n+1} = q_n + h T'(p_{n+½}),   p_{n+1} = p_{n+½} − h/2 V'(q_{n+1}),
///
/// says of V alone, and linearly in its coefficients,
///
///   leapfrog   (p_{n+1} − p_n) / h = −(V'(q_n) + V'(q_{n+1})) / 2.
///
/// Once V' is solved for, both ends of the step give the momentum in its middle, and their mean (which halves
/// the variance of noise) serves the kinetic rows:
///
///   leapfrog   (q_{n+1} − q_n) / h = T'(p_{n+½}),   p_{n+½} = (p_n + p_{n+1}) / 2 − h/4 (V'(q_n) −
///   V'(q_{n+1})).
///
/// The symmetric (q_{n+1} − q_{n−1}) / 2h = (T'(p_{n−½}) + T'(p_{n+½})) / 2 holds as well, but needs the same
/// midpoints and loses a frame. Of data from the exact flow, leapfrog learns the Hamiltonian whose leapfrog
/// steps resemble the data: true up to O(h²).

#include <string>

#include "rfhgn/data/training_set.hpp"

namespace rfhgn::data {

/// Where rates come from: "given", "central2", "central4" or "leapfrog" ([train] rates).
inline constexpr const char* given_rates = "given";

/// Snapshots that a rank turns into rows, and those that it must see to do so.
struct FrameWindow {
    parallel::Range own;
    parallel::Range read;  ///< `own` and its neighbours in time
};
FrameWindow frame_window(const parallel::Communicator& comm, GlobalIndex snapshots, const std::string& rates);

/// Snapshots with rates. For "leapfrog" these are the mean rates of the step that begins at the frame, whose
/// end is in `next`.
struct TimeSeries {
    SnapshotSet set;
    NextFrame next;
};

/// Rates of the frames `window.own` from whole snapshots `window.read` with their edges; frames without the
/// neighbours that `rates` needs are left out and the others numbered anew. *Collective.* Throws InputError
/// when a trajectory has too few frames in a row, time does not advance evenly, or particles or bonds change
/// within a trajectory.
TimeSeries with_rates(const parallel::Communicator& comm, const SnapshotSet& frames,
                      const FrameWindow& window, const std::string& rates);

/// Sets velocity to p / m: what it is when the kinetic energy is known, for data sets with forces only.
/// Local.
void add_known_velocities(SnapshotSet& set);

/// Moves nodes to the ranks whose ranges in order cover the data set. Edges stay, on any rank. *Collective.*
TimeSeries move_nodes(const parallel::Communicator& comm, TimeSeries series, parallel::Range target);
/// Moves nodes to the ranks that own their leaves. *Collective.*
TimeSeries move_to_leaves(const parallel::Communicator& comm, TimeSeries series, int leaves);

/// Lays out a series that move_to_leaves has moved; see training_set.hpp. *Collective.*
TrainingSet make_training_set(const parallel::Communicator& comm, TimeSeries series, int leaves,
                              const Split& split);

}  // namespace rfhgn::data
