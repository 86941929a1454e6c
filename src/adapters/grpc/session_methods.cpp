// Sign-ins of devices, and the keys of repeated requests.
#include "adapters/grpc/repo_subjects.hpp"

namespace gochat::rpc {
namespace {

class SessionMethods {
 public:
  explicit SessionMethods(const RepoParts& parts) : parts_{parts} {}

  Task<Result<v1::Done>> create(CallContext, v1::CreateSessionRequest in) {
    Faults faults;
    if (!in.has_session()) faults.add("session is missing");
    Session session = from_proto(in.session(), faults);
    if (faults) co_return faults.of_request();
    co_return done(co_await sessions().create(std::move(session), in.password_version()));
  }

  Task<Result<v1::Session>> find(CallContext, v1::SessionIdRequest in) {
    co_return shown(co_await sessions().find(SessionId{in.id()}));
  }

  Task<Result<v1::Sessions>> list(CallContext, v1::UserIdRequest in) {
    const auto found = co_await sessions().list(UserId{in.id()});
    if (!found) co_return found.error();
    v1::Sessions out;
    to_proto_all(*found, out.mutable_sessions(), [](const Session& one) { return to_proto(one); });
    co_return out;
  }

  Task<Result<v1::Session>> rotate(CallContext, v1::SessionGenerationRequest in) {
    co_return shown(co_await sessions().rotate(SessionId{in.id()}, in.gen(), at(in)));
  }

  Task<Result<v1::Done>> mark_used(CallContext, v1::SessionGenerationRequest in) {
    co_return done(co_await sessions().mark_used(SessionId{in.id()}, in.gen(), at(in)));
  }

  Task<Result<v1::Count>> revoke(CallContext, v1::RevokeSessionsRequest in) {
    Faults faults;
    const RevokeQuery query = from_proto(in, faults);
    if (faults) co_return faults.of_request();
    co_return counted(co_await sessions().revoke(query, at(in)));
  }

  Task<Result<v1::RevokedPage>> revoked_since(CallContext, v1::RevokedSinceRequest in) {
    co_return shown(co_await sessions().revoked_since(in.cursor(), in.limit()));
  }

  Task<Result<v1::Count>> delete_expired(CallContext, v1::DeleteExpiredRequest in) {
    co_return counted(co_await sessions().delete_expired(wall_time(in.before_ms()), in.limit()));
  }

  Task<Result<v1::BeginKeyAnswer>> begin_key(CallContext, v1::BeginKeyRequest in) {
    Faults faults;
    const auto begun = co_await keys().begin(from_proto(in.key(), faults), at(in));
    if (!begun) co_return begun.error();
    v1::BeginKeyAnswer out;
    if (*begun) out.set_answer(**begun);
    co_return out;
  }

  Task<Result<v1::Done>> finish_key(CallContext, v1::FinishKeyRequest in) {
    Faults faults;
    co_return done(co_await keys().finish(from_proto(in.key(), faults), in.answer()));
  }

  Task<Result<v1::Done>> forget_key(CallContext, v1::ForgetKeyRequest in) {
    Faults faults;
    co_return done(co_await keys().forget(from_proto(in.key(), faults)));
  }

  Task<Result<v1::Count>> delete_expired_keys(CallContext, v1::DeleteExpiredRequest in) {
    co_return counted(co_await keys().delete_expired(wall_time(in.before_ms()), in.limit()));
  }

 private:
  static Result<v1::Count> counted(const Result<std::size_t>& result) {
    if (!result) return result.error();
    v1::Count out;
    out.set_count(*result);
    return out;
  }
  template <class Request>
  WallTime at(const Request& in) const {
    return time_or_now(in, parts_.clock);
  }
  SessionStore& sessions() { return parts_.repo.sessions; }
  IdempotencyStore& keys() { return parts_.repo.keys; }

  RepoParts parts_;
};

}  // namespace

void add_session_methods(MethodTable& table, const RepoParts& parts) {
  using M = SessionMethods;
  const auto methods = std::make_shared<M>(parts);
  const auto add = [&](std::string_view name, auto act) {
    serve_as(table, {repo_service, "gochat.v1.UserRepo"}, {name}, handled_by(methods, act));
  };
  add("CreateSession", &M::create);
  add("GetSession", &M::find);
  add("GetSessions", &M::list);
  add("RotateSession", &M::rotate);
  add("MarkSessionUsed", &M::mark_used);
  add("RevokeSessions", &M::revoke);
  add("RevokedSince", &M::revoked_since);
  add("DeleteExpiredSessions", &M::delete_expired);
  add("BeginKey", &M::begin_key);
  add("FinishKey", &M::finish_key);
  add("ForgetKey", &M::forget_key);
  add("DeleteExpiredKeys", &M::delete_expired_keys);
}

}  // namespace gochat::rpc
