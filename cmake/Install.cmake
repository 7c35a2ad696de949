# What `cmake --install` puts in place: the program, one library of all rooms with its headers, decks, job scripts, man
# page, bash completion, a module file, and what CMake and pkg-config need to find the library. Nothing installed holds
# the prefix, so that `--prefix` at install time and moving the tree work.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(share ${CMAKE_INSTALL_DATADIR}/rfhgn)
set(generated ${PROJECT_BINARY_DIR}/generated)

# The rooms as one archive: whoever links it need not know them.
add_library(rfhgn_library STATIC)
set_target_properties(rfhgn_library PROPERTIES OUTPUT_NAME rfhgn EXPORT_NAME rfhgn LINKER_LANGUAGE CXX)
foreach(room base config potential model parallel graph systems linalg data training dynamics io report workflow)
  target_sources(rfhgn_library PRIVATE $<TARGET_OBJECTS:rfhgn_${room}>)
  add_dependencies(rfhgn_library rfhgn_${room})
endforeach()
target_include_directories(rfhgn_library INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_compile_features(rfhgn_library INTERFACE cxx_std_20)
target_link_libraries(rfhgn_library INTERFACE MPI::MPI_CXX nlohmann_json::nlohmann_json)
foreach(entry ${RFHGN_MODULES})
  string(REGEX REPLACE ":.*" "" prefix ${entry})
  if(prefix STREQUAL HDF5S)
    continue()
  endif()
  target_link_libraries(rfhgn_library INTERFACE PkgConfig::${prefix})
endforeach()
target_link_libraries(rfhgn_library INTERFACE scotch)

# What evaluates models, for host programs without MPI and PETSc; use one of the two libraries, not both.
add_library(rfhgn_evaluation STATIC)
set_target_properties(rfhgn_evaluation PROPERTIES EXPORT_NAME evaluation LINKER_LANGUAGE CXX)
foreach(room base config potential model reader)
  target_sources(rfhgn_evaluation PRIVATE $<TARGET_OBJECTS:rfhgn_${room}>)
  add_dependencies(rfhgn_evaluation rfhgn_${room})
endforeach()
target_include_directories(rfhgn_evaluation INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_compile_features(rfhgn_evaluation INTERFACE cxx_std_20)
target_link_libraries(rfhgn_evaluation INTERFACE PkgConfig::HDF5S PkgConfig::OPENBLAS PkgConfig::FMT)

install(TARGETS rfhgn RUNTIME COMPONENT program)
install(TARGETS rfhgn_library rfhgn_evaluation EXPORT rfhgn ARCHIVE COMPONENT library)
install(DIRECTORY include/rfhgn DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT library)

# find_package(rfhgn): the target rfhgn::rfhgn.
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/rfhgn)
install(EXPORT rfhgn NAMESPACE rfhgn:: FILE rfhgnTargets.cmake DESTINATION ${package_dir} COMPONENT library)
configure_package_config_file(cmake/install/rfhgnConfig.cmake.in ${generated}/rfhgnConfig.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${generated}/rfhgnConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${generated}/rfhgnConfig.cmake ${generated}/rfhgnConfigVersion.cmake DESTINATION ${package_dir}
        COMPONENT library)

# pkg-config rfhgn: the way from the file to the prefix is a matter of how deep the library folder lies.
file(RELATIVE_PATH to_prefix /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
string(REGEX REPLACE "/$" "" to_prefix ${to_prefix})
list(TRANSFORM RFHGN_MODULES REPLACE "^[^:]+:" "" OUTPUT_VARIABLE requires)
list(TRANSFORM requires REPLACE ">=" " >= ")
list(FILTER requires EXCLUDE REGEX hdf5-serial)
list(JOIN requires " " requires)
configure_file(cmake/install/rfhgn.pc.in ${generated}/rfhgn.pc @ONLY)
install(FILES ${generated}/rfhgn.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT library)

install(DIRECTORY input jobs DESTINATION ${share} USE_SOURCE_PERMISSIONS COMPONENT program)
install(FILES tools/environment.sh DESTINATION ${share}/tools COMPONENT program)
install(PROGRAMS tools/plot-rollout tools/plot-training tools/plot-parity tools/scaling-study tools/scaling_report.py tools/scaling_model.py tools/output_files.py tools/rfhgn_read.py tools/write_data_set.py
        DESTINATION ${share}/tools COMPONENT program)
install(FILES README.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
install(FILES cmake/install/completion.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
        RENAME rfhgn COMPONENT program)

# module use PREFIX/share/rfhgn/modulefiles; module load rfhgn
file(RELATIVE_PATH to_prefix /prefix/${share}/modulefiles/rfhgn /prefix)
string(REGEX REPLACE "/$" "" to_prefix ${to_prefix})
configure_file(cmake/install/modulefile.in ${generated}/modulefile @ONLY)
install(FILES ${generated}/modulefile DESTINATION ${share}/modulefiles/rfhgn RENAME ${PROJECT_VERSION}
        COMPONENT program)

# The program tells what it can do; the page is made of that.
if(RFHGN_MAN)
  find_package(Python3 COMPONENTS Interpreter REQUIRED)
  set(man_page ${generated}/rfhgn.1)
  add_custom_command(OUTPUT ${man_page}
    COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/cmake/install/man_page.py $<TARGET_FILE:rfhgn> ${man_page}
    DEPENDS rfhgn ${PROJECT_SOURCE_DIR}/cmake/install/man_page.py VERBATIM)
  add_custom_target(rfhgn_man ALL DEPENDS ${man_page})
  install(FILES ${man_page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
endif()
