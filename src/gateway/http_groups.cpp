// Groups and their members.
#include "gateway/http_routes.hpp"
#include "gateway/http_shapes.hpp"
#include "protocol/http_json.hpp"

namespace gochat::gateway {
namespace {

using enum net::HttpMethod;
using protocol::JsonObject;
using Reply = Result<HttpReply>;

Result<std::optional<JoinPolicy>> join_policy_of(const JsonObject& body) {
  const auto text = body.text({"joinPolicy", "join_policy"});
  if (!text) return text.error();
  if (!*text) return std::optional<JoinPolicy>{};
  if (**text == "open") return std::optional{JoinPolicy::open};
  if (**text == "invite") return std::optional{JoinPolicy::invite};
  return refused(ErrorCode::invalid_params, "joinPolicy is open or invite");
}

Result<std::optional<std::uint32_t>> max_members_of(const JsonObject& body) {
  const auto number = body.integer({"maxMembers", "max_members"});
  if (!number) return number.error();
  if (!*number) return std::optional<std::uint32_t>{};
  if (**number < 1 || **number > limits::group_members_max) {
    return refused(ErrorCode::invalid_params, "maxMembers is from 1 to 100000");
  }
  return std::optional{static_cast<std::uint32_t>(**number)};
}

std::vector<UserId> users_of(const std::vector<std::int64_t>& numbers) {
  std::vector<UserId> users;
  users.reserve(numbers.size());
  for (const auto number : numbers) users.emplace_back(number);
  return users;
}

Result<std::optional<std::string>> owned(Result<std::optional<std::string_view>> text) {
  if (!text) return text.error();
  return *text ? std::optional<std::string>{**text} : std::nullopt;
}

class GroupRoutes {
 public:
  explicit GroupRoutes(const RouteRooms& rooms)
      : groups_{rooms.logic.groups}, clock_{rooms.clock} {}

  Task<Reply> create(HttpCall call) {
    auto body = JsonObject::parse(call.request.body);
    if (!body) co_return body.error();
    auto group = new_group(*body);
    if (!group) co_return group.error();
    auto listed = co_await groups_.create(call.caller, std::move(*group));
    if (!listed) co_return listed.error();
    co_return HttpReply{201, conversation_json(*listed)};
  }

  Task<Reply> get_one(HttpCall call) {
    const auto id = id_of(call.value(0), "group id");
    if (!id) co_return id.error();
    auto group = co_await groups_.group_info(call.caller, GroupId{*id});
    if (!group) co_return group.error();
    co_return HttpReply{200, group_json(*group)};
  }

  Task<Reply> edit(HttpCall call) {
    const auto id = id_of(call.value(0), "group id");
    if (!id) co_return id.error();
    auto body = JsonObject::parse(call.request.body);
    if (!body) co_return body.error();
    auto edit = edit_of(*body);
    if (!edit) co_return edit.error();
    auto group = co_await groups_.edit_group(call.caller, GroupId{*id}, std::move(*edit));
    if (!group) co_return group.error();
    co_return HttpReply{200, group_json(*group)};
  }

  Task<Reply> disband(HttpCall call) {
    const auto id = id_of(call.value(0), "group id");
    if (!id) co_return id.error();
    auto done = co_await groups_.disband(call.caller, GroupId{*id});
    if (!done) co_return done.error();
    co_return HttpReply{200, {}, "disbanded"};
  }

  Task<Reply> join(HttpCall call) {
    const auto id = id_of(call.value(0), "group id");
    if (!id) co_return id.error();
    auto listed = co_await groups_.join(call.caller, GroupId{*id});
    if (!listed) co_return listed.error();
    co_return HttpReply{200, conversation_json(*listed)};
  }

  Task<Reply> leave(HttpCall call) {
    const auto id = id_of(call.value(0), "group id");
    if (!id) co_return id.error();
    auto done = co_await groups_.leave(call.caller, GroupId{*id});
    if (!done) co_return done.error();
    co_return HttpReply{200, {}, "left"};
  }

  Task<Reply> members(HttpCall call) {
    const auto id = id_of(call.value(0), "group id");
    if (!id) co_return id.error();
    const auto after = number_param(call.request, "cursor", 0);
    if (!after) co_return after.error();
    const auto limit = number_param(call.request, "limit", limits::members_per_request_max);
    if (!limit) co_return limit.error();
    if (*limit < 1 || *limit > limits::members_per_request_max) {
      co_return refused(ErrorCode::invalid_params, "limit is from 1 to 1000");
    }
    auto members = co_await groups_.members(call.caller, GroupId{*id},
                                            UserId{static_cast<std::int64_t>(*after)}, *limit);
    if (!members) co_return members.error();
    HttpReply reply{200, members_json(*members)};
    if (members->size() == *limit) reply.next = members->back().user.id.text();
    co_return reply;
  }

  Task<Reply> add_members(HttpCall call) {
    const auto id = id_of(call.value(0), "group id");
    if (!id) co_return id.error();
    auto body = JsonObject::parse(call.request.body);
    if (!body) co_return body.error();
    auto many = body->ids({"members", "memberIds", "userIds"}, limits::members_per_request_max);
    if (!many) co_return many.error();
    const auto one = body->id({"userId", "user_id"});
    if (!one) co_return one.error();
    std::vector<UserId> users = users_of(many->value_or(std::vector<std::int64_t>{}));
    if (*one) users.emplace_back(**one);
    if (users.empty()) co_return refused(ErrorCode::invalid_params, "members is missing");
    auto done = co_await groups_.add_members(call.caller, GroupId{*id}, std::move(users));
    if (!done) co_return done.error();
    co_return HttpReply{201, {}, "added"};
  }

  // A role (1 member, 2 admin) and or until when the member is silent.
  Task<Reply> edit_member(HttpCall call) {
    const auto id = id_of(call.value(0), "group id");
    if (!id) co_return id.error();
    const auto user = id_of(call.value(1), "user id");
    if (!user) co_return user.error();
    auto body = JsonObject::parse(call.request.body);
    if (!body) co_return body.error();
    const auto role = body->integer({"role"});
    if (!role) co_return role.error();
    const auto silent = body->integer({"mutedSeconds", "muted_seconds"});
    if (!silent) co_return silent.error();
    if (!*role && !*silent)
      co_return refused(ErrorCode::invalid_params, "role or mutedSeconds is needed");
    if (*role && **role != 1 && **role != 2) {
      co_return refused(ErrorCode::invalid_params, "role is 1 (member) or 2 (admin)");
    }
    constexpr std::int64_t silent_seconds_max = std::int64_t{366} * 24 * 3600;
    if (*silent && (**silent < 0 || **silent > silent_seconds_max)) {
      co_return refused(ErrorCode::invalid_params, "mutedSeconds is from 0 to a year");
    }
    if (*role) {
      auto done = co_await groups_.set_role(call.caller, GroupId{*id}, UserId{*user},
                                            static_cast<Role>(**role));
      if (!done) co_return done.error();
    }
    if (*silent) {
      const WallTime until =
          **silent == 0 ? WallTime{} : clock_.now() + std::chrono::seconds{**silent};
      auto done = co_await groups_.mute(call.caller, GroupId{*id}, UserId{*user}, until);
      if (!done) co_return done.error();
    }
    co_return HttpReply{200, {}, "changed"};
  }

  // Oneself: leave. Somebody else: by role.
  Task<Reply> remove_member(HttpCall call) {
    const auto id = id_of(call.value(0), "group id");
    if (!id) co_return id.error();
    const auto user = id_of(call.value(1), "user id");
    if (!user) co_return user.error();
    Result<void> done;
    if (UserId{*user} == call.caller.user) {
      done = co_await groups_.leave(call.caller, GroupId{*id});
    } else {
      done = co_await groups_.remove_member(call.caller, GroupId{*id}, UserId{*user});
    }
    if (!done) co_return done.error();
    co_return HttpReply{200, {}, "removed"};
  }

  Task<Reply> transfer(HttpCall call) {
    const auto id = id_of(call.value(0), "group id");
    if (!id) co_return id.error();
    auto body = JsonObject::parse(call.request.body);
    if (!body) co_return body.error();
    const auto to = body->required_id({"userId", "user_id", "newOwnerId"});
    if (!to) co_return to.error();
    auto done = co_await groups_.transfer(call.caller, GroupId{*id}, UserId{*to});
    if (!done) co_return done.error();
    co_return HttpReply{200, {}, "transferred"};
  }

 private:
  static Result<NewGroup> new_group(const JsonObject& body) {
    NewGroup group;
    const auto name = body.required_text({"groupName", "group_name", "name"});
    if (!name) return name.error();
    group.name = *name;
    const auto description = body.text({"description"});
    if (!description) return description.error();
    group.description = description->value_or("");
    const auto avatar = body.text({"avatar", "avatar_url"});
    if (!avatar) return avatar.error();
    group.avatar = avatar->value_or("");
    auto members =
        body.ids({"members", "memberIds", "member_ids"}, limits::members_per_request_max);
    if (!members) return members.error();
    group.members = users_of(members->value_or(std::vector<std::int64_t>{}));
    const auto policy = join_policy_of(body);
    if (!policy) return policy.error();
    group.join_policy = policy->value_or(JoinPolicy::open);
    const auto max_members = max_members_of(body);
    if (!max_members) return max_members.error();
    group.max_members = *max_members;
    const auto visible = body.boolean({"historyVisible", "history_visible"});
    if (!visible) return visible.error();
    group.history_visible = visible->value_or(false);
    return group;
  }

  static Result<GroupEdit> edit_of(const JsonObject& body) {
    GroupEdit edit;
    auto name = owned(body.text({"groupName", "group_name", "name"}));
    if (!name) return name.error();
    edit.name = std::move(*name);
    auto description = owned(body.text({"description"}));
    if (!description) return description.error();
    edit.description = std::move(*description);
    auto avatar = owned(body.text({"avatar", "avatar_url"}));
    if (!avatar) return avatar.error();
    edit.avatar = std::move(*avatar);
    const auto policy = join_policy_of(body);
    if (!policy) return policy.error();
    edit.join_policy = *policy;
    const auto visible = body.boolean({"historyVisible", "history_visible"});
    if (!visible) return visible.error();
    edit.history_visible = *visible;
    const auto max_members = max_members_of(body);
    if (!max_members) return max_members.error();
    edit.max_members = *max_members;
    return edit;
  }

  GroupApi& groups_;
  Clock& clock_;
};

}  // namespace

void add_group_routes(HttpRouter& router, const RouteRooms& rooms) {
  auto it = std::make_shared<GroupRoutes>(rooms);
  const auto add = [&](net::HttpMethod method, std::string pattern,
                       Task<Reply> (GroupRoutes::*handler)(HttpCall), bool creates = false) {
    router.add({method, std::move(pattern), Access::members,
                [it, handler](HttpCall call) { return ((*it).*handler)(std::move(call)); },
                creates});
  };
  add(post, "/groups", &GroupRoutes::create, true);
  add(post, "/groups/create", &GroupRoutes::create, true);
  add(get, "/groups/{id}", &GroupRoutes::get_one);
  add(put, "/groups/{id}", &GroupRoutes::edit);
  add(delete_, "/groups/{id}", &GroupRoutes::disband);
  add(post, "/groups/{id}/join", &GroupRoutes::join);
  add(post, "/groups/{id}/leave", &GroupRoutes::leave);
  add(post, "/groups/{id}/transfer", &GroupRoutes::transfer);
  add(get, "/groups/{id}/members", &GroupRoutes::members);
  add(post, "/groups/{id}/members", &GroupRoutes::add_members, true);
  add(put, "/groups/{id}/members/{userId}", &GroupRoutes::edit_member);
  add(delete_, "/groups/{id}/members/{userId}", &GroupRoutes::remove_member);
}

}  // namespace gochat::gateway
