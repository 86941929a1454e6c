// The methods of each subject, which its own service and RepoService have, and what the handlers
// have in common.
#pragma once

#include <string_view>
#include <utility>

#include "adapters/grpc/log_model.hpp"
#include "adapters/grpc/model.hpp"
#include "adapters/grpc/repo_methods.hpp"
#include "adapters/grpc/repo_model.hpp"

namespace gochat::rpc {

inline constexpr std::string_view repo_service = "gochat.v1.RepoService";

void add_user_methods(MethodTable& table, const RepoParts& parts);
void add_session_methods(MethodTable& table, const RepoParts& parts);
void add_message_methods(MethodTable& table, const RepoParts& parts);
void add_conversation_methods(MethodTable& table, const RepoParts& parts);
void add_group_methods(MethodTable& table, const RepoParts& parts);

inline Result<v1::Done> done(const Result<void>& result) {
  if (!result) return result.error();
  return v1::Done{};
}

inline v1::Users to_proto(const std::vector<User>& users) {
  v1::Users out;
  to_proto_all(users, out.mutable_users(), [](const User& one) { return to_proto(one); });
  return out;
}

inline v1::UserIds to_proto(const std::vector<UserId>& users) {
  v1::UserIds out;
  ids_to_proto(users, out.mutable_ids());
  return out;
}

// The message that stands for what a port answered.
template <class Domain>
auto shown(const Result<Domain>& result) -> Result<decltype(to_proto(*result))> {
  if (!result) return result.error();
  return to_proto(*result);
}

// A time that the caller may leave to repo.
template <class Request>
WallTime time_or_now(const Request& in, const Clock& clock) {
  return in.has_at_ms() ? wall_time(in.at_ms()) : clock.now();
}

// The answer to the one item of a batch.
template <class Wanted>
Result<Wanted> only(Result<std::vector<LogAnswer>> answers) {
  if (!answers) return std::move(answers).error();
  if (answers->size() != 1) return failed(ErrorCode::internal, "one item, several answers");
  LogAnswer& answer = answers->front();
  if (auto* error = std::get_if<Error>(&answer)) return std::move(*error);
  if (auto* wanted = std::get_if<Wanted>(&answer)) return std::move(*wanted);
  return failed(ErrorCode::internal, "an item has the answer of another kind");
}

}  // namespace gochat::rpc
