#include "app/node.hpp"

#include <fmt/format.h>

#include "app/cluster.hpp"
#include "app/embedded.hpp"
#include "app/measures.hpp"
#include "app/measures_copies.hpp"
#include "app/role_options.hpp"
#include "base/log.hpp"
#include "config/key_text.hpp"

namespace gochat::app {
namespace {

constexpr int hashing_nice = 10;  // a flood of logins must not slow the messages down
constexpr Duration last_pages_max = std::chrono::milliseconds{100};

using config::parse_listen;

std::string url_of(std::string_view scheme, const std::string& host, std::uint16_t port) {
  if (host.find(':') != std::string::npos) return fmt::format("{}://[{}]:{}", scheme, host, port);
  return fmt::format("{}://{}:{}", scheme, host, port);
}

// Null without one: plain HTTP.
Result<std::shared_ptr<net::Certificate>> open_certificate(const Config::Server& server,
                                                           const Clock& clock) {
  if (server.tls_certificate.empty()) return std::shared_ptr<net::Certificate>{};
  return net::Certificate::open({server.tls_certificate, server.tls_key},
                                std::chrono::floor<std::chrono::seconds>(clock.now()));
}

// Processes that share their tokens are given their keys; one that stands alone makes its own.
Result<crypto::Key> given_or_own_key(const std::string& given, const std::filesystem::path& own,
                                     Random& random) {
  if (const auto key = config::key_from_text(given)) return *key;
  return crypto::load_or_create_key(own, random);
}

net::HttpResponse page_of(const char* type, std::string text) {
  net::HttpResponse page;
  page.headers.add("Content-Type", type);
  page.headers.add("Cache-Control", "no-store");
  page.body = std::move(text);
  return page;
}

// A listener's error names its cause twice and no remedy.
Error cannot_listen(Error error, std::string_view flag) {
  if (error.hint == error.detail) {
    error.hint =
        fmt::format("end whatever listens there, or choose another address or port with {}", flag);
  }
  return error;
}

Error told_to_end() { return failed(ErrorCode::unavailable, "told to end while it started"); }

net::ServerOptions listening(const std::string& address, const std::string& key) {
  const auto listen = parse_listen(address, key);
  return {.listen = {{listen->host, listen->port, 0}}};
}

}  // namespace

// What can fail, opened before the parts that cannot.
struct Node::Opened {
  std::unique_ptr<sqlite::HomeDirectory> directory;
  std::unique_ptr<memory::SystemClock> clock;
  std::unique_ptr<crypto::SystemRandom> random;
  std::shared_ptr<net::Certificate> certificate;
  crypto::Key token_key{};
  crypto::Key refresh_key{};
};

Result<std::unique_ptr<Node>> Node::open(Configuration& configuration, Loop& loop) {
  const Config& config = configuration.in_force();
  Opened opened;
  opened.clock = std::make_unique<memory::SystemClock>();
  opened.random = std::make_unique<crypto::SystemRandom>();
  auto certificate = open_certificate(config.server, *opened.clock);
  if (!certificate) return certificate.error();
  opened.certificate = std::move(*certificate);
  auto directory = sqlite::HomeDirectory::open(config.server.data, opened.clock->now());
  if (!directory) return directory.error();
  opened.directory = std::make_unique<sqlite::HomeDirectory>(std::move(*directory));
  const auto keys = opened.directory->keys();
  const auto token_key =
      given_or_own_key(config.auth.token_key, keys / "token.key", *opened.random);
  if (!token_key) return token_key.error();
  const auto refresh_key =
      given_or_own_key(config.auth.refresh_key, keys / "refresh.key", *opened.random);
  if (!refresh_key) return refresh_key.error();
  opened.token_key = *token_key;
  opened.refresh_key = *refresh_key;
  return std::unique_ptr<Node>{new Node{configuration, loop, std::move(opened)}};
}

Node::Node(Configuration& configuration, Loop& loop, Opened opened)
    : configuration_{configuration},
      config_{configuration.in_force()},
      loop_{loop},
      directory_{std::move(opened.directory)},
      clock_{std::move(opened.clock)},
      random_{std::move(opened.random)},
      certificate_{std::move(opened.certificate)},
      hashing_{config_.auth.hashing_threads, config_.auth.hashing_queue, "hash", hashing_nice},
      tokens_{opened.token_key, opened.refresh_key},
      hasher_{hashing_, *random_, {.cost = config_.auth.bcrypt_cost}},
      internal_pages_{health_},
      internal_{loop.context(), loop.timers(), internal_pages_,
                listening(config_.server.internal_listen, "server.internal_listen")},
      loop_watch_{loop.timers()},
      certificate_watch_{"server.tls_certificate", certificate_, loop.timers(), *clock_},
      boot_{random_->number() >> 1} {
  internal_pages_.add("/metrics", [this] {
    return page_of("text/plain; version=0.0.4; charset=utf-8", measures_.text());
  });
  configuration_.on_change([this](const Config& in_force) { apply(in_force); });
  name_process(measures_, health_, loop_watch_);
  name_configuration(measures_, configuration_);
  name_certificate(measures_, certificate_.get());
  name_pool(measures_, "hash", hashing_);
}

Node::~Node() {
  configuration_.on_change([](const Config&) {});
}

Task<Result<void>> Node::start() {
  starting_ = true;
  auto up = co_await bring_up();
  starting_ = false;
  start_ended_.notify();
  co_return up;
}

Task<Result<void>> Node::bring_up() {
  if (auto internal = internal_.start(); !internal) {
    co_return cannot_listen(internal.error(), "--internal-listen");
  }
  const Ground ground{configuration_, config_,     loop_,   *clock_, *random_,
                      hasher_,        *directory_, health_, boot_};
  if (config_.server.wiring == "cluster") {
    wiring_ = std::make_unique<Cluster>(ground);
  } else {
    wiring_ = std::make_unique<Embedded>(ground);
  }
  if (auto opened = co_await wiring_->open(); !opened) co_return opened;
  if (stopping_) co_return told_to_end();
  wiring_->name_measures(measures_);
  // Here, for a cluster may share where its collector is.
  tracing_ = Tracing::begin(config_, loop_, *clock_, *random_);
  if (tracing_) name_tracing(measures_, *tracing_);
  if (auto roles = co_await start_roles(); !roles) co_return roles;
  certificate_watch_.start();
  if (auto admin = start_admin(); !admin) co_return admin;
  started_ = true;
  health_.set_started();
  co_return Result<void>{};
}

Task<Result<void>> Node::start_roles() {
  Ports ports = wiring_->ports();
  if (ports.stores) {
    repo_.emplace(*ports.stores);
    if (repo_->copies() != nullptr) name_copies(measures_, *repo_->copies());
    repo_api_.emplace(repo_->api());
  } else if (ports.repo) {
    repo_api_.emplace(*ports.repo);
  }
  if (config::has_role(config_, "logic")) {
    logic_.emplace(logic::Needs{*repo_api_, ports.queue, ports.registry, ports.directory, tokens_,
                                *clock_, loop_.timers(), *random_, ports.ids, ports.limiter,
                                ports.tries, loop_.executor(), *ports.sweeping},
                   logic_options(config_, ports.queue_is_durable));
    name_fan_out(measures_, logic_->fan_out_counts());
    logic_api_.emplace(logic_->api());
    if (auto logic = co_await logic_->start(); !logic) co_return logic;
    if (stopping_) co_return told_to_end();
  } else if (ports.logic) {
    logic_api_.emplace(*ports.logic);
  }
  if (config::has_role(config_, "task")) {
    if (auto tasks = co_await start_tasks(ports); !tasks) co_return tasks;
    if (stopping_) co_return told_to_end();
  }
  if (config::has_role(config_, "gateway")) {
    if (auto gateway = co_await start_gateway(*logic_api_, ports); !gateway) co_return gateway;
  }
  ShownRepo* const shown =
      repo_ && repo_->copies() != nullptr ? &repo_->copies()->shown() : nullptr;
  co_return co_await wiring_->serve({.repo = repo_ ? &*repo_api_ : nullptr,
                                     .shown = shown,
                                     .logic = logic_ ? &*logic_api_ : nullptr,
                                     .sends = logic_ ? &logic_->for_services() : nullptr});
}

Task<Result<void>> Node::start_tasks(Ports ports) {
  const task::Needs needs{repo_api_->messages,
                          repo_api_->conversations,
                          repo_api_->groups,
                          ports.queue,
                          ports.registry,
                          ports.directory,
                          *clock_,
                          loop_.timers(),
                          *random_,
                          loop_.executor()};
  hooks_.emplace(config_, loop_, *clock_, needs);
  name_hooks(measures_, *hooks_);
  tasks_.emplace(needs, task_options(config_), hooks_->kinds());
  name_tasks(measures_, *tasks_);
  co_return co_await tasks_->start();
}

Task<Result<void>> Node::start_gateway(LogicApi api, Ports ports) {
  auto epoch = co_await api.messages.epoch();
  if (!epoch) co_return epoch.error();
  gateway::GatewayOptions options = gateway_options(config_);
  options.boot = boot_;
  options.epoch = *std::move(epoch);
  const auto listen = parse_listen(config_.server.listen, "server.listen");
  options.listen = {{.address = listen->host, .port = listen->port, .certificate = certificate_}};
  options.pages = [this](const net::HttpRequest& request) {
    if (auto health = health_.answer(request, false)) return health;
    return page_.answer(request);
  };
  gateway_.emplace(gateway::Gateway::Rooms{loop_.context(), loop_.timers(), *clock_, *random_,
                                           ports.ids, *logic_api_, ports.queue, ports.registry,
                                           ports.tickets, ports.tails, ports.limiter, ports.online},
                   std::move(options));
  name_gateway(measures_, *gateway_);
  name_network(measures_, *gateway_);
  internal_pages_.add("/routes",
                      [this] { return page_of("application/json", gateway_->catalogue()); });
  if (auto gateway = co_await gateway_->start(); !gateway) {
    co_return cannot_listen(gateway.error(), "--listen");
  }
  co_return Result<void>{};
}

Result<void> Node::start_admin() {
  const Ports ports = wiring_->ports();
  dead_letter_desk_.emplace(ports.dead_letters, ports.queue, loop_.timers(), *clock_);
  admin_pages_.emplace(logic_ ? &logic_->for_operator() : nullptr, &configuration_,
                       *dead_letter_desk_, loop_.executor());
  admin_.emplace(loop_.context(), loop_.timers(), *admin_pages_,
                 net::ServerOptions{.listen = {{.path = directory_->admin_socket().native()}}});
  return admin_->start();
}

Task<> Node::stop() {
  health_.set_draining();
  // What is being started is stopped when it has been: two at once would walk over each other.
  stopping_ = true;
  if (wiring_) wiring_->give_up();
  if (starting_) co_await start_ended_.wait();
  certificate_watch_.stop();
  if (started_ && config_.drain.wait_ms > 0) {
    co_await loop_.timers().sleep(std::chrono::milliseconds{config_.drain.wait_ms});
  }
  if (gateway_) co_await gateway_->stop(std::chrono::milliseconds{config_.drain.window_ms});
  // Verbs ask logic, and the last of them are answered before it ends.
  if (admin_) {
    admin_->stop_accepting();
    co_await admin_pages_->stop();
    co_await admin_->stop(last_pages_max);
  }
  if (wiring_) co_await wiring_->stop_serving();
  if (logic_) co_await logic_->stop();
  if (tasks_) co_await tasks_->stop();
  co_await internal_.stop(last_pages_max);
  if (wiring_) co_await wiring_->close();
  if (tracing_) co_await tracing_->stop();
  log::info("stopped");
}

void Node::apply(const Config& in_force) {
  if (tracing_) tracing_->apply(in_force);
  certificate_watch_.use({in_force.server.tls_certificate, in_force.server.tls_key});
  hasher_.use_cost(in_force.auth.bcrypt_cost);
  if (gateway_) gateway_->use_rates(gateway_options(in_force).publisher);
  if (logic_) logic_->use_admission(logic_options(in_force, false));
  if (wiring_) wiring_->apply(in_force);
}

// Where it is reached: by clients, or by other processes when it has no gateway.
std::string Node::url() const {
  if (!gateway_) return "grpc://" + config_.grpc.listen;
  return url_of(certificate_ ? "https" : "http",
                parse_listen(config_.server.listen, "server.listen")->host, gateway_->port());
}

std::string Node::internal_url() const {
  return url_of("http",
                parse_listen(config_.server.internal_listen, "server.internal_listen")->host,
                internal_.port());
}

}  // namespace gochat::app
