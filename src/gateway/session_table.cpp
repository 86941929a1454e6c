#include "gateway/session_table.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace gochat::gateway {

Session& SessionTable::add(std::unique_ptr<Session> session) {
  Session* it = session.get();
  const auto [at, added] = by_id_.try_emplace(it->id, Place{std::move(session), all_.size()});
  GOCHAT_ASSERT(added);
  all_.push_back(it);
  by_user_[it->caller.user].push_back(it);
  return *it;
}

void SessionTable::bind(Session& session, net::ConnectionId socket) {
  session.socket = socket;
  by_socket_[socket] = &session;
}

std::unique_ptr<Session> SessionTable::remove(ConnectionId id) {
  const auto at = by_id_.find(id);
  if (at == by_id_.end()) return nullptr;
  std::unique_ptr<Session> session = std::move(at->second.session);
  const std::size_t index = at->second.index;
  by_id_.erase(at);
  if (session->socket) by_socket_.erase(session->socket);

  all_[index] = all_.back();
  all_.pop_back();
  if (index < all_.size()) by_id_.at(all_[index]->id).index = index;

  const auto user = by_user_.find(session->caller.user);
  std::erase(user->second, session.get());
  if (user->second.empty()) by_user_.erase(user);
  return session;
}

Session* SessionTable::find(ConnectionId id) {
  const auto at = by_id_.find(id);
  return at == by_id_.end() ? nullptr : at->second.session.get();
}

Session* SessionTable::find(net::ConnectionId socket) {
  const auto at = by_socket_.find(socket);
  return at == by_socket_.end() ? nullptr : at->second;
}

std::span<Session* const> SessionTable::of(UserId user) const {
  const auto at = by_user_.find(user);
  if (at == by_user_.end()) return {};
  return at->second;
}

}  // namespace gochat::gateway
