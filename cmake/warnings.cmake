add_library(gochat_warnings INTERFACE)
target_compile_options(gochat_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Wthread-safety -Wunused-result -Werror)
