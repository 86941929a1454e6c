#include "adapters/grpc/logic_client.hpp"

#include <string>
#include <utility>
#include <vector>

#include "adapters/grpc/auth_client.hpp"
#include "adapters/grpc/logic_calls.hpp"

namespace gochat::rpc {
namespace {

using to_logic::ask;
using to_logic::call;
using to_logic::made;
using to_logic::tell;

class PeopleClient final : public PeopleApi {
 public:
  explicit PeopleClient(Calls* calls) : calls_{calls} {}

  Task<Result<User>> profile(Caller caller) override {
    return ask<v1::User>(calls_, logic_method::profile, made<v1::CallerRequest>(caller));
  }
  Task<Result<User>> edit_profile(Caller caller, ProfileEdit edit) override {
    return ask<v1::User>(calls_, logic_method::edit_profile,
                         made<v1::EditProfileRequest>(caller, edit));
  }
  Task<Result<User>> user_by_name(Caller caller, std::string username) override {
    return ask<v1::User>(calls_, logic_method::user_by_name,
                         made<v1::NamedUserRequest>(caller, username));
  }
  Task<Result<std::vector<User>>> users(std::vector<UserId> ids) override {
    return ask<v1::Users>(calls_, logic_method::users, made<v1::UserIds>(ids));
  }
  Task<Result<std::vector<User>>> search(Caller caller, std::string prefix, UserId after,
                                         std::size_t limit) override {
    return ask<v1::Users>(calls_, logic_method::search,
                          made<v1::FindUsersRequest>(caller, prefix, after, limit));
  }
  Task<Result<std::vector<std::pair<UserId, bool>>>> online(Caller caller) override {
    return ask<v1::OnlineStatuses>(calls_, logic_method::online, made<v1::CallerRequest>(caller));
  }
  Task<Result<void>> add_friend(Caller caller, UserId user) override {
    return tell(calls_, logic_method::add_friend, made<v1::OtherUserRequest>(caller, user));
  }
  Task<Result<void>> remove_friend(Caller caller, UserId user) override {
    return tell(calls_, logic_method::remove_friend, made<v1::OtherUserRequest>(caller, user));
  }
  Task<Result<std::vector<User>>> friends(Caller caller) override {
    return ask<v1::Users>(calls_, logic_method::friends, made<v1::CallerRequest>(caller));
  }
  Task<Result<void>> set_block(Caller caller, UserId user, bool on) override {
    return tell(calls_, on ? logic_method::block : logic_method::unblock,
                made<v1::OtherUserRequest>(caller, user));
  }
  Task<Result<std::vector<User>>> blocks(Caller caller) override {
    return ask<v1::Users>(calls_, logic_method::blocks, made<v1::CallerRequest>(caller));
  }

 private:
  Calls* calls_;
};

class MessageClient final : public MessageApi {
 public:
  explicit MessageClient(Calls* calls) : calls_{calls} {}

  Task<Result<std::string>> epoch() override {
    return ask<v1::HistoryEpoch>(calls_, logic_method::epoch, made<v1::HistoryEpochRequest>());
  }
  Task<Result<History>> history(Caller caller, HistoryQuery query) override {
    return ask<v1::History>(calls_, logic_method::history, made<v1::HistoryRequest>(caller, query));
  }
  Task<Result<Pulled>> pull_for_users(ConversationId conversation, SeqRange range,
                                      std::vector<UserId> users) override {
    auto request = made<v1::PullForUsersRequest>(conversation, range, users);
    const auto answer =
        co_await call<v1::PulledMessages>(calls_, logic_method::pull_for_users, std::move(request));
    if (!answer) co_return answer.error();
    Faults faults;
    auto pulled = from_answer(*answer, std::move(users), faults);
    if (faults) co_return faults.of_answer();
    co_return pulled;
  }
  Task<Result<std::vector<UserMark>>> marks(std::vector<UserId> users) override {
    return ask<v1::UserMarks>(calls_, logic_method::marks, made<v1::UserIds>(users));
  }
  Task<Result<std::vector<SyncedConversation>>> news(Caller caller,
                                                     std::vector<SyncCursor> cursors) override {
    return ask<v1::SyncedConversations>(calls_, logic_method::news,
                                        made<v1::SyncRequest>(caller, cursors));
  }
  Task<Result<void>> recall(Caller caller, MessageId message) override {
    return tell(calls_, logic_method::recall, made<v1::RecallRequest>(caller, message));
  }
  Task<Result<Message>> sent(Caller caller, std::string client_msg_id) override {
    return ask<v1::Message>(calls_, logic_method::sent,
                            made<v1::OwnMessageRequest>(caller, client_msg_id));
  }

 private:
  Calls* calls_;
};

class TimelineClient final : public TimelineApi {
 public:
  explicit TimelineClient(Calls* calls) : calls_{calls} {}

  Task<Result<TrackedPage>> pull(Caller caller, ConversationId id, Seq after,
                                 std::size_t limit) override {
    return ask<v1::TrackedPage>(calls_, logic_method::pull,
                                made<v1::PullRequest>(caller, id, after, limit));
  }
  Task<Result<TrackedPage>> inbox(Caller caller, std::vector<ConversationPosition> shown,
                                  std::size_t limit) override {
    return ask<v1::TrackedPage>(calls_, logic_method::inbox,
                                made<v1::InboxRequest>(caller, shown, limit));
  }
  Task<Result<std::vector<ConversationPosition>>> missed_groups(Caller caller) override {
    return ask<v1::ConversationSeqs>(calls_, logic_method::missed_groups,
                                     made<v1::CallerRequest>(caller));
  }
  Task<Result<Seq>> advance(Caller caller, ConversationId id, Seq to,
                            DeliveryStatus status) override {
    return ask<v1::Position>(calls_, logic_method::advance,
                             made<v1::AdvanceRequest>(caller, id, to, status));
  }

 private:
  Calls* calls_;
};

class ConversationClient final : public ConversationApi {
 public:
  explicit ConversationClient(Calls* calls) : calls_{calls} {}

  Task<Result<std::vector<ListedConversation>>> list(Caller caller) override {
    return ask<v1::ListedConversations>(calls_, logic_method::list,
                                        made<v1::CallerRequest>(caller));
  }
  Task<Result<ListedConversation>> get(Caller caller, ConversationId id) override {
    return ask<v1::ListedConversation>(calls_, logic_method::get,
                                       made<v1::OwnConversationRequest>(caller, id));
  }
  Task<Result<ListedConversation>> open_single(Caller caller, UserId peer) override {
    return ask<v1::ListedConversation>(calls_, logic_method::open_single,
                                       made<v1::OtherUserRequest>(caller, peer));
  }
  Task<Result<ListedConversation>> edit(Caller caller, ConversationId id,
                                        ConversationEdit edit) override {
    return ask<v1::ListedConversation>(calls_, logic_method::edit,
                                       made<v1::EditConversationRequest>(caller, id, edit));
  }
  Task<Result<std::uint64_t>> mark_read(Caller caller, ConversationId id,
                                        std::optional<Seq> to) override {
    return ask<v1::Unread>(calls_, logic_method::mark_read,
                           made<v1::MarkReadRequest>(caller, id, to));
  }
  Task<Result<void>> acknowledge(Caller caller, ConversationId id, Seq to) override {
    return tell(calls_, logic_method::acknowledge, made<v1::AcknowledgeRequest>(caller, id, to));
  }
  Task<Result<void>> typing(Caller caller, ConversationId id, bool on) override {
    return tell(calls_, logic_method::typing, made<v1::TypingRequest>(caller, id, on));
  }
  Task<Result<void>> presence(UserId user, bool online) override {
    return tell(calls_, logic_method::presence, made<v1::PresenceRequest>(user, online));
  }

 private:
  Calls* calls_;
};

class GroupClient final : public GroupApi {
 public:
  explicit GroupClient(Calls* calls) : calls_{calls} {}

  Task<Result<ListedConversation>> create(Caller caller, NewGroup group) override {
    return ask<v1::ListedConversation>(calls_, logic_method::create,
                                       made<v1::NewGroupRequest>(caller, group));
  }
  Task<Result<Group>> group_info(Caller caller, GroupId id) override {
    return ask<v1::Group>(calls_, logic_method::group_info, made<v1::OwnGroupRequest>(caller, id));
  }
  Task<Result<Group>> edit_group(Caller caller, GroupId id, GroupEdit edit) override {
    return ask<v1::Group>(calls_, logic_method::edit_group,
                          made<v1::EditGroupRequest>(caller, id, edit));
  }
  Task<Result<void>> disband(Caller caller, GroupId id) override {
    return tell(calls_, logic_method::disband, made<v1::OwnGroupRequest>(caller, id));
  }
  Task<Result<ListedConversation>> join(Caller caller, GroupId id) override {
    return ask<v1::ListedConversation>(calls_, logic_method::join,
                                       made<v1::OwnGroupRequest>(caller, id));
  }
  Task<Result<void>> leave(Caller caller, GroupId id) override {
    return tell(calls_, logic_method::leave, made<v1::OwnGroupRequest>(caller, id));
  }
  Task<Result<std::vector<GroupMember>>> members(Caller caller, GroupId id, UserId after,
                                                 std::size_t limit) override {
    return ask<v1::GroupMembers>(calls_, logic_method::members,
                                 made<v1::ListMembersRequest>(caller, id, after, limit));
  }
  Task<Result<void>> add_members(Caller caller, GroupId id, std::vector<UserId> users) override {
    return tell(calls_, logic_method::add_members, made<v1::NewMembersRequest>(caller, id, users));
  }
  Task<Result<void>> remove_member(Caller caller, GroupId id, UserId user) override {
    return tell(calls_, logic_method::remove_member, made<v1::OneMemberRequest>(caller, id, user));
  }
  Task<Result<void>> set_role(Caller caller, GroupId id, UserId user, Role role) override {
    return tell(calls_, logic_method::set_role,
                made<v1::MemberRoleRequest>(caller, id, user, role));
  }
  Task<Result<void>> mute(Caller caller, GroupId id, UserId user, WallTime until) override {
    return tell(calls_, logic_method::mute, made<v1::MuteMemberRequest>(caller, id, user, until));
  }
  Task<Result<void>> transfer(Caller caller, GroupId id, UserId to) override {
    return tell(calls_, logic_method::transfer, made<v1::OneMemberRequest>(caller, id, to));
  }

 private:
  Calls* calls_;
};

class RepeatClient final : public RepeatApi {
 public:
  explicit RepeatClient(Calls* calls) : calls_{calls} {}

  Task<Result<std::optional<std::string>>> begin(Caller caller, std::string route, std::string key,
                                                 std::uint64_t body_hash) override {
    return ask<v1::RepeatAnswer>(calls_, logic_method::begin,
                                 made<v1::RepeatRequest>(caller, route, key, body_hash));
  }
  Task<Result<void>> finish(Caller caller, std::string route, std::string key,
                            std::uint64_t body_hash, std::optional<std::string> answer) override {
    return tell(calls_, logic_method::finish,
                made<v1::FinishRepeatRequest>(caller, route, key, body_hash, answer));
  }

 private:
  Calls* calls_;
};

}  // namespace

struct LogicClient::Parts {
  explicit Parts(Calls* calls)
      : auth{calls},
        people{calls},
        messages{calls},
        conversations{calls},
        groups{calls},
        repeats{calls},
        timeline{calls} {}
  to_logic::AuthClient auth;
  PeopleClient people;
  MessageClient messages;
  ConversationClient conversations;
  GroupClient groups;
  RepeatClient repeats;
  TimelineClient timeline;
};

LogicClient::LogicClient(Calls& calls) : parts_{std::make_unique<Parts>(&calls)} {}
LogicClient::~LogicClient() = default;

LogicApi LogicClient::api() {
  Parts& p = *parts_;
  return {p.auth, p.people, p.messages, p.conversations, p.groups, p.repeats, p.timeline};
}

}  // namespace gochat::rpc
