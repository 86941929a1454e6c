// Conversations as each person has them, and positions.
#include "adapters/grpc/repo_subjects.hpp"

namespace gochat::rpc {
namespace {

class ConversationMethods {
 public:
  explicit ConversationMethods(const RepoParts& parts) : parts_{parts} {}

  Task<Result<v1::Changed>> create(CallContext call, v1::CreateConversationRequest in) {
    const UserId a{in.a()};
    const UserId b{in.b()};
    if (!a || !b || a == b) co_return refused(ErrorCode::invalid_params, "a, b: two people");
    LogBatch batch;
    batch.items.emplace_back(Change{single_id(a, b), change::OpenSingle{a, b}, at(in)});
    co_return shown(only<Changed>(co_await save(std::move(batch), call.deadline)));
  }

  Task<Result<v1::Conversation>> find(CallContext, v1::ConversationIdRequest in) {
    co_return shown(co_await conversations().conversation(ConversationId{in.id()}));
  }

  Task<Result<v1::UserConversation>> find_for(CallContext, v1::UserConversationRequest in) {
    co_return shown(co_await conversations().conversation_for(
        UserId{in.user_id()}, ConversationId{in.conversation_id()}));
  }

  Task<Result<v1::UserConversations>> list_for(CallContext, v1::UserIdRequest in) {
    const auto found = co_await conversations().conversations_for(UserId{in.id()});
    if (!found) co_return found.error();
    v1::UserConversations out;
    to_proto_all(*found, out.mutable_conversations(),
                 [](const UserConversation& one) { return to_proto(one); });
    co_return out;
  }

  Task<Result<v1::MaybeConversation>> single_of(CallContext, v1::PairRequest in) {
    const auto found = co_await conversations().single_of(UserId{in.a()}, UserId{in.b()});
    if (!found) co_return found.error();
    v1::MaybeConversation out;
    if (*found) *out.mutable_conversation() = to_proto(**found);
    co_return out;
  }

  Task<Result<v1::Changed>> update(CallContext call, v1::UpdateConversationRequest in) {
    Faults faults;
    LogBatch batch;
    batch.items.emplace_back(
        Change{ConversationId{in.conversation_id()}, from_proto(in.edit(), faults), at(in)});
    if (faults) co_return faults.of_request();
    co_return shown(only<Changed>(co_await save(std::move(batch), call.deadline)));
  }

  Task<Result<v1::UserMarks>> marks(CallContext, v1::UserIds in) {
    const auto found = co_await conversations().marks(ids_from_proto<UserId>(in.ids()));
    if (!found) co_return found.error();
    v1::UserMarks out;
    to_proto_all(*found, out.mutable_marks(), [](const UserMark& one) { return to_proto(one); });
    co_return out;
  }

  // An answer for each position that was given: what was read, then what was acknowledged.
  Task<Result<v1::LogAnswers>> advance(CallContext call, v1::AdvancePositionsRequest in) {
    const ConversationId conversation{in.conversation_id()};
    const UserId user{in.user_id()};
    LogBatch batch;
    if (in.has_read_seq()) {
      const change::AdvanceRead read{user, Seq{in.read_seq()}};
      batch.items.emplace_back(Change{conversation, read, at(in)});
    }
    if (in.has_ack_seq()) {
      const change::Acknowledge ack{user, SessionId{in.session_id()}, Seq{in.ack_seq()}};
      batch.items.emplace_back(Change{conversation, ack, at(in)});
    }
    if (batch.items.empty()) {
      co_return refused(ErrorCode::invalid_params, "read_seq or ack_seq must be given");
    }
    const auto answers = co_await save(std::move(batch), call.deadline);
    if (!answers) co_return answers.error();
    v1::LogAnswers out;
    to_proto_all(*answers, out.mutable_answers(),
                 [](const LogAnswer& one) { return to_proto(one); });
    co_return out;
  }

  Task<Result<v1::Positions>> positions(CallContext, v1::SessionIdRequest in) {
    const auto found = co_await conversations().acknowledged(SessionId{in.id()});
    if (!found) co_return found.error();
    v1::Positions out;
    to_proto_all(*found, out.mutable_positions(), [](const auto& one) { return to_proto(one); });
    co_return out;
  }

 private:
  Task<Result<std::vector<LogAnswer>>> save(LogBatch batch, Deadline deadline) {
    return parts_.repo.messages.save(std::move(batch), deadline);
  }
  template <class Request>
  WallTime at(const Request& in) const {
    return time_or_now(in, parts_.clock);
  }
  ConversationRepo& conversations() { return parts_.repo.conversations; }

  RepoParts parts_;
};

}  // namespace

void add_conversation_methods(MethodTable& table, const RepoParts& parts) {
  using M = ConversationMethods;
  const auto methods = std::make_shared<M>(parts);
  const auto add = [&](std::string_view name, auto act) {
    serve_as(table, {repo_service, "gochat.v1.ConversationRepo"}, {name}, handled_by(methods, act));
  };
  add("CreateConversation", &M::create);
  add("GetConversation", &M::find);
  add("GetUserConversation", &M::find_for);
  add("GetUserConversations", &M::list_for);
  add("GetSingleConversation", &M::single_of);
  add("UpdateConversation", &M::update);
  add("GetMarks", &M::marks);
  add("AdvancePositions", &M::advance);
  add("GetPositions", &M::positions);
}

}  // namespace gochat::rpc
