#include "adapters/grpc/logic_service.hpp"

#include <tuple>
#include <type_traits>
#include <utility>

#include "adapters/grpc/logic_methods.hpp"
#include "adapters/grpc/logic_model.hpp"
#include "adapters/grpc/logic_requests.hpp"

namespace gochat::rpc {
namespace {

constexpr std::string_view auth_service = "gochat.v1.AuthService";
constexpr std::string_view message_service = "gochat.v1.MessageService";
constexpr std::string_view conversation_service = "gochat.v1.ConversationService";
constexpr std::string_view conversation_logic = "gochat.v1.ConversationLogic";
constexpr std::string_view group_service = "gochat.v1.GroupService";

template <class Request>
Result<Request> parsed(const std::string& bytes) {
  Request request;
  if (!request.ParseFromString(bytes)) {
    return refused(ErrorCode::invalid_params, "the request is no " + request.GetTypeName());
  }
  return request;
}

template <class Request>
auto judged(const std::string& bytes)
    -> Result<decltype(args_of(std::declval<const Request&>(), std::declval<Faults&>()))> {
  const auto request = parsed<Request>(bytes);
  if (!request) return request.error();
  Faults faults;
  auto args = args_of(*request, faults);
  if (faults) return faults.of_request();
  return args;
}

template <class Answer>
Result<std::string> encoded(const Result<Answer>& answer) {
  if (!answer) return answer.error();
  if constexpr (std::is_void_v<Answer>) {
    return v1::Done{}.SerializeAsString();
  } else {
    return to_answer(*answer).SerializeAsString();
  }
}

template <class Request, class Api, class Answer, class... Args>
Task<Result<std::string>> carry_out(Api* api, Task<Result<Answer>> (Api::*act)(Args...),
                                    std::string bytes) {
  auto args = judged<Request>(bytes);
  if (!args) co_return std::move(args).error();
  const auto answer = co_await std::apply(
      [&](auto&&... each) { return (api->*act)(std::forward<decltype(each)>(each)...); },
      *std::move(args));
  co_return encoded(answer);
}

// The methods of one port, in LogicService and in the services of its subject.
template <class Api>
class Subject {
 public:
  Subject(MethodTable& table, Api& api, std::vector<std::string_view> services)
      : table_{table}, api_{api}, services_{std::move(services)} {
    services_.push_back(logic_method::service);
  }

  template <class Request, class Answer, class... Args>
  void add(Method method, Task<Result<Answer>> (Api::*act)(Args...)) {
    serve_as(table_, services_, {method.name}, [api = &api_, act](CallContext, std::string bytes) {
      return carry_out<Request>(api, act, std::move(bytes));
    });
  }

 private:
  MethodTable& table_;
  Api& api_;
  std::vector<std::string_view> services_;
};

void add_auth(MethodTable& table, AuthApi& auth) {
  Subject<AuthApi> rows{table, auth, {auth_service}};
  rows.add<v1::RegisterRequest>(logic_method::sign_up, &AuthApi::sign_up);
  rows.add<v1::AuthenticateRequest>(logic_method::login, &AuthApi::login);
  rows.add<v1::GuestLoginRequest>(logic_method::guest, &AuthApi::guest);
  rows.add<v1::RefreshTokenRequest>(logic_method::refresh, &AuthApi::refresh);
  rows.add<v1::TokenRequest>(logic_method::logout, &AuthApi::logout);
  rows.add<v1::TokenRequest>(logic_method::authenticate, &AuthApi::authenticate);
  rows.add<v1::NewPasswordRequest>(logic_method::change_password, &AuthApi::change_password);
  rows.add<v1::EraseUserRequest>(logic_method::erase, &AuthApi::erase);
  rows.add<v1::CallerRequest>(logic_method::sessions, &AuthApi::sessions);
  rows.add<v1::OwnSessionRequest>(logic_method::revoke_session, &AuthApi::revoke_session);
  rows.add<v1::RevokedAfterRequest>(logic_method::revoked_since, &AuthApi::revoked_since);
}

template <bool on>
Task<Result<std::string>> set_block(PeopleApi* people, std::string bytes) {
  const auto args = judged<v1::OtherUserRequest>(bytes);
  if (!args) co_return args.error();
  const auto [caller, user] = *args;
  co_return encoded(co_await people->set_block(caller, user, on));
}

void add_people(MethodTable& table, PeopleApi& people) {
  Subject<PeopleApi> rows{table, people, {auth_service}};
  rows.add<v1::CallerRequest>(logic_method::profile, &PeopleApi::profile);
  rows.add<v1::EditProfileRequest>(logic_method::edit_profile, &PeopleApi::edit_profile);
  rows.add<v1::NamedUserRequest>(logic_method::user_by_name, &PeopleApi::user_by_name);
  rows.add<v1::UserIds>(logic_method::users, &PeopleApi::users);
  rows.add<v1::FindUsersRequest>(logic_method::search, &PeopleApi::search);
  rows.add<v1::CallerRequest>(logic_method::online, &PeopleApi::online);
  rows.add<v1::OtherUserRequest>(logic_method::add_friend, &PeopleApi::add_friend);
  rows.add<v1::OtherUserRequest>(logic_method::remove_friend, &PeopleApi::remove_friend);
  rows.add<v1::CallerRequest>(logic_method::friends, &PeopleApi::friends);
  rows.add<v1::CallerRequest>(logic_method::blocks, &PeopleApi::blocks);
  const auto add_block = [&](Method method, auto act) {
    serve_as(table, {logic_method::service, auth_service}, {method.name},
             [api = &people, act](CallContext, std::string bytes) {
               return act(api, std::move(bytes));
             });
  };
  add_block(logic_method::block, &set_block<true>);
  add_block(logic_method::unblock, &set_block<false>);
}

Task<Result<std::string>> pull_for_users(MessageApi* messages, std::size_t bytes_max,
                                         std::string bytes) {
  auto args = judged<v1::PullForUsersRequest>(bytes);
  if (!args) co_return std::move(args).error();
  auto& [conversation, range, users] = *args;
  const auto pulled = co_await messages->pull_for_users(std::move(conversation), range, users);
  if (!pulled) co_return pulled.error();
  co_return to_answer(*pulled, std::move(users), bytes_max).SerializeAsString();
}

Task<Result<std::string>> send(ConversationApi* conversations, SendApi* sends, CallContext call,
                               std::string bytes) {
  const auto in = parsed<v1::SendMessageRequest>(bytes);
  if (!in) co_return in.error();
  Faults faults;
  const Caller caller = from_proto(in->caller(), faults);
  OutgoingMessage message{ConversationId{in->conversation_id()},
                          MessageType::text,
                          in->content(),
                          in->client_msg_id(),
                          MessageId{in->reply_to()},
                          std::move(call.traceparent)};
  if (in->type() != v1::MESSAGE_TYPE_UNSPECIFIED) message.type = from_proto(in->type(), faults);
  if (bool{message.conversation} == (in->to_user_id() != 0)) {
    faults.add("one of conversation_id and to_user_id is needed");
  }
  if (faults) co_return faults.of_request();
  if (!message.conversation) {
    const auto opened = co_await conversations->open_single(caller, UserId{in->to_user_id()});
    if (!opened) co_return opened.error();
    message.conversation = opened->conversation.head.id;
  }
  v1::SendMessageAnswer out;
  out.set_conversation_id(message.conversation.text());
  out.set_client_msg_id(message.client_msg_id);
  const auto taken = co_await sends->send(caller.user, std::move(message), call.deadline);
  if (!taken) co_return taken.error();
  out.set_status(*taken == Durability::on_disk ? v1::SEND_STATUS_ACCEPTED : v1::SEND_STATUS_QUEUED);
  co_return out.SerializeAsString();
}

void add_messages(MethodTable& table, const LogicApi& logic, SendApi& sends,
                  LogicServiceLimits limits) {
  Subject<MessageApi> rows{table, logic.messages, {message_service}};
  rows.add<v1::HistoryEpochRequest>(logic_method::epoch, &MessageApi::epoch);
  rows.add<v1::HistoryRequest>(logic_method::history, &MessageApi::history);
  rows.add<v1::UserIds>(logic_method::marks, &MessageApi::marks);
  rows.add<v1::SyncRequest>(logic_method::news, &MessageApi::news);
  rows.add<v1::RecallRequest>(logic_method::recall, &MessageApi::recall);
  rows.add<v1::OwnMessageRequest>(logic_method::sent, &MessageApi::sent);
  Subject<TimelineApi> timeline{table, logic.timeline, {message_service}};
  timeline.add<v1::PullRequest>(logic_method::pull, &TimelineApi::pull);
  timeline.add<v1::InboxRequest>(logic_method::inbox, &TimelineApi::inbox);
  timeline.add<v1::CallerRequest>(logic_method::missed_groups, &TimelineApi::missed_groups);
  timeline.add<v1::AdvanceRequest>(logic_method::advance, &TimelineApi::advance);
  const std::vector<std::string_view> services{logic_method::service, message_service};
  serve_as(table, services, {logic_method::pull_for_users.name},
           [api = &logic.messages, max = limits.pulled_bytes_max](CallContext, std::string bytes) {
             return pull_for_users(api, max, std::move(bytes));
           });
  serve_as(table, services, {logic_method::send.name},
           [api = &logic.conversations, to = &sends](CallContext call, std::string bytes) {
             return send(api, to, std::move(call), std::move(bytes));
           });
}

void add_conversations(MethodTable& table, ConversationApi& conversations) {
  using Api = ConversationApi;
  Subject<Api> rows{table, conversations, {conversation_service, conversation_logic}};
  rows.add<v1::OtherUserRequest>(logic_method::open_single, &Api::open_single);
  rows.add<v1::CallerRequest>(logic_method::list, &Api::list);
  rows.add<v1::OwnConversationRequest>(logic_method::get, &Api::get);
  rows.add<v1::EditConversationRequest>(logic_method::edit, &Api::edit);
  rows.add<v1::TypingRequest>(logic_method::typing, &Api::typing);
  rows.add<v1::PresenceRequest>(logic_method::presence, &Api::presence);
  // How far somebody is, is a matter of messages as well.
  Subject<Api> shared{
      table, conversations, {conversation_service, conversation_logic, message_service}};
  shared.add<v1::MarkReadRequest>(logic_method::mark_read, &Api::mark_read);
  shared.add<v1::MarkReadRequest>(logic_method::mark_conversation_read, &Api::mark_read);
  shared.add<v1::AcknowledgeRequest>(logic_method::acknowledge, &Api::acknowledge);
}

void add_groups(MethodTable& table, GroupApi& groups) {
  Subject<GroupApi> rows{table, groups, {group_service}};
  rows.add<v1::NewGroupRequest>(logic_method::create, &GroupApi::create);
  rows.add<v1::OwnGroupRequest>(logic_method::group_info, &GroupApi::group_info);
  rows.add<v1::EditGroupRequest>(logic_method::edit_group, &GroupApi::edit_group);
  rows.add<v1::OwnGroupRequest>(logic_method::disband, &GroupApi::disband);
  rows.add<v1::OwnGroupRequest>(logic_method::join, &GroupApi::join);
  rows.add<v1::OwnGroupRequest>(logic_method::leave, &GroupApi::leave);
  rows.add<v1::ListMembersRequest>(logic_method::members, &GroupApi::members);
  rows.add<v1::NewMembersRequest>(logic_method::add_members, &GroupApi::add_members);
  rows.add<v1::OneMemberRequest>(logic_method::remove_member, &GroupApi::remove_member);
  rows.add<v1::MemberRoleRequest>(logic_method::set_role, &GroupApi::set_role);
  rows.add<v1::MuteMemberRequest>(logic_method::mute, &GroupApi::mute);
  rows.add<v1::OneMemberRequest>(logic_method::transfer, &GroupApi::transfer);
}

void add_repeats(MethodTable& table, RepeatApi& repeats) {
  Subject<RepeatApi> rows{table, repeats, {}};
  rows.add<v1::RepeatRequest>(logic_method::begin, &RepeatApi::begin);
  rows.add<v1::FinishRepeatRequest>(logic_method::finish, &RepeatApi::finish);
}

}  // namespace

MethodTable logic_methods(const LogicApi& logic, SendApi& sends, LogicServiceLimits limits) {
  MethodTable table;
  add_auth(table, logic.auth);
  add_people(table, logic.people);
  add_messages(table, logic, sends, limits);
  add_conversations(table, logic.conversations);
  add_groups(table, logic.groups);
  add_repeats(table, logic.repeats);
  return table;
}

}  // namespace gochat::rpc
