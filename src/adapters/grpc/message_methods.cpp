// Messages and whatever else the log writes as batches, and the inboxes.
#include "adapters/grpc/repo_subjects.hpp"

namespace gochat::rpc {
namespace {

class MessageMethods {
 public:
  explicit MessageMethods(const RepoParts& parts) : parts_{parts} {}

  Task<Result<v1::Epoch>> epoch(CallContext, v1::EpochRequest) {
    const auto named = co_await messages().epoch();
    if (!named) co_return named.error();
    v1::Epoch out;
    out.set_epoch(*named);
    co_return out;
  }

  Task<Result<v1::Stored>> save_one(CallContext call, v1::SaveMessageRequest in) {
    Faults faults;
    MessageDraft draft;
    if (!in.has_message()) faults.add("message is missing");
    draft.message = from_proto(in.message(), faults);
    draft.doubt = true;
    if (faults) co_return faults.of_request();
    Message& message = draft.message;
    if (auto fits = check_content(message.type, message.content); !fits) co_return fits.error();
    if (auto fits = check_client_msg_id(message.client_msg_id); !fits) co_return fits.error();
    if (!message.id) message.id = MessageId{parts_.ids.next()};
    if (in.message().sent_at_ms() == 0) message.sent_at = parts_.clock.now();
    message.content_hash =
        content_hash(message.conversation, message.type, message.content, message.reply_to);
    LogBatch batch;
    batch.items.emplace_back(std::move(draft));
    co_return shown(only<Stored>(co_await messages().save(std::move(batch), call.deadline)));
  }

  Task<Result<v1::LogAnswers>> save(CallContext call, v1::LogBatch in) {
    Faults faults;
    LogBatch batch = from_proto(in, faults);
    if (faults) co_return faults.of_request();
    const auto answers = co_await messages().save(std::move(batch), call.deadline);
    if (!answers) co_return answers.error();
    v1::LogAnswers out;
    to_proto_all(*answers, out.mutable_answers(),
                 [](const LogAnswer& one) { return to_proto(one); });
    co_return out;
  }

  Task<Result<v1::Fence>> raise_fence(CallContext, v1::RaiseFenceRequest in) {
    const auto raised = co_await messages().raise_fence(in.topic(), in.partition());
    if (!raised) co_return raised.error();
    v1::Fence out;
    out.set_fence(*raised);
    co_return out;
  }

  Task<Result<v1::MessagePage>> page(CallContext, v1::GetMessagesRequest in) {
    Faults faults;
    co_return shown(co_await messages().page(from_proto(in, faults)));
  }

  Task<Result<v1::Message>> find(CallContext, v1::MessageIdRequest in) {
    co_return shown(co_await messages().message(MessageId{in.id()}));
  }

  Task<Result<v1::MaybeMessage>> sent(CallContext, v1::SentMessageRequest in) {
    const auto found = co_await messages().sent(UserId{in.sender_id()}, in.client_msg_id());
    if (!found) co_return found.error();
    v1::MaybeMessage out;
    if (*found) *out.mutable_message() = to_proto(**found);
    co_return out;
  }

  Task<Result<v1::Events>> events(CallContext, v1::GetEventsRequest in) {
    const auto found = co_await messages().events(ConversationId{in.conversation_id()},
                                                  EventNo{in.after()}, in.limit());
    if (!found) co_return found.error();
    v1::Events out;
    to_proto_all(*found, out.mutable_events(),
                 [](const ConversationEvent& one) { return to_proto(one); });
    co_return out;
  }

  Task<Result<v1::Changed>> update_status(CallContext call, v1::UpdateMessageStatusRequest in) {
    const ConversationId conversation{in.conversation_id()};
    const UserId user{in.user_id()};
    const Seq seq{in.seq()};
    Change change{conversation, change::AdvanceRead{user, seq}, time_or_now(in, parts_.clock)};
    if (in.status() == v1::MESSAGE_STATUS_DELIVERED) {
      change.body = change::Acknowledge{user, SessionId{in.session_id()}, seq};
    } else if (in.status() == v1::MESSAGE_STATUS_RECALLED) {
      const auto message = co_await at(conversation, seq);
      if (!message) co_return message.error();
      change.body = change::Recall{user, message->id};
    } else if (in.status() != v1::MESSAGE_STATUS_READ) {
      co_return refused(ErrorCode::invalid_params, "status is none that is known");
    }
    LogBatch batch;
    batch.items.emplace_back(std::move(change));
    co_return shown(only<Changed>(co_await messages().save(std::move(batch), call.deadline)));
  }

  Task<Result<v1::Done>> add_to_inboxes(CallContext, v1::AddToInboxesRequest in) {
    Faults faults;
    auto additions = from_proto_all(in.additions(), faults);
    if (faults) co_return faults.of_request();
    co_return done(co_await inboxes().add(std::move(additions)));
  }

  Task<Result<v1::ReadInboxAnswer>> read_inbox(CallContext, v1::ReadInboxRequest in) {
    const auto kept = co_await inboxes().read(UserId{in.user_id()}, wall_time(in.not_before_ms()));
    if (!kept) co_return kept.error();
    v1::ReadInboxAnswer out;
    out.set_kept(kept->has_value());
    if (*kept) {
      to_proto_all(**kept, out.mutable_entries(),
                   [](const InboxEntry& one) { return to_proto(one); });
    }
    co_return out;
  }

  Task<Result<v1::Done>> fill_inbox(CallContext, v1::FillInboxRequest in) {
    Faults faults;
    auto entries = from_proto_all(in.entries(), faults);
    if (faults) co_return faults.of_request();
    co_return done(co_await inboxes().fill(UserId{in.user_id()}, std::move(entries)));
  }

 private:
  Task<Result<Message>> at(ConversationId conversation, Seq seq) {
    PageQuery query;
    query.conversation = std::move(conversation);
    query.before = next(seq);
    query.limit = 1;
    auto page = co_await messages().page(std::move(query));
    if (!page) co_return std::move(page).error();
    if (page->messages.empty() || page->messages.front().seq != seq) {
      co_return refused(ErrorCode::not_found, "seq");
    }
    co_return std::move(page->messages.front());
  }
  MessageRepo& messages() { return parts_.repo.messages; }
  InboxStore& inboxes() { return parts_.repo.inboxes; }

  RepoParts parts_;
};

}  // namespace

void add_message_methods(MethodTable& table, const RepoParts& parts) {
  using M = MessageMethods;
  const auto methods = std::make_shared<M>(parts);
  const auto add = [&](const std::vector<std::string_view>& names, auto act) {
    serve_as(table, {repo_service, "gochat.v1.MessageRepo"}, names, handled_by(methods, act));
  };
  add({"GetEpoch"}, &M::epoch);
  add({"SaveMessage", "CreateMessage"}, &M::save_one);
  add({"SaveMessages"}, &M::save);
  add({"RaiseFence"}, &M::raise_fence);
  add({"GetMessages"}, &M::page);
  add({"GetMessage"}, &M::find);
  add({"GetSentMessage"}, &M::sent);
  add({"GetEvents"}, &M::events);
  add({"UpdateMessageStatus"}, &M::update_status);
  add({"AddToInboxes"}, &M::add_to_inboxes);
  add({"ReadInbox"}, &M::read_inbox);
  add({"FillInbox"}, &M::fill_inbox);
}

}  // namespace gochat::rpc
