# One compiler, C++23, and the flags that every target shares.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_FLAGS_DEV "-O1 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")
set(CMAKE_EXE_LINKER_FLAGS_RELEASE "-Wl,--gc-sections")
add_compile_options(-ffunction-sections -fdata-sections -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)

# ccache rewrites paths below one folder only. Precompiled headers are named by the build folder, so that
# folder must be below it, for a second build to find what a first one compiled.
cmake_path(IS_PREFIX CMAKE_SOURCE_DIR ${CMAKE_BINARY_DIR} NORMALIZE _build_is_inside)
set(_ccache_base ${CMAKE_BINARY_DIR})
if(_build_is_inside)
  set(_ccache_base ${CMAKE_SOURCE_DIR})
endif()
find_program(GOCHAT_CCACHE ccache)
if(GOCHAT_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${_ccache_base}
    CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    ${GOCHAT_CCACHE})
endif()
# The linker of the same release; mold 1.10 was tried and saves 0.03 s of 0.17 s on a test.
find_program(GOCHAT_LLD ld.lld-19)
if(GOCHAT_LLD)
  add_link_options(-fuse-ld=${GOCHAT_LLD})
endif()

# Some compilers destroy temporaries of a co_await expression twice (g++ 12 does). The code relies on
# such expressions, so a compiler that fails the reproducer is refused here and not at run time.
if(NOT GOCHAT_COROUTINES_SOUND)
  try_run(_ran _compiled ${CMAKE_BINARY_DIR}/coroutine_check
    ${CMAKE_SOURCE_DIR}/cmake/coroutine_check.cpp
    CMAKE_FLAGS -DCMAKE_CXX_STANDARD=23 -DCMAKE_CXX_STANDARD_REQUIRED=ON
    COMPILE_OUTPUT_VARIABLE _compile_output)
  if(NOT _compiled)
    message(FATAL_ERROR "The compiler cannot build C++23 coroutines; use clang++-19.\n${_compile_output}")
  elseif(NOT _ran EQUAL 0)
    message(FATAL_ERROR "The compiler destroys temporaries of co_await expressions twice "
      "(cmake/coroutine_check.cpp ended with ${_ran}); use clang++-19.")
  endif()
  set(GOCHAT_COROUTINES_SOUND TRUE CACHE INTERNAL "")
endif()
