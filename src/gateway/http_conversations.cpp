// Conversations: the list, opening one, settings, and how far one has read.
#include <algorithm>

#include "gateway/http_routes.hpp"
#include "gateway/http_shapes.hpp"
#include "gateway/list_walk.hpp"
#include "protocol/http_json.hpp"

namespace gochat::gateway {
namespace {

using enum net::HttpMethod;
using protocol::JsonObject;
using Reply = Result<HttpReply>;

constexpr std::size_t read_at_once_max = 1'000;

class ConversationRoutes {
 public:
  explicit ConversationRoutes(const RouteRooms& rooms)
      : conversations_{rooms.logic.conversations}, messages_{rooms.logic.messages} {}

  // The whole list unless `limit` asks for a part of it; `cursor` is the `next` of the part before.
  Task<Reply> list(HttpCall call) {
    const auto limit = number_param(call.request, "limit", 0);
    if (!limit) co_return limit.error();
    std::optional<ListWalk> walk;
    if (const auto cursor = call.request.param("cursor")) {
      auto parsed = parse_list_cursor(*cursor);
      if (!parsed) co_return parsed.error();
      walk = std::move(*parsed);
    }
    const auto updated_after = number_param(call.request, "updatedAfter", 0);
    if (!updated_after) co_return updated_after.error();
    auto all = co_await conversations_.list(call.caller);
    if (!all) co_return all.error();
    const WallTime since = wall_time(static_cast<std::int64_t>(*updated_after));
    std::erase_if(*all, [&](const ListedConversation& one) {
      return one.conversation.left() ||
             (*updated_after && one.conversation.head.last_message_at <= since);
    });
    WalkedList list{std::move(*all), std::move(walk)};
    const auto placed = co_await list.find_places(messages_, call.caller);
    if (!placed) co_return placed.error();
    const auto page = std::move(list).page(*limit);
    co_return HttpReply{200, conversations_json(page.rows), "ok", page.next};
  }

  Task<Reply> open(HttpCall call) {
    auto body = JsonObject::parse(call.request.body);
    if (!body) co_return body.error();
    const auto peer = body->required_id({"targetUserId", "target_user_id", "toUserId", "userId"});
    if (!peer) co_return peer.error();
    auto listed = co_await conversations_.open_single(call.caller, UserId{*peer});
    if (!listed) co_return listed.error();
    co_return HttpReply{201, conversation_json(*listed)};
  }

  Task<Reply> get_one(HttpCall call) {
    auto id = parse_conversation_id(call.value(0));
    if (!id) co_return id.error();
    auto listed = co_await conversations_.get(call.caller, std::move(*id));
    if (!listed) co_return listed.error();
    co_return HttpReply{200, conversation_json(*listed)};
  }

  Task<Reply> edit(HttpCall call) {
    auto id = parse_conversation_id(call.value(0));
    if (!id) co_return id.error();
    auto body = JsonObject::parse(call.request.body);
    if (!body) co_return body.error();
    const auto muted = body->boolean({"muted"});
    if (!muted) co_return muted.error();
    const auto pinned = body->boolean({"pinned"});
    if (!pinned) co_return pinned.error();
    const auto name = body->text({"name", "groupName"});
    if (!name) co_return name.error();
    const auto avatar = body->text({"avatar"});
    if (!avatar) co_return avatar.error();
    ConversationEdit edit{*muted, *pinned, std::nullopt, std::nullopt};
    if (*name) edit.name = std::string{**name};
    if (*avatar) edit.avatar = std::string{**avatar};
    auto listed = co_await conversations_.edit(call.caller, std::move(*id), std::move(edit));
    if (!listed) co_return listed.error();
    co_return HttpReply{200, conversation_json(*listed)};
  }

  Task<Reply> mark_read(HttpCall call) {
    auto id = parse_conversation_id(call.value(0));
    if (!id) co_return id.error();
    auto body = JsonObject::parse(call.request.body);
    if (!body) co_return body.error();
    const auto seq = body->integer({"seqId", "seq_id"});
    if (!seq) co_return seq.error();
    std::optional<Seq> to;
    if (*seq) {
      if (**seq < 0) co_return refused(ErrorCode::invalid_params, "seqId is below 0");
      to = Seq{static_cast<std::uint64_t>(**seq)};
    }
    auto unread = co_await conversations_.mark_read(call.caller, std::move(*id), to);
    if (!unread) co_return unread.error();
    protocol::JsonWriter out;
    out.begin_object().member("unreadCount", *unread).end_object();
    co_return HttpReply{200, std::move(out).take()};
  }

  Task<Reply> mark_many_read(HttpCall call) {
    auto body = JsonObject::parse(call.request.body);
    if (!body) co_return body.error();
    const auto all = body->boolean({"all"});
    if (!all) co_return all.error();
    const auto named = body->texts({"conversationIds", "conversation_ids"}, read_at_once_max);
    if (!named) co_return named.error();
    if (!all->value_or(false) && !*named) {
      co_return refused(ErrorCode::invalid_params, "conversationIds or all is needed");
    }
    std::vector<ConversationId> ids;
    if (all->value_or(false)) {
      auto listed = co_await conversations_.list(call.caller);
      if (!listed) co_return listed.error();
      for (const auto& one : *listed) {
        if (one.conversation.unread() > 0) ids.push_back(one.conversation.head.id);
      }
    } else {
      for (const std::string_view text : **named) {
        auto id = parse_conversation_id(text);
        if (!id) co_return id.error();
        ids.push_back(std::move(*id));
      }
    }
    for (const ConversationId& id : ids) {
      auto unread = co_await conversations_.mark_read(call.caller, id, std::nullopt);
      if (!unread) co_return unread.error();
    }
    co_return HttpReply{200, {}, "read"};
  }

 private:
  ConversationApi& conversations_;
  MessageApi& messages_;
};

}  // namespace

void add_conversation_routes(HttpRouter& router, const RouteRooms& rooms) {
  auto it = std::make_shared<ConversationRoutes>(rooms);
  const auto add = [&](net::HttpMethod method, std::string pattern,
                       Task<Reply> (ConversationRoutes::*handler)(HttpCall), bool creates = false) {
    router.add({method, std::move(pattern), Access::anyone,
                [it, handler](HttpCall call) { return ((*it).*handler)(std::move(call)); },
                creates});
  };
  add(get, "/conversations", &ConversationRoutes::list);
  add(post, "/conversations", &ConversationRoutes::open, true);
  add(post, "/conversations/create", &ConversationRoutes::open, true);
  add(put, "/conversations/read", &ConversationRoutes::mark_many_read);
  add(get, "/conversations/{id}", &ConversationRoutes::get_one);
  add(put, "/conversations/{id}", &ConversationRoutes::edit);
  add(put, "/conversations/{id}/read", &ConversationRoutes::mark_read);
}

}  // namespace gochat::gateway
