#include "bench/server_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <utility>

namespace gochat::bench {
namespace {

constexpr int ready_wait_ms = 30'000;

std::string own_binary() { return std::filesystem::read_symlink("/proc/self/exe").string(); }

// The port in `"url":"http://127.0.0.1:PORT"` of the ready line, 0 when there is none.
std::uint16_t port_in(const std::string& text) {
  const auto ready = text.find(R"("msg":"ready")");
  if (ready == std::string::npos) return 0;
  constexpr std::string_view key = R"("url":"http://127.0.0.1:)";
  const auto url = text.find(key, ready);
  if (url == std::string::npos) return 0;
  std::uint16_t port = 0;
  const char* begin = text.data() + url + key.size();
  std::from_chars(begin, text.data() + text.size(), port);
  return port;
}

std::uint16_t wait_for_port(int from) {
  std::string text;
  char buffer[4096];
  pollfd wait{from, POLLIN, 0};
  while (poll(&wait, 1, ready_wait_ms) > 0) {
    const auto count = read(from, buffer, sizeof buffer);
    if (count <= 0) return 0;
    text.append(buffer, static_cast<std::size_t>(count));
    if (const auto port = port_in(text)) return port;
  }
  return 0;
}

}  // namespace

Result<ServerProcess> ServerProcess::start(const std::vector<std::string>& extra_flags) {
  ServerProcess it;
  auto folder = TemporaryFolder::make();
  if (!folder) return folder.error();
  it.folder_ = std::move(*folder);
  int out[2];
  if (pipe2(out, O_CLOEXEC) != 0) return failed(ErrorCode::unavailable, "no pipe could be made");
  std::vector<std::string> arguments{own_binary(),
                                     "serve",
                                     "--profile",
                                     "bench",
                                     "--listen",
                                     "127.0.0.1:0",
                                     "--internal-listen",
                                     "127.0.0.1:0",
                                     "--data",
                                     it.folder_.path() + "/data"};
  arguments.insert(arguments.end(), extra_flags.begin(), extra_flags.end());
  std::vector<char*> raw;
  for (auto& argument : arguments) raw.push_back(argument.data());
  raw.push_back(nullptr);

  const auto began = std::chrono::steady_clock::now();
  it.pid_ = fork();
  if (it.pid_ == 0) {
    dup2(out[1], STDOUT_FILENO);
    execv(raw[0], raw.data());
    _exit(127);
  }
  close(out[1]);
  const std::uint16_t port = wait_for_port(out[0]);
  it.ready_seconds_ =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  if (port == 0)
    return failed(ErrorCode::unavailable, "the server under test did not become ready");
  it.doors_ = {{"127.0.0.1", port}};
  // Somebody has to read on: a server whose log is not taken waits for its reader.
  it.log_reader_ = std::thread{[from = out[0]] {
    char bytes[4096];
    while (::read(from, bytes, sizeof bytes) > 0) {
    }
    close(from);
  }};
  return it;
}

ServerProcess::ServerProcess(ServerProcess&& other) noexcept
    : pid_{std::exchange(other.pid_, 0)},
      folder_{std::move(other.folder_)},
      doors_{std::move(other.doors_)},
      ready_seconds_{other.ready_seconds_},
      log_reader_{std::move(other.log_reader_)} {}

ServerProcess::~ServerProcess() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  if (log_reader_.joinable()) log_reader_.join();
}

Task<Result<std::vector<Part>>> ServerProcess::read() {
  co_return std::vector<Part>{{.name = "server", .processes = 1, .usage = usage()}};
}

}  // namespace gochat::bench
