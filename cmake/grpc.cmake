# gochat_grpc: gRPC and what it stands on, from the archives, as its own pkg-config file lists them. Several of them
# need each other, so they are one group to the linker.
find_package(PkgConfig REQUIRED)
pkg_check_modules(GRPC REQUIRED grpc++)
find_library(GOCHAT_GRPC_REFLECTION NAMES libgrpc++_reflection.a REQUIRED)
set(_archives ${GOCHAT_GRPC_REFLECTION})
foreach(name ${GRPC_STATIC_LIBRARIES})
  find_library(GOCHAT_GRPC_${name} NAMES lib${name}.a)
  if(GOCHAT_GRPC_${name} AND NOT name MATCHES "^(dl|rt|m|pthread|atomic)$")
    list(APPEND _archives ${GOCHAT_GRPC_${name}})
  endif()
endforeach()
list(REMOVE_DUPLICATES _archives)
list(JOIN _archives "," _archives)

add_library(gochat_grpc INTERFACE)
target_link_libraries(gochat_grpc INTERFACE "$<LINK_GROUP:RESCAN,${_archives}>" Threads::Threads ${CMAKE_DL_LIBS})
