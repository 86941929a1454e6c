// All sockets of this gateway, by connection, by socket and by user. Lives on the main loop.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "gateway/session.hpp"

namespace gochat::gateway {

class SessionTable {
 public:
  Session& add(std::unique_ptr<Session> session);
  // The socket has opened; from here on it is found by socket too.
  void bind(Session& session, net::ConnectionId socket);
  // Takes the session out; empty when it is not there.
  std::unique_ptr<Session> remove(ConnectionId id);

  Session* find(ConnectionId id);
  Session* find(net::ConnectionId socket);
  std::span<Session* const> of(UserId user) const;
  // Every session, in no order; not to be changed while it is walked.
  const std::vector<Session*>& all() const { return all_; }
  std::size_t size() const { return all_.size(); }

 private:
  struct Place {
    std::unique_ptr<Session> session;
    std::size_t index = 0;  // in all_
  };
  std::unordered_map<ConnectionId, Place> by_id_;
  std::unordered_map<net::ConnectionId, Session*> by_socket_;
  std::unordered_map<UserId, std::vector<Session*>> by_user_;
  std::vector<Session*> all_;
};

}  // namespace gochat::gateway
