// The sentinels know who the master is: one of them is asked, and listened to, at a time.
#include <charconv>
#include <optional>
#include <utility>

#include "adapters/redis/topology.hpp"
#include "adapters/redis/waiting_room.hpp"
#include "async/executor.hpp"
#include "async/gate.hpp"
#include "base/log.hpp"

namespace gochat::redis {
namespace {

constexpr int doubts_max = 5;
constexpr const char* nobody_knows = "no sentinel has named the Redis master yet";

std::optional<Address> address_of(const std::string& host, const std::string& port) {
  Address address{host, 0};
  const char* end = port.data() + port.size();
  const auto read = std::from_chars(port.data(), end, address.port);
  if (host.empty() || read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return address;
}

class SentinelTopology final : public Topology {
 public:
  explicit SentinelTopology(const NodeGround& ground)
      : ground_{ground},
        waiting_{ground.timers, ground.options.limits.waiting_max},
        bell_{ground.timers},
        gate_{ground.context.get_executor()} {
    gate_.spawn(watch());
  }
  ~SentinelTopology() override { hang_up(); }

  void send(Request request) override {
    if (stopping_) return request.done(failed(ErrorCode::unavailable, "Redis is being left"));
    if (!master_) return waiting_.wait(std::move(request), nobody_knows);
    request.done = [this, told = std::move(request.done)](Result<Reply> reply) mutable {
      if (!reply || is_passing(*reply)) bell_.ring();
      told(std::move(reply));
    };
    master_->send(std::move(request));
  }
  void send_to(std::size_t, Request request) override { send(std::move(request)); }
  std::size_t nodes() const override { return 1; }
  Figures figures() const override {
    Figures figures;
    if (master_) master_->add_to(figures);
    figures.waiting += waiting_.size();
    return figures;
  }

  Task<> stop() override {
    stopping_ = true;
    waiting_.refuse(failed(ErrorCode::unavailable, "Redis is being left"));
    if (master_) master_->close();
    hang_up();
    bell_.ring();
    co_await gate_.close();
  }

 private:
  // A connection for questions, and one on which the sentinel tells of a new master by itself.
  struct Line {
    std::shared_ptr<Connection> asked;
    std::shared_ptr<Connection> heard;
  };

  Task<> watch() {
    std::uint32_t failures = 0;
    for (std::size_t n = 0; !stopping_; ++n) {
      const auto& sentinels = ground_.options.addresses;
      const bool of_use = co_await follow(sentinels[n % sentinels.size()]);
      hang_up();
      failures = of_use ? 1 : failures + 1;
      if (stopping_) co_return;
      // The next sentinel is asked at once; the whole round not again and again without a pause.
      if (failures % sentinels.size() != 0) continue;
      const auto round = static_cast<std::uint32_t>(failures / sentinels.size());
      const Duration pause = full_jitter(ground_.options.reconnect, round, ground_.dice());
      co_await bell_.wait(std::max(pause, ground_.options.limits.ask_pause_min));
    }
  }

  // Until this sentinel is of no use; true: it was.
  Task<bool> follow(Address sentinel) {
    call_up(std::move(sentinel));
    bool of_use = false;
    // One that is cut off may name a former master for ever: the others are asked then.
    for (int doubts = 0; !stopping_ && !line_.heard->closed() && doubts < doubts_max;) {
      auto named = co_await ask({"SENTINEL", "get-master-addr-by-name"});
      if (stopping_ || !named || named->items.size() != 2) co_return of_use;
      const auto master = address_of(named->items[0].text, named->items[1].text);
      if (!master) co_return of_use;
      of_use = true;
      adopt(*master);
      doubts = master_->trouble().empty() ? 0 : doubts + 1;
      co_await ground_.timers.sleep(ground_.options.limits.ask_pause_min);
      co_await bell_.wait(ground_.options.limits.trust_max);
    }
    co_return of_use;
  }

  void call_up(Address sentinel) {
    const Identity identity{.credentials = ground_.options.sentinel_credentials};
    Connection::Events heard;
    heard.pushed = [this](const Reply& message) { listen(message); };
    heard.closed = [this](const Error&) { bell_.ring(); };
    line_.asked = std::make_shared<Connection>(ground_.connections(), sentinel, identity,
                                               Connection::Events{});
    line_.heard = std::make_shared<Connection>(ground_.connections(), std::move(sentinel), identity,
                                               std::move(heard));
    line_.asked->start();
    line_.heard->start();
    line_.heard->send({.name = "SUBSCRIBE", .key = {}, .words = {"+switch-master"}}, false, soon(),
                      [](const Result<Reply>&) {});
  }

  void hang_up() {
    for (const auto& connection :
         {std::exchange(line_.asked, nullptr), std::exchange(line_.heard, nullptr)}) {
      if (connection) connection->close(failed(ErrorCode::unavailable, "hung up"));
    }
  }

  Deadline soon() const { return ground_.timers.now() + ground_.options.limits.command_time_max; }

  Task<Result<Reply>> ask(std::vector<std::string> words) {
    Command command{.name = words[0], .key = {}, .words = {words[1], ground_.options.master_name}};
    co_return co_await await_callback<Result<Reply>>([this, &command](auto done) {
      line_.asked->send(command, false, soon(), std::move(done));
    });
  }

  // ["message", "+switch-master", "name old-host old-port new-host new-port"]
  void listen(const Reply& message) {
    if (message.items.size() != 3 || message.items[0].text != "message") return;
    const std::string& text = message.items[2].text;
    if (!text.starts_with(ground_.options.master_name + " ")) return;
    const auto port = text.rfind(' ');
    const auto host = text.rfind(' ', port - 1);
    const auto master = address_of(text.substr(host + 1, port - host - 1), text.substr(port + 1));
    if (master) adopt(*master);
  }

  void adopt(const Address& address) {
    if (stopping_ || (master_ && master_->address() == address)) return;
    log::info("the Redis master is", {{log::Field::address, address.text()}});
    auto former = std::exchange(
        master_, std::make_unique<Node>(ground_, address, identity_of(ground_.options),
                                        [this] { bell_.ring(); }));
    // After the new one is in its place: what the former one fails to answer may be sent again.
    if (former) former->close();
    for (Request& request : waiting_.leave()) send(std::move(request));
  }

  const NodeGround ground_;
  WaitingRoom waiting_;
  Bell bell_;
  Line line_;
  std::unique_ptr<Node> master_;
  bool stopping_ = false;
  Gate gate_;
};

}  // namespace

std::unique_ptr<Topology> make_sentinel(const NodeGround& ground) {
  return std::make_unique<SentinelTopology>(ground);
}

}  // namespace gochat::redis
