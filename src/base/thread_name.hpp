// The name that debuggers, `top -H` and the kernel's own files show for a thread.
#pragma once

#include <pthread.h>

#include <cstddef>
#include <string>

namespace gochat {

// The kernel keeps 15 bytes and refuses longer names.
inline constexpr std::size_t thread_name_bytes_max = 15;

inline void name_this_thread(const std::string& name) {
  pthread_setname_np(pthread_self(), name.substr(0, thread_name_bytes_max).c_str());
}

}  // namespace gochat
