#include "app/lifecycle.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "app/begin_log.hpp"
#include "app/configuration.hpp"
#include "app/node.hpp"
#include "async/gate.hpp"
#include "base/log.hpp"
#include "base/network.hpp"

namespace gochat::app {
namespace {

// Every socket is a descriptor: take what the machine allows, and say how much that is.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  getrlimit(RLIMIT_NOFILE, &limit);
  log::info("file descriptors", {{log::Field::limit, static_cast<std::int64_t>(limit.rlim_cur)}});
}

// Whoever looks for the server finds it here; written under another name first, so never half.
void write_run_file(const std::string& data, const Node& server) {
  const std::string path = data + "/run.json";
  const std::string half = path + ".new";
  {
    std::ofstream out{half, std::ios::trunc};
    out << fmt::format(R"({{"pid":{},"url":"{}","internalUrl":"{}"}})", getpid(), server.url(),
                       server.internal_url())
        << '\n';
  }
  std::error_code ignored;
  std::filesystem::rename(half, path, ignored);
}

constexpr std::string_view how_to_let_others_in =
    "to let others in: --listen 0.0.0.0:443 with --server.tls_certificate and --server.tls_key, or "
    "a proxy on this machine that ends TLS, named with --server.trusted_proxies 127.0.0.1";

bool is_for_this_machine_alone(const Config& config) {
  const auto place = config::parse_listen(config.server.listen, "server.listen");
  const auto address = place ? IpAddress::parse(place->host) : std::nullopt;
  return address && address->is_loopback() && config.server.trusted_proxies.empty();
}

[[noreturn]] void end_at_once() {
  log::flush(std::chrono::milliseconds{50});  // for a reader who is there, that is long
  std::_Exit(exit_failed);
}

class Process {
 public:
  Process(const std::vector<std::string>& arguments, config::Reading reading, Loop& loop)
      : configuration_{arguments, std::move(reading)},
        loop_{loop},
        gate_{loop.executor()},
        signals_{loop.context()},
        hang_ups_{loop.context()} {
    signals_.add(SIGTERM);
    signals_.add(SIGINT);
    // Whoever closes the terminal in which a server was started wants it to end. Others have no
    // terminal, and send this to have the configuration read again.
    (isatty(STDIN_FILENO) == 1 ? signals_ : hang_ups_).add(SIGHUP);
  }

  int run() {
    auto opened = Node::open(configuration_, loop_);
    if (!opened) {
      complain(opened.error());
      return exit_could_not_run;
    }
    server_ = std::move(*opened);
    wait_for_signal();
    wait_for_hang_up();
    gate_.spawn(start());
    loop_.run();
    return exit_code_;
  }

 private:
  void wait_for_signal() {
    signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (error) return;
      if (std::exchange(stopping_, true)) end_at_once();
      gate_.spawn(stop());
      wait_for_signal();
    });
  }

  void wait_for_hang_up() {
    hang_ups_.async_wait([this](const boost::system::error_code& error, int) {
      if (error) return;
      configuration_.read_again();
      wait_for_hang_up();
    });
  }

  Task<> start() {
    auto started = co_await server_->start();
    if (!started) {
      // Told to end while it waited for what it stands on: that is no failure.
      if (stopping_) co_return;
      complain(started.error());
      exit_code_ = exit_could_not_run;
      stopping_ = true;
      co_await stop();
      co_return;
    }
    write_run_file(server_->config().server.data, *server_);
    const std::string url = server_->url();
    const std::string internal_url = server_->internal_url();
    log::info("ready", {{log::Field::url, url},
                        {log::Field::internal_url, internal_url},
                        {log::Field::pid, static_cast<std::int64_t>(getpid())}});
    if (is_for_this_machine_alone(server_->config())) {
      log::info("only this machine can connect", {{log::Field::reason, how_to_let_others_in}});
    }
  }

  Task<> stop() {
    log::info("stopping");
    co_await server_->stop();
    std::error_code ignored;
    std::filesystem::remove(server_->config().server.data + "/run.json", ignored);
    signals_.cancel();
    hang_ups_.cancel();
    loop_.stop();
  }

  Configuration configuration_;
  Loop& loop_;
  Gate gate_;
  boost::asio::signal_set signals_;
  boost::asio::signal_set hang_ups_;
  std::unique_ptr<Node> server_;
  bool stopping_ = false;
  int exit_code_ = exit_ok;
};

}  // namespace

void complain(const Error& error) {
  std::fprintf(stderr, "gochat: %s\n", (error.detail.empty() ? error.hint : error.detail).c_str());
  if (!error.hint.empty() && !error.detail.empty() && error.hint != error.detail) {
    std::fprintf(stderr, "gochat: %s\n", error.hint.c_str());
  }
}

int complain(const std::vector<config::Problem>& problems) {
  bool of_usage = true;
  for (const config::Problem& problem : problems) {
    fmt::print(stderr, "gochat: {}\n", problem.cause);
    if (!problem.remedy.empty()) fmt::print(stderr, "gochat: {}\n", problem.remedy);
    of_usage = of_usage && problem.of_usage;
  }
  return of_usage ? exit_usage : exit_could_not_run;
}

int serve(config::Reading reading, const std::vector<std::string>& arguments) {
  std::signal(SIGPIPE, SIG_IGN);
  const auto log = begin_log(reading.config);
  if (!log) {
    complain(log.error());
    return exit_could_not_run;
  }
  raise_descriptor_limit();
  Loop loop{"main"};
  return Process{arguments, std::move(reading), loop}.run();
}

}  // namespace gochat::app
