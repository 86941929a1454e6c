// A server of this same binary in a process of its own, and what it has used of the machine.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "base/result.hpp"
#include "bench/temporary_folder.hpp"

namespace gochat::bench {

struct Usage {
  double cpu_seconds = 0;  // user and system, of all its threads
  std::uint64_t rss_bytes = 0;
  std::uint64_t written_bytes = 0;
  std::uint64_t voluntary_switches = 0;
};

class ServerProcess {
 public:
  // Starts it in a fresh folder under the temporary directory and waits until it is ready.
  static Result<ServerProcess> start(const std::vector<std::string>& extra_flags);
  ServerProcess(ServerProcess&& other) noexcept;
  ServerProcess& operator=(ServerProcess&&) = delete;
  ~ServerProcess();

  std::uint16_t port() const { return port_; }
  double ready_seconds() const { return ready_seconds_; }
  Usage usage() const;

 private:
  ServerProcess() = default;
  pid_t pid_ = 0;
  TemporaryFolder folder_;
  std::uint16_t port_ = 0;
  double ready_seconds_ = 0;
  std::thread log_reader_;  // ends when the server does
};

// CPU time of this process so far: what the generator itself costs.
double own_cpu_seconds();

}  // namespace gochat::bench
