#include "logic/sign_in.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/network.hpp"
#include "domain/limits.hpp"
#include "logic/password_rules.hpp"
#include "logic/token_rotation.hpp"

namespace gochat::logic {

namespace {

constexpr std::uint32_t first_gen = 1;
constexpr std::size_t device_code_points_max = 100;
constexpr std::size_t revoked_page_max = 1'000;
// 32^10 invented guest names: two that meet are refused by the store and drawn again.
constexpr std::size_t guest_name_letters = 10;
constexpr int guest_name_draws = 3;

// One answer for every wrong pair of name and password: which of the two was wrong is nobody's
// business.
Error wrong_password() { return refused(ErrorCode::unauthorized, "username or password is wrong"); }
Error signed_out() { return refused(ErrorCode::unauthorized, "sign in again"); }

std::string guest_username(Random& random) {
  constexpr std::string_view letters = "abcdefghijkmnpqrstuvwxyz23456789";
  static_assert(letters.size() == 32);
  std::array<std::uint8_t, guest_name_letters> drawn{};
  random.fill(drawn);
  std::string name = "guest_";
  for (const auto byte : drawn) name += letters[byte % letters.size()];
  return name;
}

TryPolicy try_policy(std::uint32_t free, Duration longest) {
  TryPolicy policy{.free = free, .delay_max = longest};
  // A wait beyond the while that forgives everything would end with it.
  policy.forgiven_after = std::max<Duration>(policy.forgiven_after, 2 * longest);
  return policy;
}

// What a client calls itself is shown in a list and decides nothing, so it is cut, not refused.
std::string device_name(const std::string& device) {
  auto line = clean_line(device, "device", device_code_points_max);
  return line ? *std::move(line) : std::string{};
}

}  // namespace

SignIn::SignIn(const Needs& needs, const Options& options, SessionTrust& trust, PeopleCache& people,
               Changes& changes)
    : repo_{needs.repo},
      tokens_{needs.tokens},
      clock_{needs.clock},
      random_{needs.random},
      ids_{needs.ids},
      options_{options},
      trust_{trust},
      people_{people},
      changes_{changes},
      tries_{needs.tries},
      sign_ups_{needs.limiter, "limits.sign_ups_per_hour", options.sign_ups},
      guest_visits_{needs.limiter, "limits.guests_per_hour", options.guest_visits} {}

SignedIn SignIn::signed_in(User user, Session session, bool refreshes) const {
  const auto now = clock_.now();
  // A token never outlives its session.
  const auto life = std::min<std::chrono::milliseconds>(
      refreshes ? options_.short_token_life : options_.session_life, session.expires_at - now);
  SignedIn answer;
  answer.token = tokens_.sign({user.id, session.id, session.gen, user.is_guest, now, now + life});
  answer.expires_in_seconds = std::chrono::floor<std::chrono::seconds>(life).count();
  if (refreshes) answer.refresh_token = tokens_.refresh_token(session.id, session.gen);
  answer.user = std::move(user);
  answer.session = std::move(session);
  return answer;
}

Task<Result<SignedIn>> SignIn::open_session(User user, SignInContext context) {
  const auto now = clock_.now();
  const bool refreshes = context.wants_refresh || !options_.long_tokens;
  Session session;
  session.id = SessionId{ids_.next()};
  session.user = user.id;
  session.device = device_name(context.device);
  session.gen = first_gen;
  session.rotated_at = now;
  session.created_at = now;
  session.last_seen_at = now;
  session.expires_at = now + (refreshes ? options_.refreshed_session_life : options_.session_life);
  // The store refuses it if the password or the account's standing changed since they were read.
  auto created = co_await repo_.sessions.create(session, user.password_version);
  if (!created) co_return created.error();
  co_return signed_in(std::move(user), std::move(session), refreshes);
}

Task<Result<SignedIn>> SignIn::sign_up(Registration wanted, SignInContext context) {
  if (!options_.registration_open) {
    co_return refused(ErrorCode::forbidden, "registration is closed");
  }
  if (const auto key = username_key(wanted.username); !key) co_return key.error();
  if (const auto fits = check_new_password(wanted.password, options_); !fits) {
    co_return fits.error();
  }
  auto nickname = clean_line(wanted.nickname, "nickname", limits::nickname_code_points_max);
  if (!nickname) co_return nickname.error();
  if (const auto fits = check_email(wanted.email); !fits) co_return fits.error();
  if (const auto may = co_await sign_ups_.admit(context.address); !may) co_return may.error();
  CreateUser create;
  create.id = UserId{ids_.next()};
  create.username = std::move(wanted.username);
  create.nickname = *std::move(nickname);
  create.email = std::move(wanted.email);
  create.password = std::move(wanted.password);
  create.at = clock_.now();
  auto user = co_await repo_.users.create_user(std::move(create));
  if (!user) co_return user.error();
  co_return co_await open_session(*std::move(user), std::move(context));
}

Task<Result<SignedIn>> SignIn::guest(std::string name, SignInContext context) {
  if (!options_.guests) co_return refused(ErrorCode::forbidden, "guests are not let in");
  auto nickname = clean_line(name, "guestName", limits::nickname_code_points_max);
  if (!nickname) co_return nickname.error();
  if (const auto may = co_await guest_visits_.admit(context.address); !may) co_return may.error();
  for (int draw = 0; draw < guest_name_draws; ++draw) {
    CreateUser create;
    create.id = UserId{ids_.next()};
    create.username = guest_username(random_);
    create.nickname = *nickname;
    create.is_guest = true;
    create.at = clock_.now();
    auto user = co_await repo_.users.create_user(std::move(create));
    if (user) co_return co_await open_session(*std::move(user), std::move(context));
    if (user.code() != ErrorCode::conflict) co_return user.error();
  }
  co_return failed(ErrorCode::unavailable, "no free guest name was drawn");
}

Task<Result<User>> SignIn::prove(std::string username, std::string password, std::string address) {
  // Counted under the name as it is unique, so that spellings of one name share their tries.
  auto key = username_key(username);
  const std::string by_account = "login:account:" + (key ? *std::move(key) : std::string{});
  const std::string by_address = "login:address:" + std::move(address);
  const Duration longest = options_.failed_login_delay_max;
  const auto of_account = try_policy(options_.failed_logins_free_per_account, longest);
  const auto of_address = try_policy(options_.failed_logins_free_per_address, longest);
  if (const auto may = co_await tries_.admit(by_address, of_address); !may) co_return may.error();
  if (const auto may = co_await tries_.admit(by_account, of_account); !may) {
    co_await tries_.take_back(by_address);
    co_return may.error();
  }
  auto verified = co_await repo_.users.verify_password(std::move(username), std::move(password));
  if (!verified) {
    co_await tries_.take_back(by_account);
    co_await tries_.take_back(by_address);
    co_return verified.error();
  }
  if (!verified->matches || verified->user.status == UserStatus::erased) co_return wrong_password();
  co_await tries_.forgive(by_account);
  co_await tries_.take_back(by_address);
  // Told to those alone who know the password.
  if (verified->user.status == UserStatus::disabled) {
    co_return refused(ErrorCode::forbidden, "this account is disabled");
  }
  co_return std::move(verified->user);
}

Task<Result<SignedIn>> SignIn::login(std::string username, std::string password,
                                     SignInContext context) {
  auto user =
      co_await prove(std::move(username), std::move(password), address_key(context.address));
  if (!user) co_return user.error();
  co_return co_await open_session(*std::move(user), std::move(context));
}

Task<Result<User>> SignIn::active_user(UserId id) {
  const std::vector<UserId> one{id};
  auto found = co_await repo_.users.users(one);
  if (!found) co_return found.error();
  if (found->empty() || found->front().status != UserStatus::active) co_return signed_out();
  co_return std::move(found->front());
}

Task<Result<Session>> SignIn::rotated(TokenSigner::Refresh refresh) {
  // Of two that rotate at once one loses, and sees on its second look what the other made.
  for (int look = 0; look < 2; ++look) {
    auto session = co_await repo_.sessions.find(refresh.session);
    if (session.code() == ErrorCode::not_found) co_return signed_out();
    if (!session) co_return session.error();
    const auto now = clock_.now();
    switch (rotation_step(*session, refresh.gen, now)) {
      case RotationStep::refuse:
        co_return signed_out();
      case RotationStep::answer_again:
        co_return session;
      case RotationStep::revoke: {
        const RevokeQuery stolen{session->user, session->id, std::nullopt, close_revoked};
        const auto revoked = co_await repo_.sessions.revoke(stolen, now);
        if (!revoked) co_return revoked.error();
        trust_.revoked(session->id);
        co_return signed_out();
      }
      case RotationStep::rotate: {
        auto next = co_await repo_.sessions.rotate(session->id, session->gen, now);
        if (next.code() == ErrorCode::conflict) continue;
        if (next) trust_.forget(next->id);
        co_return next;
      }
    }
  }
  co_return failed(ErrorCode::unavailable, "two rotations lost against others");
}

Task<Result<SignedIn>> SignIn::refresh(std::string refresh_token, SignInContext) {
  const auto claimed = tokens_.verify_refresh(refresh_token);
  if (!claimed) co_return signed_out();
  auto session = co_await rotated(*claimed);
  if (!session) co_return session.error();
  auto user = co_await active_user(session->user);
  if (!user) co_return user.error();
  co_return signed_in(*std::move(user), *std::move(session), true);
}

Task<Result<void>> SignIn::logout(std::string token) {
  const auto claims = tokens_.verify(token, clock_.now());
  if (!claims) co_return Result<void>{};
  const auto session = co_await trust_.alive(claims->session);
  const bool over = session.code() == ErrorCode::unauthorized;
  if (over || (session && session->user != claims->user)) co_return Result<void>{};
  if (!session) co_return session.error();
  const RevokeQuery one{claims->user, claims->session, std::nullopt, close_revoked};
  trust_.revoked(claims->session);
  const auto revoked = co_await repo_.sessions.revoke(one, clock_.now());
  if (!revoked && revoked.code() != ErrorCode::not_found) co_return revoked.error();
  co_return Result<void>{};
}

Task<Result<Caller>> SignIn::authenticate(std::string token) {
  const auto claims = tokens_.verify(token, clock_.now());
  if (!claims) co_return claims.error();
  const auto session = co_await trust_.alive(claims->session);
  if (!session) co_return session.error();
  if (session->user != claims->user) co_return signed_out();
  // The first token of a new generation shows that its client has it, and the one before is worth
  // nothing any more. The first generation has none before it.
  const bool news = claims->gen == session->gen && session->gen != first_gen && !session->gen_used;
  if (news) {
    const auto marked = co_await repo_.sessions.mark_used(session->id, session->gen, clock_.now());
    if (marked) trust_.forget(session->id);
  }
  co_return Caller{claims->user, claims->session, claims->is_guest};
}

Task<Result<User>> SignIn::own_account(Caller caller, std::string password) {
  if (caller.is_guest) co_return refused(ErrorCode::forbidden, "a guest has no password");
  auto user = co_await active_user(caller.user);
  if (!user) co_return user.error();
  // By session: whoever holds a stolen token must not guess the password through it either.
  auto proved =
      co_await prove(user->username, std::move(password), "session:" + caller.session.text());
  if (proved.code() == ErrorCode::unauthorized) {
    co_return refused(ErrorCode::forbidden, "the password is wrong");
  }
  co_return proved;
}

Task<Result<void>> SignIn::change_password(Caller caller, std::string old_password,
                                           std::string new_password) {
  if (const auto fits = check_new_password(new_password, options_); !fits) {
    co_return fits.error();
  }
  const auto user = co_await own_account(caller, std::move(old_password));
  if (!user) co_return user.error();
  auto changed =
      co_await repo_.users.change_password(caller.user, std::move(new_password), clock_.now());
  if (!changed) co_return changed.error();
  co_return co_await revoke({caller.user, std::nullopt, caller.session, close_revoked});
}

Task<Result<void>> SignIn::revoke(RevokeQuery query) {
  const auto revoked = co_await trust_.revoke(query);
  co_return revoked ? Result<void>{} : Result<void>{revoked.error()};
}

Task<Result<void>> SignIn::end_memberships(Caller caller) {
  const auto own = co_await repo_.conversations.conversations_for(caller.user);
  if (!own) co_return own.error();
  const auto in_group = [](const UserConversation& one) {
    return one.head.kind == ConversationKind::group && one.membership && !one.left();
  };
  for (const UserConversation& one : *own) {
    if (in_group(one) && one.membership->role == Role::owner) {
      co_return refused(ErrorCode::conflict, "hand over or disband your groups first");
    }
  }
  for (const UserConversation& one : *own) {
    if (!in_group(one)) continue;
    const auto left = co_await changes_.apply(one.head.id, change::Leave{caller.user});
    if (!left && left.code() != ErrorCode::not_a_member) co_return left.error();
  }
  co_return Result<void>{};
}

// Each step may be repeated, and the account stays usable until the last ones: whoever is
// interrupted tries again.
Task<Result<void>> SignIn::erase(Caller caller, std::string password) {
  const auto user = co_await own_account(caller, std::move(password));
  if (!user) co_return user.error();
  auto ended = co_await end_memberships(caller);
  if (!ended) co_return ended;
  const ProfileEdit blank{std::string{}, std::string{}, std::string{}};
  const auto blanked = co_await repo_.users.edit_user(caller.user, blank, clock_.now());
  if (!blanked) co_return blanked.error();
  auto erased = co_await repo_.users.set_user_status(caller.user, UserStatus::erased, clock_.now());
  people_.forget(caller.user);
  if (!erased) co_return erased;
  co_return co_await revoke({caller.user, std::nullopt, std::nullopt, close_account_ended});
}

Task<Result<std::vector<Session>>> SignIn::sessions(Caller caller) {
  auto all = co_await repo_.sessions.list(caller.user);
  if (!all) co_return all.error();
  const auto now = clock_.now();
  std::erase_if(*all, [now](const Session& s) { return s.revoked || s.expires_at <= now; });
  co_return all;
}

Task<Result<void>> SignIn::revoke_session(Caller caller, SessionId id) {
  const auto session = co_await repo_.sessions.find(id);
  const bool theirs = session && session->user == caller.user;
  if (!theirs && (session || session.code() == ErrorCode::not_found)) {
    co_return refused(ErrorCode::not_found, "this session does not exist");
  }
  if (!session) co_return session.error();
  const RevokeQuery one{caller.user, id, std::nullopt, close_revoked};
  const auto revoked = co_await repo_.sessions.revoke(one, clock_.now());
  if (!revoked) co_return revoked.error();
  trust_.revoked(id);
  co_return Result<void>{};
}

Task<Result<RevokedPage>> SignIn::revoked_since(std::uint64_t cursor) {
  return repo_.sessions.revoked_since(cursor, revoked_page_max);
}

}  // namespace gochat::logic
