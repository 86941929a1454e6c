// A server of this same binary in a process of its own, and what it has used of the machine.
#pragma once

#include <string>
#include <thread>
#include <vector>

#include "base/result.hpp"
#include "bench/subject.hpp"
#include "bench/temporary_folder.hpp"

namespace gochat::bench {

class ServerProcess final : public Subject {
 public:
  // Starts it in a fresh folder under the temporary directory and waits until it is ready.
  static Result<ServerProcess> start(const std::vector<std::string>& extra_flags);
  ServerProcess(ServerProcess&& other) noexcept;
  ServerProcess& operator=(ServerProcess&&) = delete;
  ~ServerProcess();

  const std::vector<Door>& doors() const override { return doors_; }
  Task<Result<std::vector<Part>>> read() override;
  double ready_seconds() const { return ready_seconds_; }
  Usage usage() const { return usage_of(pid_); }

 private:
  ServerProcess() = default;
  pid_t pid_ = 0;
  TemporaryFolder folder_;
  std::vector<Door> doors_;
  double ready_seconds_ = 0;
  std::thread log_reader_;  // ends when the server does
};

}  // namespace gochat::bench
