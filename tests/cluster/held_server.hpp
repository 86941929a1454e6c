// A server that belongs to one test, which may break it.
#pragma once

#include <sys/types.h>
#include <string>

namespace gochat::cluster {

// Started, killed and started again with what it had on disk; ends with this. The name is one of
// tests/cluster/servers/catalogue.py.
class HeldServer {
 public:
  explicit HeldServer(const std::string& name);
  ~HeldServer();
  HeldServer(const HeldServer&) = delete;
  HeldServer& operator=(const HeldServer&) = delete;

  // host:port, before it is started too; empty when it is not installed.
  const std::string& address() const { return address_; }
  void start() { order("start"); }  // returns when it is ready
  void kill() { order("kill"); }    // as if the power went
  void pause() { order("pause"); }
  void resume() { order("resume"); }

 private:
  void order(const std::string& verb);
  std::string line();

  pid_t pid_ = 0;
  int to_ = -1;
  int from_ = -1;
  std::string address_;
};

}  // namespace gochat::cluster
