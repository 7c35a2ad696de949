# Every library that rfhgn builds on, found once, with a message that names Debian's package when it is absent.
# RFHGN_MODULES ("prefix:module" each) and RFHGN_PACKAGES list what programs that link the installed library need, too.

find_package(MPI COMPONENTS C CXX)
find_package(PkgConfig)
if(NOT MPI_CXX_FOUND)
  message(FATAL_ERROR "No MPI found. On Debian: apt-get install libopenmpi-dev openmpi-bin")
endif()
if(NOT PkgConfig_FOUND)
  message(FATAL_ERROR "No pkg-config found. On Debian: apt-get install pkg-config")
endif()

function(rfhgn_pkg prefix module package)
  pkg_check_modules(${prefix} QUIET IMPORTED_TARGET GLOBAL ${module})
  if(NOT ${prefix}_FOUND)
    message(FATAL_ERROR "pkg-config does not know '${module}'. On Debian: apt-get install ${package}")
  endif()
  # Debian's .pc files export hardening flags that clash with a project's own.
  set_property(TARGET PkgConfig::${prefix} PROPERTY INTERFACE_COMPILE_OPTIONS "")
  list(APPEND RFHGN_MODULES ${prefix}:${module})
  list(APPEND RFHGN_PACKAGES ${package})
  set(RFHGN_MODULES ${RFHGN_MODULES} PARENT_SCOPE)
  set(RFHGN_PACKAGES ${RFHGN_PACKAGES} PARENT_SCOPE)
endfunction()
set(RFHGN_MODULES)
set(RFHGN_PACKAGES libopenmpi-dev pkg-config nlohmann-json3-dev libscotch-dev)

rfhgn_pkg(PETSC "PETSc>=3.18" petsc-dev)
rfhgn_pkg(HDF5P hdf5-openmpi libhdf5-openmpi-dev)
rfhgn_pkg(HDF5S hdf5-serial libhdf5-dev)  # of the part without MPI
rfhgn_pkg(OPENBLAS openblas libopenblas-dev)
rfhgn_pkg(TOMLPP tomlplusplus libtomlplusplus-dev)
rfhgn_pkg(FMT fmt libfmt-dev)
rfhgn_pkg(SPDLOG spdlog libspdlog-dev)

macro(rfhgn_package name package)
  find_package(${name} ${ARGN} QUIET)
  if(NOT ${name}_FOUND)
    message(FATAL_ERROR "CMake cannot find ${name}. On Debian: apt-get install ${package}")
  endif()
endmacro()

rfhgn_package(Eigen3 libeigen3-dev 3.4 NO_MODULE)
rfhgn_package(CLI11 libcli11-dev 2.1)
rfhgn_package(nlohmann_json nlohmann-json3-dev 3.11)

find_path(RANDOM123_INCLUDE_DIR Random123/philox.h)
if(NOT RANDOM123_INCLUDE_DIR)
  message(FATAL_ERROR "Random123/philox.h not found. On Debian: apt-get install librandom123-dev")
endif()

# PETSc's PT-Scotch, called directly to restart its random numbers.
find_library(SCOTCH_LIBRARY scotch)
find_path(SCOTCH_INCLUDE_DIR scotch.h PATH_SUFFIXES scotch)
if(NOT SCOTCH_LIBRARY OR NOT SCOTCH_INCLUDE_DIR)
  message(FATAL_ERROR "Scotch not found. On Debian: apt-get install libscotch-dev")
endif()
