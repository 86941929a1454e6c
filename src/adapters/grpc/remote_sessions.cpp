// Sign-ins and the keys of repeated requests, as repo answers for them.
#include "adapters/grpc/repo_client_parts.hpp"

namespace gochat::rpc {
namespace {

v1::SessionGenerationRequest generation_of(SessionId id, std::uint32_t gen, WallTime at) {
  v1::SessionGenerationRequest out;
  out.set_id(id.number());
  out.set_gen(gen);
  out.set_at_ms(ms(at));
  return out;
}

v1::DeleteExpiredRequest expired_before(WallTime before, std::size_t limit) {
  v1::DeleteExpiredRequest out;
  out.set_before_ms(ms(before));
  out.set_limit(to_proto_32(limit));
  return out;
}

}  // namespace

Task<Result<void>> RemoteSessions::create(Session session, std::uint32_t password_version) {
  v1::CreateSessionRequest out;
  *out.mutable_session() = to_proto(session);
  out.set_password_version(password_version);
  return tell(once("CreateSession"), std::move(out));
}

Task<Result<Session>> RemoteSessions::find(SessionId id) {
  v1::SessionIdRequest out;
  out.set_id(id.number());
  return get<v1::Session>(read_method("GetSession"), std::move(out));
}

Task<Result<std::vector<Session>>> RemoteSessions::list(UserId user) {
  v1::UserIdRequest out;
  out.set_id(user.number());
  return get<v1::Sessions>(read_method("GetSessions"), std::move(out));
}

Task<Result<Session>> RemoteSessions::rotate(SessionId id, std::uint32_t gen, WallTime at) {
  return get<v1::Session>(once("RotateSession"), generation_of(id, gen, at));
}

Task<Result<void>> RemoteSessions::mark_used(SessionId id, std::uint32_t gen, WallTime at) {
  return tell(same_twice("MarkSessionUsed"), generation_of(id, gen, at));
}

Task<Result<std::size_t>> RemoteSessions::revoke(RevokeQuery query, WallTime at) {
  return get<v1::Count>(same_twice("RevokeSessions"), to_proto(query, at));
}

Task<Result<RevokedPage>> RemoteSessions::revoked_since(std::uint64_t cursor, std::size_t limit) {
  v1::RevokedSinceRequest out;
  out.set_cursor(cursor);
  out.set_limit(to_proto_32(limit));
  return get<v1::RevokedPage>(read_method("RevokedSince"), std::move(out));
}

Task<Result<std::size_t>> RemoteSessions::delete_expired(WallTime before, std::size_t limit) {
  return get<v1::Count>(same_twice("DeleteExpiredSessions"), expired_before(before, limit));
}

// A second begin would be told that the first is running.
Task<Result<std::optional<std::string>>> RemoteKeys::begin(IdempotencyKey key, WallTime at) {
  v1::BeginKeyRequest out;
  *out.mutable_key() = to_proto(key);
  out.set_at_ms(ms(at));
  return get<v1::BeginKeyAnswer>(once("BeginKey"), std::move(out));
}

Task<Result<void>> RemoteKeys::finish(IdempotencyKey key, std::string answer) {
  v1::FinishKeyRequest out;
  *out.mutable_key() = to_proto(key);
  out.set_answer(std::move(answer));
  return tell(same_twice("FinishKey"), std::move(out));
}

Task<Result<void>> RemoteKeys::forget(IdempotencyKey key) {
  v1::ForgetKeyRequest out;
  *out.mutable_key() = to_proto(key);
  return tell(same_twice("ForgetKey"), std::move(out));
}

Task<Result<std::size_t>> RemoteKeys::delete_expired(WallTime before, std::size_t limit) {
  return get<v1::Count>(same_twice("DeleteExpiredKeys"), expired_before(before, limit));
}

}  // namespace gochat::rpc
