// People: profiles, search, who is online, friends and blocks.
#include "gateway/http_routes.hpp"
#include "gateway/http_shapes.hpp"
#include "protocol/http_json.hpp"

namespace gochat::gateway {
namespace {

using enum net::HttpMethod;
using protocol::JsonObject;
using Reply = Result<HttpReply>;

constexpr std::uint64_t search_results_default = 20;
constexpr std::uint64_t search_results_max = 50;

std::optional<std::string> text_of(const std::optional<std::string_view>& view) {
  return view ? std::optional<std::string>{*view} : std::nullopt;
}

class PeopleRoutes {
 public:
  explicit PeopleRoutes(const RouteRooms& rooms) : people_{rooms.logic.people} {}

  Task<Reply> profile(HttpCall call) {
    auto user = co_await people_.profile(call.caller);
    if (!user) co_return user.error();
    co_return HttpReply{200, user_json(*user, UserDetail::own)};
  }

  Task<Reply> edit_profile(HttpCall call) {
    auto body = JsonObject::parse(call.request.body);
    if (!body) co_return body.error();
    const auto nickname = body->text({"nickname"});
    if (!nickname) co_return nickname.error();
    const auto avatar = body->text({"avatar", "avatar_url"});
    if (!avatar) co_return avatar.error();
    const auto email = body->text({"email"});
    if (!email) co_return email.error();
    ProfileEdit edit{text_of(*nickname), text_of(*avatar), text_of(*email)};
    auto user = co_await people_.edit_profile(call.caller, std::move(edit));
    if (!user) co_return user.error();
    co_return HttpReply{200, user_json(*user, UserDetail::own)};
  }

  Task<Reply> by_name(HttpCall call) {
    auto user = co_await people_.user_by_name(call.caller, call.value(0));
    if (!user) co_return user.error();
    co_return HttpReply{200, user_json(*user)};
  }

  Task<Reply> search(HttpCall call) {
    const auto limit = number_param(call.request, "limit", search_results_default);
    if (!limit) co_return limit.error();
    const auto after = number_param(call.request, "cursor", 0);
    if (!after) co_return after.error();
    const auto prefix = call.request.param("q");
    if (!prefix || prefix->empty()) co_return refused(ErrorCode::invalid_params, "q is missing");
    if (*limit == 0 || *limit > search_results_max) {
      co_return refused(ErrorCode::invalid_params, "limit is from 1 to 50");
    }
    auto users = co_await people_.search(call.caller, std::string{*prefix},
                                         UserId{static_cast<std::int64_t>(*after)}, *limit);
    if (!users) co_return users.error();
    HttpReply reply{200, users_json(*users)};
    if (users->size() == *limit) reply.next = users->back().id.text();
    co_return reply;
  }

  Task<Reply> online(HttpCall call) {
    auto all = co_await people_.online(call.caller);
    if (!all) co_return all.error();
    protocol::JsonWriter out;
    out.begin_object();
    for (const auto& [user, online] : *all) out.member(user.text(), online);
    out.end_object();
    co_return HttpReply{200, std::move(out).take()};
  }

  Task<Reply> friends(HttpCall call) {
    auto users = co_await people_.friends(call.caller);
    if (!users) co_return users.error();
    co_return HttpReply{200, users_json(*users)};
  }

  Task<Reply> add_friend(HttpCall call) {
    auto body = JsonObject::parse(call.request.body);
    if (!body) co_return body.error();
    const auto id = body->required_id({"friendId", "friend_id", "userId"});
    if (!id) co_return id.error();
    auto done = co_await people_.add_friend(call.caller, UserId{*id});
    if (!done) co_return done.error();
    co_return HttpReply{201, {}, "you are friends now"};
  }

  Task<Reply> remove_friend(HttpCall call) {
    const auto id = id_of(call.value(0), "user id");
    if (!id) co_return id.error();
    auto done = co_await people_.remove_friend(call.caller, UserId{*id});
    if (!done) co_return done.error();
    co_return HttpReply{200, {}, "no longer friends"};
  }

  Task<Reply> blocks(HttpCall call) {
    auto users = co_await people_.blocks(call.caller);
    if (!users) co_return users.error();
    co_return HttpReply{200, users_json(*users)};
  }

  Task<Reply> block(HttpCall call) {
    auto body = JsonObject::parse(call.request.body);
    if (!body) co_return body.error();
    const auto id = body->required_id({"userId", "user_id"});
    if (!id) co_return id.error();
    auto done = co_await people_.set_block(call.caller, UserId{*id}, true);
    if (!done) co_return done.error();
    co_return HttpReply{201, {}, "blocked"};
  }

  Task<Reply> unblock(HttpCall call) {
    const auto id = id_of(call.value(0), "user id");
    if (!id) co_return id.error();
    auto done = co_await people_.set_block(call.caller, UserId{*id}, false);
    if (!done) co_return done.error();
    co_return HttpReply{200, {}, "no longer blocked"};
  }

 private:
  PeopleApi& people_;
};

}  // namespace

void add_people_routes(HttpRouter& router, const RouteRooms& rooms) {
  auto it = std::make_shared<PeopleRoutes>(rooms);
  const auto add = [&](net::HttpMethod method, std::string pattern, Access access,
                       Task<Reply> (PeopleRoutes::*handler)(HttpCall), bool creates = false) {
    router.add({method, std::move(pattern), access,
                [it, handler](HttpCall call) { return ((*it).*handler)(std::move(call)); },
                creates});
  };
  for (const char* path : {"/users/profile", "/users/info", "/user/info"}) {
    add(get, path, Access::anyone, &PeopleRoutes::profile);
  }
  add(put, "/users/profile", Access::anyone, &PeopleRoutes::edit_profile);
  add(get, "/users/search", Access::members, &PeopleRoutes::search);
  add(get, "/users/status/online", Access::anyone, &PeopleRoutes::online);
  add(get, "/users/{username}", Access::anyone, &PeopleRoutes::by_name);
  add(get, "/friends", Access::members, &PeopleRoutes::friends);
  add(post, "/friends", Access::members, &PeopleRoutes::add_friend, true);
  add(delete_, "/friends/{id}", Access::members, &PeopleRoutes::remove_friend);
  add(get, "/blocks", Access::members, &PeopleRoutes::blocks);
  add(post, "/blocks", Access::members, &PeopleRoutes::block, true);
  add(delete_, "/blocks/{id}", Access::members, &PeopleRoutes::unblock);
}

}  // namespace gochat::gateway
