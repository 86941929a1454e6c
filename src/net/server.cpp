#include "net/server.hpp"

#include "async/executor.hpp"
#include "net/server_core.hpp"

namespace gochat::net {

void ServerOwner::on_refused(HttpRequest request, HttpResponder responder) {
  responder.send(plain_response(request.refusal->status, std::string{request.refusal->reason}));
}

Server::Server(boost::asio::io_context& main, Timers& timers, ServerOwner& owner,
               ServerOptions options)
    : core_{std::make_shared<ServerCore>(main, timers, owner, std::move(options))} {}

Server::~Server() = default;

Result<void> Server::start() { return core_->start(); }

std::uint16_t Server::port(std::size_t listener) const { return core_->port(listener); }

void Server::send(ConnectionId connection, const EncodedFrame& frame) {
  core_->send(connection, frame.bytes());
}

void Server::send_many(std::span<const ConnectionId> connections, const EncodedFrame& frame) {
  core_->send_many(connections, frame.bytes());
}

void Server::ping(ConnectionId connection, std::uint32_t mark) { core_->ping(connection, mark); }

void Server::close(ConnectionId connection, std::uint16_t code, std::string_view reason) {
  core_->close(connection, code, reason);
}

std::size_t Server::outbox_bytes(ConnectionId connection) const {
  return core_->outbox_bytes(connection);
}

void Server::pause_reading(ConnectionId connection) { core_->hold_reading(connection, true); }

void Server::resume_reading(ConnectionId connection) { core_->hold_reading(connection, false); }

ServerCounts Server::counts() const { return core_->counts(); }

TrafficCounts Server::traffic() const { return core_->traffic(); }

void Server::stop_accepting() { core_->stop_accepting(); }

Task<> Server::stop(Duration grace) {
  if (!core_->running()) co_return;
  auto core = core_;
  const auto begin = [core, grace](auto done) {
    core->stop(grace, [done = std::move(done)]() mutable { done(true); });
  };
  co_await await_callback<bool>(begin);
}

HttpResponder::HttpResponder(std::weak_ptr<ServerCore> core, ConnectionId connection)
    : core_{std::move(core)}, connection_{connection} {}

HttpResponder::HttpResponder(HttpResponder&& other) noexcept
    : core_{std::move(other.core_)}, connection_{std::exchange(other.connection_, {})} {}

HttpResponder& HttpResponder::operator=(HttpResponder&& other) noexcept {
  drop();
  core_ = std::move(other.core_);
  connection_ = std::exchange(other.connection_, {});
  return *this;
}

HttpResponder::~HttpResponder() { drop(); }

void HttpResponder::send(HttpResponse response) {
  const ConnectionId connection = std::exchange(connection_, {});
  const auto core = core_.lock();
  if (connection && core) core->answer(connection, std::move(response));
}

void HttpResponder::drop() {
  if (connection_) send(plain_response(500, "no answer was given"));
}

UpgradeResponder::UpgradeResponder(std::weak_ptr<ServerCore> core, ConnectionId connection)
    : core_{std::move(core)}, connection_{connection} {}

UpgradeResponder::UpgradeResponder(UpgradeResponder&& other) noexcept
    : core_{std::move(other.core_)}, connection_{std::exchange(other.connection_, {})} {}

UpgradeResponder& UpgradeResponder::operator=(UpgradeResponder&& other) noexcept {
  drop();
  core_ = std::move(other.core_);
  connection_ = std::exchange(other.connection_, {});
  return *this;
}

UpgradeResponder::~UpgradeResponder() { drop(); }

void UpgradeResponder::accept(std::string subprotocol, std::uint64_t tag) {
  const ConnectionId connection = std::exchange(connection_, {});
  const auto core = core_.lock();
  if (connection && core) core->accept_upgrade(connection, std::move(subprotocol), tag);
}

void UpgradeResponder::refuse(HttpResponse response) {
  const ConnectionId connection = std::exchange(connection_, {});
  const auto core = core_.lock();
  if (connection && core) core->answer(connection, std::move(response));
}

void UpgradeResponder::drop() {
  if (connection_) refuse(plain_response(503, "no answer was given"));
}

}  // namespace gochat::net
