#include "cluster/held_server.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <vector>

extern char** environ;

namespace gochat::cluster {
namespace {

constexpr const char* script = GOCHAT_SERVERS_DIR "/hold.py";

}  // namespace

HeldServer::HeldServer(const std::string& name) {
  std::array<int, 2> down{};
  std::array<int, 2> up{};
  if (::pipe2(down.data(), O_CLOEXEC) != 0 || ::pipe2(up.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error{"no pipe"};
  }
  posix_spawn_file_actions_t ends;
  posix_spawn_file_actions_init(&ends);
  posix_spawn_file_actions_adddup2(&ends, down[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&ends, up[1], STDOUT_FILENO);
  std::vector<std::string> words{"python3", script, name};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const int failed = posix_spawnp(&pid_, arguments[0], &ends, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&ends);
  ::close(down[0]);
  ::close(up[1]);
  to_ = down[1];
  from_ = up[0];
  if (failed != 0) throw std::runtime_error{"python3 cannot be started"};
  address_ = line();
  if (address_ == "absent") address_.clear();
}

HeldServer::~HeldServer() {
  ::close(to_);
  ::waitpid(pid_, nullptr, 0);
  ::close(from_);
}

void HeldServer::order(const std::string& verb) {
  const std::string said = verb + "\n";
  if (::write(to_, said.data(), said.size()) != static_cast<ssize_t>(said.size()) ||
      line() != "done") {
    throw std::runtime_error{"the server did not " + verb};
  }
}

std::string HeldServer::line() {
  std::string line;
  char letter = 0;
  while (::read(from_, &letter, 1) == 1 && letter != '\n') line.push_back(letter);
  return line;
}

}  // namespace gochat::cluster
