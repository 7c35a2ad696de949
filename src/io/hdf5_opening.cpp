#include "hdf5_opening.hpp"

#include "rfhgn/base/error.hpp"

namespace rfhgn::io::hdf5 {

Handle open_for_reading(const std::string& path) {
    require(H5Fis_hdf5(path.c_str()) > 0,
            Advice{"data sets, models, checkpoints and trajectories are HDF5 files"},
            "'{}' is not an HDF5 file", path);
    const Handle access_list(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    // File systems without locks must not refuse readers.
    H5Pset_file_locking(access_list.id(), true, true);
    Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access_list.id()), H5Fclose);
    // The reason is asked for before anything is closed: HDF5 forgets it.
    const auto why = file.valid() ? std::string() : reason_not_opened(path, false);
    require(file.valid(), Advice{"it may be in use, incomplete or damaged; wait, or make it again"},
            "cannot open '{}': {}", path, why);
    return file;
}

Handle open_image(std::string& bytes, const std::string& path) {
    const Handle access_list(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    H5Pset_fapl_core(access_list.id(), std::size_t{1} << 20U, false);
    H5Pset_file_image(access_list.id(), bytes.data(), bytes.size());
    require(bytes.size() > 8 && bytes.compare(1, 3, "HDF") == 0,
            Advice{"data sets, models, checkpoints and trajectories are HDF5 files"},
            "'{}' is not an HDF5 file", path);
    // The core driver refuses an image under the name of a file that exists.
    Handle file(H5Fopen((path + " in memory").c_str(), H5F_ACC_RDONLY, access_list.id()), H5Fclose);
    require(file.valid(), Advice{"it may be incomplete or damaged; make it again"}, "cannot open '{}': {}",
            path, reason());
    return file;
}

}  // namespace rfhgn::io::hdf5
