// Signing up, in and out; the devices of a person.
#include <array>

#include "base/log.hpp"
#include "domain/md5.hpp"
#include "domain/siphash.hpp"
#include "gateway/handshake.hpp"
#include "gateway/http_api.hpp"
#include "gateway/http_routes.hpp"
#include "gateway/http_shapes.hpp"
#include "protocol/http_json.hpp"

namespace gochat::gateway {
namespace {

using enum net::HttpMethod;
using protocol::JsonObject;
using Reply = Result<HttpReply>;

constexpr std::size_t device_bytes_max = 200;
constexpr Duration ticket_ttl = std::chrono::seconds{30};

Result<SignInContext> context_of(const HttpCall& call, const JsonObject& body) {
  const auto wants_refresh = body.boolean({"refresh"});
  if (!wants_refresh) return wants_refresh.error();
  const auto device = body.text({"device"});
  if (!device) return device.error();
  const std::string_view agent = call.request.headers.get("User-Agent");
  return SignInContext{std::string{device->value_or(agent).substr(0, device_bytes_max)},
                       call.request.remote_address, wants_refresh->value_or(false)};
}

class AuthRoutes {
 public:
  explicit AuthRoutes(const RouteRooms& rooms)
      : auth_{rooms.logic.auth},
        repeats_{rooms.logic.repeats},
        random_{rooms.random},
        tickets_{rooms.tickets},
        witness_{rooms.witness} {}

  Task<Reply> sign_up(HttpCall call) {
    auto body = JsonObject::parse(call.request.body);
    if (!body) co_return body.error();
    const auto username = body->required_text({"username"});
    if (!username) co_return username.error();
    const auto password = body->required_text({"password"});
    if (!password) co_return password.error();
    const auto nickname = body->text({"nickname"});
    if (!nickname) co_return nickname.error();
    const auto email = body->text({"email"});
    if (!email) co_return email.error();
    auto context = context_of(call, *body);
    if (!context) co_return context.error();
    Registration registration{std::string{*username}, std::string{*password},
                              std::string{nickname->value_or("")},
                              std::string{email->value_or("")}};
    auto key = idempotency_key(call.request);
    if (!key) co_return key.error();
    if (!key->empty()) {
      co_return co_await register_once(std::move(call), std::move(*key), std::move(registration),
                                       std::move(*context));
    }
    co_return co_await register_new(std::move(call), std::move(registration), std::move(*context));
  }

  Task<Reply> login(HttpCall call) {
    auto body = JsonObject::parse(call.request.body);
    if (!body) co_return body.error();
    const auto username = body->required_text({"username"});
    if (!username) co_return username.error();
    const auto password = body->required_text({"password"});
    if (!password) co_return password.error();
    auto context = context_of(call, *body);
    if (!context) co_return context.error();
    auto signed_in =
        co_await auth_.login(std::string{*username}, std::string{*password}, std::move(*context));
    seen("login", call, signed_in);
    if (!signed_in) co_return signed_in.error();
    co_return HttpReply{200, signed_in_json(*signed_in), "signed in"};
  }

  Task<Reply> guest(HttpCall call) {
    auto body = JsonObject::parse(call.request.body);
    if (!body) co_return body.error();
    const auto name = body->text({"guestName", "guest_name", "username"});
    if (!name) co_return name.error();
    auto context = context_of(call, *body);
    if (!context) co_return context.error();
    auto signed_in = co_await auth_.guest(std::string{name->value_or("")}, std::move(*context));
    seen("guest", call, signed_in);
    if (!signed_in) co_return signed_in.error();
    co_return HttpReply{201, signed_in_json(*signed_in), "signed in as a guest"};
  }

  Task<Reply> refresh(HttpCall call) {
    auto body = JsonObject::parse(call.request.body);
    if (!body) co_return body.error();
    const auto token = body->required_text({"refreshToken", "refresh_token"});
    if (!token) co_return token.error();
    SignInContext context{{}, call.request.remote_address, true};
    auto signed_in = co_await auth_.refresh(std::string{*token}, std::move(context));
    seen("refresh", call, signed_in);
    if (!signed_in) co_return signed_in.error();
    co_return HttpReply{200, signed_in_json(*signed_in), "refreshed"};
  }

  // The existing client calls this when it was told 401: an error here would send it round in
  // circles.
  Task<Reply> logout(HttpCall call) {
    auto ended = co_await auth_.logout(bearer_token(call.request));
    static_cast<void>(ended.ok());
    co_return HttpReply{200, {}, "signed out"};
  }

  Task<Reply> ticket(HttpCall call) {
    std::array<std::uint8_t, 24> bytes{};
    random_.fill(bytes);
    std::string ticket{ticket_prefix};
    constexpr char digits[] = "0123456789abcdef";
    for (const auto byte : bytes) {
      ticket += digits[byte >> 4];
      ticket += digits[byte & 15];
    }
    auto kept = co_await tickets_.put(ticket, bearer_token(call.request), ticket_ttl);
    if (!kept) co_return kept.error();
    protocol::JsonWriter out;
    out.begin_object().member("ticket", ticket).member("expiresIn", std::int64_t{30}).end_object();
    co_return HttpReply{201, std::move(out).take(), "use it once as /ws?token="};
  }

  Task<Reply> change_password(HttpCall call) {
    auto body = JsonObject::parse(call.request.body);
    if (!body) co_return body.error();
    const auto old_password = body->required_text({"oldPassword", "old_password"});
    if (!old_password) co_return old_password.error();
    const auto new_password = body->required_text({"newPassword", "new_password"});
    if (!new_password) co_return new_password.error();
    auto done = co_await auth_.change_password(call.caller, std::string{*old_password},
                                               std::string{*new_password});
    if (!done) co_return done.error();
    co_return HttpReply{200, {}, "changed; other devices are signed out"};
  }

  Task<Reply> erase(HttpCall call) {
    auto body = JsonObject::parse(call.request.body);
    if (!body) co_return body.error();
    const auto password = body->required_text({"password"});
    if (!password) co_return password.error();
    auto done = co_await auth_.erase(call.caller, std::string{*password});
    if (!done) co_return done.error();
    co_return HttpReply{200, {}, "erased"};
  }

  Task<Reply> sessions(HttpCall call) {
    auto sessions = co_await auth_.sessions(call.caller);
    if (!sessions) co_return sessions.error();
    co_return HttpReply{200, sessions_json(*sessions, call.caller.session)};
  }

  Task<Reply> revoke_session(HttpCall call) {
    const auto id = id_of(call.value(0), "session id");
    if (!id) co_return id.error();
    auto done = co_await auth_.revoke_session(call.caller, SessionId{*id});
    if (!done) co_return done.error();
    co_return HttpReply{200, {}, "signed out"};
  }

 private:
  void seen(std::string_view way, const HttpCall& call, const Result<SignedIn>& outcome) {
    if (outcome) {
      witness_.signed_in(way, *outcome, call.trace);
    } else {
      witness_.sign_in_refused(way, outcome.error(), call.trace, call.request.remote_address);
    }
  }

  // Nobody is signed in yet, so a key belongs to the name that is asked for, and what is kept is
  // only that it was made: the password opens it again, with a session of its own.
  Task<Reply> register_once(HttpCall call, std::string key, Registration registration,
                            SignInContext context) {
    const std::string route = "POST /auth/register " + md5_hex(registration.username);
    const std::uint64_t hash = siphash({}, call.request.body);
    auto known = co_await repeats_.begin({}, route, key, hash);
    if (!known) co_return known.error();
    if (*known) {
      auto signed_in = co_await auth_.login(std::move(registration.username),
                                            std::move(registration.password), std::move(context));
      seen("login", call, signed_in);
      if (!signed_in) co_return signed_in.error();
      co_return HttpReply{201, signed_in_json(*signed_in), "registered before", {}, true};
    }
    auto reply = co_await register_new(call, std::move(registration), std::move(context));
    std::optional<std::string> made;
    if (reply) made = "made";
    if (auto kept = co_await repeats_.finish({}, route, key, hash, made); !kept) {
      log::warn("an idempotency key was not kept", {{log::Field::reason, kept.error().detail}});
    }
    co_return reply;
  }

  Task<Reply> register_new(HttpCall call, Registration registration, SignInContext context) {
    auto signed_in = co_await auth_.sign_up(std::move(registration), std::move(context));
    seen("register", call, signed_in);
    if (!signed_in) co_return signed_in.error();
    co_return HttpReply{201, signed_in_json(*signed_in), "registered"};
  }

  AuthApi& auth_;
  RepeatApi& repeats_;
  Random& random_;
  TicketStore& tickets_;
  Witness& witness_;
};

}  // namespace

void add_auth_routes(HttpRouter& router, const RouteRooms& rooms) {
  auto it = std::make_shared<AuthRoutes>(rooms);
  const auto add = [&](net::HttpMethod method, std::string pattern, Access access,
                       Task<Reply> (AuthRoutes::*handler)(HttpCall)) {
    router.add({method, std::move(pattern), access,
                [it, handler](HttpCall call) { return ((*it).*handler)(std::move(call)); }});
  };
  add(post, "/auth/register", Access::open, &AuthRoutes::sign_up);
  add(post, "/users/register", Access::open, &AuthRoutes::sign_up);
  add(post, "/auth/login", Access::open, &AuthRoutes::login);
  add(post, "/auth/guest", Access::open, &AuthRoutes::guest);
  add(post, "/auth/refresh", Access::open, &AuthRoutes::refresh);
  add(post, "/auth/logout", Access::open, &AuthRoutes::logout);
  add(post, "/auth/ticket", Access::anyone, &AuthRoutes::ticket);
  add(put, "/auth/password", Access::members, &AuthRoutes::change_password);
  add(get, "/auth/sessions", Access::anyone, &AuthRoutes::sessions);
  add(delete_, "/auth/sessions/{id}", Access::anyone, &AuthRoutes::revoke_session);
  add(delete_, "/users/me", Access::members, &AuthRoutes::erase);
}

}  // namespace gochat::gateway
