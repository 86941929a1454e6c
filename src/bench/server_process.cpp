#include "bench/server_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

namespace gochat::bench {
namespace {

constexpr int ready_wait_ms = 30'000;

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

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

std::uint64_t number_after(const std::string& text, std::string_view key) {
  const auto at = text.find(key);
  if (at == std::string::npos) return 0;
  return std::strtoull(text.c_str() + at + key.size(), nullptr, 10);
}

std::string read_all(const std::string& path) {
  std::ifstream in{path};
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
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
  it.port_ = wait_for_port(out[0]);
  it.ready_seconds_ =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  if (it.port_ == 0)
    return failed(ErrorCode::unavailable, "the server under test did not become ready");
  // Somebody has to read on: a server whose log is not taken waits for its reader.
  it.log_reader_ = std::thread{[from = out[0]] {
    char bytes[4096];
    while (read(from, bytes, sizeof bytes) > 0) {
    }
    close(from);
  }};
  return it;
}

ServerProcess::ServerProcess(ServerProcess&& other) noexcept
    : pid_{std::exchange(other.pid_, 0)},
      folder_{std::move(other.folder_)},
      port_{other.port_},
      ready_seconds_{other.ready_seconds_},
      log_reader_{std::move(other.log_reader_)} {}

ServerProcess::~ServerProcess() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  if (log_reader_.joinable()) log_reader_.join();
}

Usage ServerProcess::usage() const {
  const std::string root = "/proc/" + std::to_string(pid_);
  Usage usage;
  const std::string stat = read_all(root + "/stat");
  std::stringstream fields{stat.substr(stat.rfind(')') + 2)};
  std::string skipped;
  for (int n = 0; n < 11; ++n) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  usage.cpu_seconds = (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
  usage.rss_bytes = number_after(read_all(root + "/status"), "VmRSS:") * 1024;
  usage.written_bytes = number_after(read_all(root + "/io"), "\nwrite_bytes: ");
  usage.voluntary_switches = number_after(read_all(root + "/status"), "\nvoluntary_ctxt_switches:");
  return usage;
}

double own_cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

}  // namespace gochat::bench
