// The gateway: sockets and HTTP requests on one side, logic and the queue on the other. It knows
// who speaks and where they are connected; what may be said is decided by logic.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "async/beat.hpp"
#include "async/gate.hpp"
#include "gateway/address_places.hpp"
#include "gateway/catch_up.hpp"
#include "gateway/client_address.hpp"
#include "gateway/delivery.hpp"
#include "gateway/downstream_consumer.hpp"
#include "gateway/frame_router.hpp"
#include "gateway/handshake.hpp"
#include "gateway/headcount.hpp"
#include "gateway/http_api.hpp"
#include "gateway/receipts.hpp"
#include "gateway/refused_sends.hpp"
#include "gateway/registrar.hpp"
#include "gateway/repair.hpp"
#include "gateway/revocations.hpp"
#include "gateway/session_table.hpp"
#include "gateway/silence_watch.hpp"
#include "gateway/sync_drawing.hpp"
#include "gateway/timeline_desk.hpp"
#include "gateway/unanswered.hpp"
#include "gateway/upstream_publisher.hpp"
#include "gateway/witness.hpp"
#include "net/server.hpp"
#include "ports/id_source.hpp"
#include "ports/session_registry.hpp"
#include "protocol/close_code.hpp"

namespace gochat::gateway {

struct GatewayOptions {
  std::string name = "gateway-1";
  std::uint64_t boot = 1;
  std::string epoch;
  std::vector<net::ListenAddress> listen;
  net::Limits limits{};
  std::size_t io_threads = 1;
  std::size_t connections_per_user_max = limits::connections_per_user_max;
  Duration auth_frame_time_max = std::chrono::seconds{10};
  Duration receipt_time_max = std::chrono::seconds{5};
  std::uint64_t online_max = 0;  // people, over all gateways; 0: no limit
  Duration refresh_interval = std::chrono::seconds{30};
  Revocations::Pace revocations{.every = std::chrono::seconds{2},
                                .remembered = std::chrono::minutes{2}};
  // When it stops: how long sends that were taken may keep its sockets from being closed, and how
  // long clients may take to close theirs.
  Duration last_answers_max = std::chrono::milliseconds{500};
  Duration last_closes_max = std::chrono::milliseconds{250};
  PublisherLimits publisher{};
  DeliveryLimits delivery{};
  SyncLimits sync{};
  TailLimits tails{};
  CatchUpLimits catch_up{};
  RepairLimits repair{};
  TimelineLimits timeline{};
  SilenceLimits silence{};
  HandshakeOptions handshake{};
  // Addresses and networks whose X-Forwarded-For is believed.
  std::vector<std::string> trusted_proxies{};
  HttpOptions http{};
  // What is served beside the API, such as health and the page at /; empty: not one of these.
  std::function<std::optional<net::HttpResponse>(const net::HttpRequest&)> pages;
};

class Gateway final : public net::ServerOwner {
 public:
  struct Rooms {
    boost::asio::io_context& loop;
    Timers& timers;
    Clock& clock;
    Random& random;
    IdSource& ids;
    LogicApi& logic;
    MessageQueue& queue;
    SessionRegistry& registry;
    TicketStore& tickets;
    TailStore& tails;
    RateLimiter& limiter;
    OnlineCount& online;
  };
  Gateway(Rooms rooms, GatewayOptions options);
  ~Gateway() override;

  // Consumes its downstream topic, then listens.
  Task<Result<void>> start();
  std::uint16_t port() const { return server_.port(0); }
  // How often people may send, from now on.
  void use_rates(const PublisherLimits& limits) { publisher_.use_rates(limits); }
  // Every route and frame that clients may use, as JSON.
  std::string catalogue();
  // From here on sends are refused and listeners are closed; what was taken is answered, then
  // sockets get `bye` and 1012 spread over `window`, and requests that run are answered.
  Task<> stop(Duration window);

  std::size_t sessions() const { return sessions_.size(); }
  // People, over all gateways.
  std::uint64_t online() const { return headcount_.online(); }
  const GatewayCounts& counts() const { return witness_.counts(); }
  const DeliveryCounts& delivery_counts() const { return delivery_.counts(); }
  net::ServerCounts net_counts() const { return server_.counts(); }
  net::TrafficCounts traffic() const { return server_.traffic(); }

  void on_http(net::HttpRequest request, net::HttpResponder responder) override;
  void on_refused(net::HttpRequest request, net::HttpResponder responder) override;
  void on_upgrade(net::HttpRequest request, net::UpgradeResponder responder) override;
  void on_open(net::ConnectionId socket, std::uint64_t tag) override;
  void on_message(net::ConnectionId socket, std::string_view payload, bool text) override;
  void on_pong(net::ConnectionId socket, std::uint32_t mark) override;
  void on_drained(net::ConnectionId socket) override;
  void on_close(net::ConnectionId socket, std::uint16_t code) override;

 private:
  // A socket that was opened without a credential and has to name one in its first frame.
  struct Unnamed {
    Dialect dialect = Dialect::classic;
    bool authenticating = false;
    Timer deadline;
  };

  Task<> upgrade(std::shared_ptr<net::HttpRequest> request, net::UpgradeResponder responder,
                 bool behind_proxy);
  void accept(net::UpgradeResponder responder, const Spoken& spoken, std::uint64_t tag,
              AddressPlaces::Place place);
  Task<> authenticate_by_frame(net::ConnectionId socket, std::string token, std::string re);
  Session& admit(Caller caller, const Spoken& spoken, TraceId trace);
  // `re`: of the request that named it.
  void greet(Session& session, std::string_view re);
  protocol::Connected greeting(const Session& session) const;
  void replace_oldest(UserId user);
  void first_frame(net::ConnectionId socket, std::string_view payload);
  Dialect dialect_of(net::ConnectionId socket);
  void say(net::ConnectionId socket, Dialect dialect, const protocol::ServerFrame& frame,
           std::string_view re = {});
  void close_with_bye(net::ConnectionId socket, protocol::CloseCode code, Duration after);
  Task<> say_bye(Duration window);
  std::string topic() const;
  Task<> keep_topic();
  void end_sessions(const Revocations::Ended& ended);

  Rooms rooms_;
  GatewayOptions options_;
  Gate gate_;
  Witness witness_;
  SessionTable sessions_;
  Unanswered unanswered_;
  UpstreamPublisher publisher_;
  Receipts receipts_;
  ReadMarks reads_;
  RefusedSends refusals_;
  Delivery delivery_;
  Registrar registrar_;
  Headcount headcount_;
  Revocations revocations_;
  Beat topic_beat_;
  Tails tails_;
  CatchUp catch_up_;
  Repair repair_;
  SyncDrawing syncs_;
  TimelineDesk timeline_;
  SilenceWatch silence_;
  FrameRouter router_;
  DownstreamConsumer consumer_;
  Handshake handshake_;
  HttpApi http_;
  ClientAddress client_address_;
  AddressPlaces places_;
  AddressPlaces::Place opening_;  // of the socket that is being accepted
  std::unordered_map<net::ConnectionId, AddressPlaces::Place> held_places_;
  net::Server server_;
  std::unique_ptr<Subscription> subscription_;
  std::unordered_map<net::ConnectionId, Unnamed> unnamed_;
  bool stopping_ = false;
};

}  // namespace gochat::gateway
