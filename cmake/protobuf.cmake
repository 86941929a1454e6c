# gochat_proto(<room> <file.proto>...) adds generated messages to a room, private to it. They are a
# library of their own, because a rule of this folder cannot make sources of a target of another one.
find_program(GOCHAT_PROTOC protoc REQUIRED)

function(gochat_proto room)
  set(out ${CMAKE_BINARY_DIR}/proto)
  file(MAKE_DIRECTORY ${out})
  set(sources)
  foreach(proto ${ARGN})
    string(REGEX REPLACE "\\.proto$" "" stem ${proto})
    add_custom_command(OUTPUT ${out}/${stem}.pb.cc ${out}/${stem}.pb.h
      COMMAND ${GOCHAT_PROTOC} --proto_path=${CMAKE_SOURCE_DIR}/proto --cpp_out=${out} ${proto}
      DEPENDS ${CMAKE_SOURCE_DIR}/proto/${proto} VERBATIM)
    list(APPEND sources ${out}/${stem}.pb.cc)
  endforeach()
  add_library(${room}_proto STATIC ${sources})
  target_compile_options(${room}_proto PRIVATE -w)
  target_include_directories(${room}_proto SYSTEM PUBLIC ${out})
  target_link_libraries(${room} PRIVATE ${room}_proto)
endfunction()
