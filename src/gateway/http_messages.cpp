// Messages: sending on the same road as the sockets, history by seq and by page, unread, recall.
#include "domain/md5.hpp"
#include "gateway/http_api.hpp"
#include "gateway/http_routes.hpp"
#include "gateway/http_shapes.hpp"
#include "protocol/http_json.hpp"

namespace gochat::gateway {
namespace {

using enum net::HttpMethod;
using protocol::JsonObject;
using Reply = Result<HttpReply>;

Result<MessageType> type_of(const JsonObject& body) {
  const auto name = body.text({"type", "messageType", "message_type"});
  if (name) return *name ? message_type(**name) : Result<MessageType>{MessageType::text};
  const auto number = body.integer({"type", "messageType", "message_type"});
  if (!number) return number.error();
  return message_type(number->value_or(1));
}

// A page's limit: 1 to 100.
Result<std::size_t> limit_of(const net::HttpRequest& request, std::string_view name) {
  const auto limit = number_param(request, name, limits::page_messages_default);
  if (!limit) return limit.error();
  if (*limit < 1 || *limit > limits::page_messages_max) {
    return refused(ErrorCode::invalid_params, std::string{name} + " is from 1 to 100");
  }
  return static_cast<std::size_t>(*limit);
}

class MessageRoutes {
 public:
  explicit MessageRoutes(const RouteRooms& rooms) : rooms_{rooms} {}

  Task<Reply> send(HttpCall call) {
    auto body = JsonObject::parse(call.request.body);
    if (!body) co_return body.error();
    auto send = send_of(call, *body);
    if (!send) co_return send.error();
    if (!send->conversation) {
      const auto peer = body->required_id({"toUserId", "to_user_id", "conversationId"});
      if (!peer) co_return peer.error();
      auto opened = co_await rooms_.logic.conversations.open_single(call.caller, UserId{*peer});
      if (!opened) co_return opened.error();
      send->conversation = opened->conversation.head.id;
    }
    if (auto admitted = rooms_.publisher.admit(call.caller.user, *send); !admitted) {
      co_return admitted.error();
    }
    co_return co_await publish(call.caller, std::move(*send));
  }

  Task<Reply> page(HttpCall call) {
    auto id = parse_conversation_id(call.value(0));
    if (!id) co_return id.error();
    const bool by_seq = call.request.param("beforeSeq") || call.request.param("afterSeq") ||
                        call.request.param("limit");
    if (by_seq) co_return co_await by_cursor(std::move(call), std::move(*id));
    const auto number = number_param(call.request, "page", 1);
    if (!number) co_return number.error();
    const auto size = limit_of(call.request, "size");
    if (!size) co_return size.error();
    if (*number < 1) co_return refused(ErrorCode::invalid_params, "page is from 1");
    auto listed = co_await rooms_.logic.conversations.get(call.caller, *id);
    if (!listed) co_return listed.error();

    // Page n is the n-th block of `size` below the newest; past the end there is nothing.
    const std::uint64_t newest = listed->conversation.last_seq().number();
    if (*number - 1 > newest / *size) co_return HttpReply{200, "[]"};
    const std::uint64_t skipped = (*number - 1) * *size;
    if (skipped >= newest) co_return HttpReply{200, "[]"};
    HistoryQuery query{.conversation = std::move(*id), .limit = *size};
    query.before = Seq{newest - skipped + 1};
    auto history = co_await rooms_.logic.messages.history(call.caller, std::move(query));
    if (!history) co_return history.error();
    co_return HttpReply{200, messages_json(history->messages)};
  }

  Task<Reply> history(HttpCall call) {
    const auto text = call.request.param("conversationId");
    if (!text) co_return refused(ErrorCode::invalid_params, "conversationId is missing");
    auto id = parse_conversation_id(*text);
    if (!id) co_return id.error();
    co_return co_await by_cursor(std::move(call), std::move(*id));
  }

  Task<Reply> unread(HttpCall call) {
    auto all = co_await rooms_.logic.conversations.list(call.caller);
    if (!all) co_return all.error();
    std::uint64_t total = 0;
    protocol::JsonWriter list;
    list.begin_array();
    for (const ListedConversation& one : *all) {
      const UserConversation& mine = one.conversation;
      const bool world_unmarked =
          mine.head.kind == ConversationKind::world && !mine.position.read_seq;
      if (mine.left() || world_unmarked || mine.unread() == 0) continue;
      total += mine.unread();
      list.begin_object()
          .member("conversationId", mine.head.id)
          .member("unreadCount", mine.unread());
      list.member("lastSeq", mine.last_seq())
          .member("readSeq", mine.position.read_seq)
          .end_object();
    }
    list.end_array();
    protocol::JsonWriter out;
    out.begin_object().member("total", total).key("conversations").raw(list.so_far()).end_object();
    co_return HttpReply{200, std::move(out).take()};
  }

  Task<Reply> recall(HttpCall call) {
    const auto id = id_of(call.value(0), "message id");
    if (!id) co_return id.error();
    auto done = co_await rooms_.logic.messages.recall(call.caller, MessageId{*id});
    if (!done) co_return done.error();
    co_return HttpReply{200, {}, "recalled"};
  }

 private:
  Result<Send> send_of(const HttpCall& call, const JsonObject& body) {
    Send send;
    send.trace = call.trace;
    // POST /conversations/{id}/messages names it in the path, POST /messages in the body.
    const auto named = body.text({"conversationId", "conversation_id"});
    if (!named) return named.error();
    const std::string_view text =
        call.values.empty() ? named->value_or("") : std::string_view{call.value(0)};
    if (!text.empty()) {
      auto id = parse_conversation_id(text);
      if (!id) return id.error();
      send.conversation = std::move(*id);
    }
    const auto type = type_of(body);
    if (!type) return type.error();
    send.type = *type;
    const auto content = body.required_text({"content"});
    if (!content) return content.error();
    send.content = *content;
    const auto client_id = body.text({"clientMsgId", "client_msg_id", "tempMessageId"});
    if (!client_id) return client_id.error();
    send.client_msg_id = client_id->value_or("");
    const auto key = idempotency_key(call.request);
    if (!key) return key.error();
    if (send.client_msg_id.empty() && !key->empty()) {
      send.client_msg_id = "key_" + md5_hex(*key);
    } else if (send.client_msg_id.empty()) {
      send.client_msg_id = call.caller.user.text() + '_' + std::to_string(ms(rooms_.clock.now())) +
                           '_' + std::to_string(rooms_.random.number() % 1'000'000'000);
    }
    const auto reply_to = body.id({"replyTo", "reply_to"});
    if (!reply_to) return reply_to.error();
    send.reply_to = MessageId{reply_to->value_or(0)};
    return send;
  }

  Task<Reply> publish(Caller caller, Send send) {
    const std::string request = rooms_.receipts.expect();
    protocol::Origin origin{rooms_.self.name, rooms_.self.boot, ConnectionId{}, request};
    auto published =
        co_await rooms_.publisher.publish(caller.user, std::move(send), std::move(origin));
    if (!published) {
      rooms_.receipts.forget(request);
      co_return published.error();
    }
    auto receipt = co_await rooms_.receipts.wait(request, rooms_.receipt_time_max);
    if (!receipt) co_return receipt.error();
    protocol::JsonWriter out;
    out.begin_object().member("messageId", receipt->message_id);
    out.member("conversationId", receipt->conversation).member("seqId", receipt->seq);
    out.member("clientMsgId", receipt->client_msg_id).member("sendTime", receipt->sent_at);
    out.member("status", "stored").member("duplicate", receipt->duplicate).end_object();
    HttpReply reply{receipt->duplicate ? 200 : 201, std::move(out).take(), "stored"};
    reply.replayed = receipt->duplicate;
    co_return reply;
  }

  Task<Reply> by_cursor(HttpCall call, ConversationId id) {
    HistoryQuery query{.conversation = std::move(id)};
    const auto limit = limit_of(call.request, "limit");
    if (!limit) co_return limit.error();
    query.limit = *limit;
    const auto before = number_param(call.request, "beforeSeq", 0);
    if (!before) co_return before.error();
    const auto after = number_param(call.request, "afterSeq", 0);
    if (!after) co_return after.error();
    const auto after_event = number_param(call.request, "afterEvent", 0);
    if (!after_event) co_return after_event.error();
    if (call.request.param("beforeSeq")) query.before = Seq{*before};
    if (call.request.param("afterSeq")) query.after = Seq{*after};
    if (call.request.param("afterEvent")) query.after_event = EventNo{*after_event};
    if (query.before && query.after) {
      co_return refused(ErrorCode::invalid_params, "beforeSeq and afterSeq exclude each other");
    }
    auto history = co_await rooms_.logic.messages.history(call.caller, std::move(query));
    if (!history) co_return history.error();
    co_return HttpReply{200, history_json(*history, rooms_.epoch)};
  }

  RouteRooms rooms_;
};

}  // namespace

void add_message_routes(HttpRouter& router, const RouteRooms& rooms) {
  auto it = std::make_shared<MessageRoutes>(rooms);
  const auto add = [&](net::HttpMethod method, std::string pattern,
                       Task<Reply> (MessageRoutes::*handler)(HttpCall)) {
    router.add({method, std::move(pattern), Access::anyone,
                [it, handler](HttpCall call) { return ((*it).*handler)(std::move(call)); }});
  };
  // A send is known by its client message id for ever, so no answer is kept for it: where it brings
  // none, its Idempotency-Key stands for it.
  add(post, "/messages", &MessageRoutes::send);
  add(post, "/messages/send", &MessageRoutes::send);
  add(post, "/conversations/{id}/messages", &MessageRoutes::send);
  add(get, "/conversations/{id}/messages", &MessageRoutes::page);
  add(get, "/messages/history", &MessageRoutes::history);
  add(get, "/messages/unread", &MessageRoutes::unread);
  add(delete_, "/messages/{id}", &MessageRoutes::recall);
}

}  // namespace gochat::gateway
