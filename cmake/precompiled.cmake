# Two precompiled headers for the whole house, one for rooms and one for their tests, instead of CMake's one
# per target: 3 s and 30 MB each. They hold foreign headers only, and the file that is compiled is itself a
# foreign one, so no path of this clone gets into them and ccache serves them to a clone elsewhere.
find_path(GOCHAT_ASIO_INCLUDES boost/asio/awaitable.hpp REQUIRED)
set(_anchor ${GOCHAT_ASIO_INCLUDES}/boost/asio/awaitable.hpp)
set_source_files_properties(${_anchor} PROPERTIES LANGUAGE CXX)

set(GOCHAT_PRECOMPILED algorithm chrono cstdint functional map memory optional string string_view
  unordered_map utility variant vector boost/asio/co_spawn.hpp boost/asio/io_context.hpp
  boost/asio/post.hpp boost/asio/use_awaitable.hpp boost/asio/dispatch.hpp)
# What sanitizers instrument costs twice the time to optimize, and a test's own code is run once. Its speed says nothing.
if(GOCHAT_SANITIZE)
  set(GOCHAT_TEST_OPTIONS -O0)
endif()
set(GOCHAT_DEFINITIONS BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_COROUTINE FMT_HEADER_ONLY=1)

function(gochat_precompile name)
  add_library(${name} OBJECT ${_anchor})
  target_compile_definitions(${name} PRIVATE ${GOCHAT_DEFINITIONS})
  target_compile_options(${name} PRIVATE "SHELL:-x c++-header" "SHELL:-Xclang -fno-pch-timestamp"
    -fpch-instantiate-templates)
  foreach(header ${ARGN})
    target_compile_options(${name} PRIVATE "SHELL:-include ${header}")
  endforeach()
endfunction()

function(gochat_use_precompiled target precompiled)
  if(precompiled STREQUAL gochat_precompiled_tests)
    target_compile_options(${target} PRIVATE ${GOCHAT_TEST_OPTIONS})
  endif()
  # Ninja runs the compiler in the top build folder, so this is the same short path for every room.
  string(REGEX REPLACE "^/" "" anchor ${_anchor})
  set(file CMakeFiles/${precompiled}.dir/${anchor}.o)
  target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp"
    "SHELL:-include-pch ${file}")
  # The compiler does not name it among what it read.
  get_target_property(sources ${target} SOURCES)
  set_property(SOURCE ${sources} APPEND PROPERTY OBJECT_DEPENDS ${CMAKE_BINARY_DIR}/${file})
endfunction()

gochat_precompile(gochat_precompiled ${GOCHAT_PRECOMPILED})
gochat_precompile(gochat_precompiled_tests ${GOCHAT_PRECOMPILED} gmock/gmock.h gtest/gtest.h)
target_link_libraries(gochat_precompiled_tests PRIVATE GTest::gmock)
target_compile_options(gochat_precompiled_tests PRIVATE ${GOCHAT_TEST_OPTIONS})
