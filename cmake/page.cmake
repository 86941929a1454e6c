# gochat_page(<room> <folder>) joins the folder's files into the one document that the room serves.
find_package(Python3 REQUIRED COMPONENTS Interpreter)

function(gochat_page room folder)
  set(out ${CMAKE_BINARY_DIR}/page)
  file(MAKE_DIRECTORY ${out})
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.html ${folder}/*.css ${folder}/*.js)
  set(joiner ${CMAKE_SOURCE_DIR}/cmake/join_page.py)
  add_custom_command(OUTPUT ${out}/document.cpp
    COMMAND ${Python3_EXECUTABLE} ${joiner} ${folder} ${out}/document.cpp ${out}/page.html
    DEPENDS ${sources} ${joiner} VERBATIM)
  add_library(${room}_document STATIC ${out}/document.cpp)
  target_include_directories(${room}_document PRIVATE ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(${room} PRIVATE ${room}_document)
endfunction()
