#include "app/embedded.hpp"

#include <fmt/format.h>

#include "app/measures.hpp"
#include "base/log.hpp"
#include "config/key_text.hpp"

namespace gochat::app {
namespace {

constexpr std::size_t writer_queue_max = 1'024;
constexpr std::size_t reader_queue_max = 4'096;
constexpr std::size_t sorter_queue_max = 16;
constexpr int hashing_nice = 10;  // a flood of logins must not slow the messages down

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

sqlite::StoreOptions store_options(const Config& config, const sqlite::HomeDirectory& directory,
                                   const sqlite::ChecksumVfs& vfs) {
  sqlite::StoreOptions options;
  options.path = directory.database();
  options.vfs = vfs.name();
  options.limits.queue_bytes_max = config.store.commit_bytes_max;
  options.limits.queue_age_max = std::chrono::milliseconds{config.store.commit_age_max_ms};
  options.limits.gather_max = std::chrono::microseconds{config.store.commit_wait_us};
  options.limits.merge_rows = config.store.merge_rows;
  options.limits.group_members_max = config.limits.group_members_max;
  return options;
}

BucketRate per_hour(std::uint32_t burst, std::uint32_t count) {
  return {.capacity = static_cast<double>(burst), .per_second = count / 3600.0};
}

// One process, one machine number, for as long as it lives.
MachineLease own_lease() {
  return {.machine = 0, .last_issued_floor = 0, .usable_until = Deadline::max()};
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

}  // namespace

// What can fail, opened before the parts that cannot.
struct Embedded::Opened {
  std::unique_ptr<sqlite::HomeDirectory> directory;
  std::unique_ptr<memory::SystemClock> clock;
  std::unique_ptr<crypto::SystemRandom> random;
  std::unique_ptr<sqlite::ChecksumVfs> vfs;
  std::unique_ptr<ThreadPool> writer;
  std::unique_ptr<ThreadPool> readers;
  std::unique_ptr<ThreadPool> sorter;
  std::unique_ptr<sqlite::Store> store;
  std::shared_ptr<net::Certificate> certificate;
  crypto::Key token_key{};
  crypto::Key refresh_key{};
};

Result<std::unique_ptr<Embedded>> Embedded::open(Config config, Loop& loop) {
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

  opened.vfs = std::make_unique<sqlite::ChecksumVfs>();
  opened.writer = std::make_unique<ThreadPool>(1, writer_queue_max, "commit");
  opened.readers = std::make_unique<ThreadPool>(config.store.readers, reader_queue_max, "read");
  // Two: a sort takes up to 150 ms, and a checkpoint's sync must not wait behind it.
  opened.sorter = std::make_unique<ThreadPool>(2, sorter_queue_max, "sort");
  sqlite::StoreRuntime runtime{*opened.writer, *opened.readers,
                               *opened.sorter, *opened.clock,
                               *opened.random, [timers = &loop.timers()] { return timers->now(); }};
  auto store = sqlite::Store::open(store_options(config, *opened.directory, *opened.vfs),
                                   std::move(runtime));
  if (!store) return store.error();
  opened.store = std::move(*store);
  return std::unique_ptr<Embedded>{new Embedded{std::move(config), loop, std::move(opened)}};
}

Embedded::Embedded(Config config, Loop& loop, Opened opened)
    : config_{std::move(config)},
      loop_{loop},
      directory_{std::move(opened.directory)},
      clock_{std::move(opened.clock)},
      random_{std::move(opened.random)},
      vfs_{std::move(opened.vfs)},
      writer_{std::move(opened.writer)},
      readers_{std::move(opened.readers)},
      sorter_{std::move(opened.sorter)},
      store_{std::move(opened.store)},
      certificate_{std::move(opened.certificate)},
      hashing_{config_.auth.hashing_threads, config_.auth.hashing_queue, "hash", hashing_nice},
      tokens_{opened.token_key, opened.refresh_key},
      hasher_{hashing_, *random_, {.cost = config_.auth.bcrypt_cost}},
      queue_{loop.executor(), loop.timers(), {.topic_bytes_max = config_.queue.bytes_max}},
      registry_{loop.timers()},
      tickets_{loop.timers()},
      ids_{own_lease(), store_->last_id(), *clock_, loop.timers()},
      boot_{random_->number() >> 1},
      repo_{{store_->log(), store_->messages(), store_->conversations(), store_->groups(),
             store_->users(), store_->sessions(), store_->relations(), store_->keys(), hasher_,
             inboxes_}},
      logic_{{repo_.api(), queue_, registry_, services_, tokens_, *clock_, loop.timers(), *random_,
              ids_, loop.executor()},
             logic_options()},
      api_{logic_.api()},
      gateway_{{loop.context(), loop.timers(), *clock_, *random_, ids_, api_, queue_, registry_,
                tickets_, store_->tails()},
               gateway_options()},
      loop_watch_{loop.timers()},
      internal_pages_{health_},
      internal_{loop.context(), loop.timers(), internal_pages_, internal_options()},
      certificate_watch_{certificate_, loop.timers(), *clock_},
      admin_pages_{logic_.for_operator(), loop.executor()},
      admin_{loop.context(), loop.timers(), admin_pages_, admin_options()} {
  health_.add({"store takes writes", [this] { return store_->writable(); }});
  name_measures();
  internal_pages_.add("/metrics", [this] {
    return page_of("text/plain; version=0.0.4; charset=utf-8", measures_.text());
  });
  internal_pages_.add("/routes",
                      [this] { return page_of("application/json", gateway_.catalogue()); });
}

Embedded::~Embedded() = default;

void Embedded::name_measures() {
  name_process(measures_, health_, loop_watch_);
  name_gateway(measures_, gateway_);
  name_network(measures_, gateway_);
  name_certificate(measures_, certificate_.get());
  name_store(measures_, *store_);
  name_queue(measures_, queue_);
  name_pool(measures_, "commit", *writer_);
  name_pool(measures_, "read", *readers_);
  name_pool(measures_, "sort", *sorter_);
  name_pool(measures_, "hash", hashing_);
}

logic::Options Embedded::logic_options() const {
  logic::Options options;
  options.registration_open = config_.auth.registration_open;
  options.guests = config_.auth.guests;
  options.world = config_.world.enabled;
  options.password_bytes_min = config_.auth.password_min;
  options.short_token_life = std::chrono::minutes{config_.auth.token_minutes};
  options.session_life = std::chrono::days{config_.auth.session_days};
  options.refreshed_session_life = std::chrono::days{config_.auth.refreshed_session_days};
  options.failed_logins_free_per_account = config_.auth.failed_logins_per_account;
  options.failed_logins_free_per_address = config_.auth.failed_logins_per_address;
  options.failed_login_delay_max = std::chrono::seconds{config_.auth.failed_login_delay_seconds};
  options.long_tokens = config_.auth.long_tokens;
  options.refuse_common_passwords = config_.auth.refuse_common_passwords;
  options.sign_ups = per_hour(config_.limits.sign_ups_burst, config_.limits.sign_ups_per_hour);
  options.guest_visits = per_hour(config_.limits.guests_burst, config_.limits.guests_per_hour);
  options.group_members_max = config_.limits.group_members_max;
  options.queue_is_durable = false;
  options.upstream_lanes = static_cast<std::int32_t>(config_.queue.lanes);
  return options;
}

gateway::GatewayOptions Embedded::gateway_options() {
  gateway::GatewayOptions options;
  options.name = config_.server.instance;
  options.boot = boot_;
  options.epoch = fmt::format("{:016x}", store_->epoch());
  const auto listen = parse_listen(config_.server.listen, "server.listen");
  options.listen = {{.address = listen->host, .port = listen->port, .certificate = certificate_}};
  options.limits.message_bytes_max = limits::frame_bytes_max;
  options.limits.outbox_bytes_max = config_.limits.outbox_bytes;
  options.limits.outbox_drained_bytes =
      std::min(options.limits.outbox_drained_bytes, options.limits.outbox_bytes_max / 8);
  options.limits.outbox_frames_max = config_.limits.outbox_frames;
  options.limits.body_bytes_max = config_.limits.body_bytes;
  options.limits.connections_max = config_.limits.connections;
  options.limits.connections_per_address_max = config_.gateway.connections_per_address;
  options.io_threads = config_.gateway.io_threads;
  options.connections_per_user_max = config_.gateway.connections_per_user;
  options.auth_frame_time_max = std::chrono::seconds{config_.gateway.auth_frame_seconds};
  options.receipt_time_max = std::chrono::seconds{config_.gateway.receipt_seconds};
  options.publisher.sends_burst = config_.limits.sends_burst;
  options.publisher.sends_per_second = config_.limits.sends_per_second;
  options.publisher.world_sends_per_second = config_.world.sends_per_second;
  options.trusted_proxies = config_.server.trusted_proxies;
  options.handshake = {config_.auth.token_in_url, config_.server.public_url,
                       config_.server.allowed_origins};
  options.http.allowed_origins = config_.server.allowed_origins;
  options.pages = [this](const net::HttpRequest& request) {
    if (auto health = health_.answer(request, false)) return health;
    return page_.answer(request);
  };
  return options;
}

net::ServerOptions Embedded::internal_options() const {
  const auto listen = parse_listen(config_.server.internal_listen, "server.internal_listen");
  return {.listen = {{listen->host, listen->port, 0}}};
}

net::ServerOptions Embedded::admin_options() const {
  return {.listen = {{.path = directory_->admin_socket().native()}}};
}

Task<Result<void>> Embedded::start() {
  const Instance self{"gateway", config_.server.instance, boot_, config_.server.listen};
  if (auto announced = co_await services_.announce(self); !announced) co_return announced;
  if (auto logic = co_await logic_.start(); !logic) co_return logic;
  if (auto listening = internal_.start(); !listening) {
    co_return cannot_listen(listening.error(), "--internal-listen");
  }
  if (auto gateway = co_await gateway_.start(); !gateway) {
    co_return cannot_listen(gateway.error(), "--listen");
  }
  certificate_watch_.start();
  if (auto admin = admin_.start(); !admin) co_return admin;
  started_ = true;
  health_.set_started();
  co_return Result<void>{};
}

Task<> Embedded::stop() {
  health_.set_draining();
  certificate_watch_.stop();
  if (started_ && config_.drain.wait_ms > 0) {
    co_await loop_.timers().sleep(std::chrono::milliseconds{config_.drain.wait_ms});
  }
  co_await gateway_.stop(std::chrono::milliseconds{config_.drain.window_ms});
  // Verbs ask logic, and the last of them are answered before it ends.
  admin_.stop_accepting();
  co_await admin_pages_.stop();
  co_await admin_.stop(std::chrono::milliseconds{100});
  co_await logic_.stop();
  co_await internal_.stop(std::chrono::milliseconds{100});
  store_->close();
  log::info("stopped");
}

void Embedded::apply(const Config& wanted) {
  certificate_watch_.use({wanted.server.tls_certificate, wanted.server.tls_key});
}

std::string Embedded::url() const {
  return url_of(certificate_ ? "https" : "http",
                parse_listen(config_.server.listen, "server.listen")->host, gateway_.port());
}

std::string Embedded::internal_url() const {
  return url_of("http",
                parse_listen(config_.server.internal_listen, "server.internal_listen")->host,
                internal_.port());
}

}  // namespace gochat::app
