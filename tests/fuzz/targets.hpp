#pragma once
/// What is fed with damaged input. A target returns true when the input was taken and false when it was
/// refused as users see it (an InputError with a message); everything else that it throws is a fault.

#include <string>
#include <string_view>

namespace rfhgn::fuzz {

/// Reads a deck and everything that it says, as every command does first.
bool feed_deck(std::string_view text);

/// Gives the bytes to every reader of HDF5 files: `info`, data sets, models with and without R factors and
/// tables, trajectories to go on with, checkpoints, kept R factors. Files in `folder` are overwritten.
bool feed_file(std::string_view bytes, const std::string& folder);

/// A new folder for this process, in memory (/dev/shm) where there is such a thing.
std::string scratch_folder();

}  // namespace rfhgn::fuzz
