// A Redis server that belongs to one test, which may kill it and start it again, empty.
#pragma once

#include <arpa/inet.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "adapters/redis/client.hpp"
#include "support/temporary_directory.hpp"

extern char** environ;

namespace gochat::cluster {

class OwnRedis {
 public:
  enum class Wire { plain, tls };

  explicit OwnRedis(std::vector<std::string> more = {}, Wire wire = Wire::plain)
      : port_{free_port()} {
    words_ = {"redis-server", "--bind", "127.0.0.1", "--dir", folder_.path(), "--save", ""};
    add({"--appendonly", "no", "--enable-debug-command", "local"});
    add({"--logfile", folder_.path() / "log.txt"});
    if (wire == Wire::tls) {
      listen_with_tls();
    } else {
      add({"--port", std::to_string(port_)});
    }
    add(std::move(more));
    start();
  }
  ~OwnRedis() { kill(); }
  OwnRedis(const OwnRedis&) = delete;
  OwnRedis& operator=(const OwnRedis&) = delete;

  void start() {
    std::vector<char*> arguments;
    for (std::string& word : words_) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    if (posix_spawnp(&pid_, arguments[0], nullptr, nullptr, arguments.data(), environ) != 0) {
      throw std::runtime_error{"redis-server cannot be started"};
    }
  }
  // As if the power went.
  void kill() {
    if (pid_ == 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(std::exchange(pid_, 0), nullptr, 0);
  }

  std::uint16_t port() const { return port_; }
  // Of the server, signed by itself for the name `redis.test`.
  std::string certificate() const { return folder_.path() / "certificate.pem"; }

 private:
  void add(std::vector<std::string> more) {
    words_.insert(words_.end(), std::make_move_iterator(more.begin()),
                  std::make_move_iterator(more.end()));
  }

  void listen_with_tls() {
    const std::string key = folder_.path() / "key.pem";
    const std::string made =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
        "-subj /CN=redis.test -addext subjectAltName=DNS:redis.test -keyout " +
        key + " -out " + certificate() + " 2>/dev/null";
    if (std::system(made.c_str()) != 0) throw std::runtime_error{"openssl makes no certificate"};
    add({"--port", "0", "--tls-port", std::to_string(port_), "--tls-auth-clients", "no"});
    add({"--tls-cert-file", certificate(), "--tls-key-file", key});
    add({"--tls-ca-cert-file", certificate()});
  }

  static std::uint16_t free_port() {
    const int held = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    const bool bound = ::bind(held, any, size) == 0 && ::getsockname(held, any, &size) == 0;
    ::close(held);
    if (!bound) throw std::runtime_error{"no port is free"};
    return ntohs(address.sin_port);
  }

  support::TemporaryDirectory folder_;
  std::uint16_t port_;
  std::vector<std::string> words_;
  pid_t pid_ = 0;
};

}  // namespace gochat::cluster
