// The ports of logic as something that keeps what it is asked and answers samples, served by gRPC.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "adapters/grpc/logic_client.hpp"
#include "adapters/grpc/logic_service.hpp"
#include "adapters/grpc/samples_fixture.hpp"
#include "adapters/grpc/server.hpp"
#include "async/drive.hpp"

namespace gochat::rpc {

// What the ports have in common.
class Heard {
 public:
  explicit Heard(Timers& timers) : timers_{timers} {}

  Samples::Kind kind = Samples::Kind::odd;
  std::optional<Error> failure;
  Duration takes{};
  std::vector<std::string> calls;  // the method and its arguments
  std::vector<Duration> left;      // until the deadlines of sends

  template <class Answer, class... Args>
  Task<Result<Answer>> answer(std::string method, Args... args) {
    calls.push_back(std::move(method) + ((' ' + text_of(args)) + ... + std::string{}));
    return answered<Answer>();
  }
  void left_until(Deadline deadline) { left.push_back(deadline - timers_.now()); }

 private:
  template <class Answer>
  Task<Result<Answer>> answered() {
    const auto fails = failure;
    if (takes > Duration::zero()) co_await timers_.sleep(takes);
    if (fails) co_return *fails;
    if constexpr (std::is_void_v<Answer>) {
      co_return Result<void>{};
    } else {
      co_return Samples{kind}.one<Answer>();
    }
  }

  Timers& timers_;
};

class HeardAuth final : public AuthApi {
 public:
  explicit HeardAuth(Heard& heard) : heard_{heard} {}
  Task<Result<SignedIn>> sign_up(Registration r, SignInContext c) override {
    return heard_.answer<SignedIn>("sign_up", r, c);
  }
  Task<Result<SignedIn>> login(std::string name, std::string password, SignInContext c) override {
    return heard_.answer<SignedIn>("login", name, password, c);
  }
  Task<Result<SignedIn>> guest(std::string name, SignInContext c) override {
    return heard_.answer<SignedIn>("guest", name, c);
  }
  Task<Result<SignedIn>> refresh(std::string token, SignInContext c) override {
    return heard_.answer<SignedIn>("refresh", token, c);
  }
  Task<Result<void>> logout(std::string token) override {
    return heard_.answer<void>("logout", token);
  }
  Task<Result<Caller>> authenticate(std::string token) override {
    return heard_.answer<Caller>("authenticate", token);
  }
  Task<Result<void>> change_password(Caller c, std::string before, std::string after) override {
    return heard_.answer<void>("change_password", c, before, after);
  }
  Task<Result<void>> erase(Caller c, std::string password) override {
    return heard_.answer<void>("erase", c, password);
  }
  Task<Result<std::vector<Session>>> sessions(Caller c) override {
    return heard_.answer<std::vector<Session>>("sessions", c);
  }
  Task<Result<void>> revoke_session(Caller c, SessionId session) override {
    return heard_.answer<void>("revoke_session", c, session);
  }
  Task<Result<RevokedPage>> revoked_since(std::uint64_t cursor) override {
    return heard_.answer<RevokedPage>("revoked_since", cursor);
  }

 private:
  Heard& heard_;
};

class HeardPeople final : public PeopleApi {
 public:
  explicit HeardPeople(Heard& heard) : heard_{heard} {}
  using Users = std::vector<User>;
  Task<Result<User>> profile(Caller c) override { return heard_.answer<User>("profile", c); }
  Task<Result<User>> edit_profile(Caller c, ProfileEdit edit) override {
    return heard_.answer<User>("edit_profile", c, edit);
  }
  Task<Result<User>> user_by_name(Caller c, std::string name) override {
    return heard_.answer<User>("user_by_name", c, name);
  }
  Task<Result<Users>> users(std::vector<UserId> ids) override {
    return heard_.answer<Users>("users", ids);
  }
  Task<Result<Users>> search(Caller c, std::string prefix, UserId after,
                             std::size_t limit) override {
    return heard_.answer<Users>("search", c, prefix, after, limit);
  }
  Task<Result<std::vector<std::pair<UserId, bool>>>> online(Caller c) override {
    return heard_.answer<std::vector<std::pair<UserId, bool>>>("online", c);
  }
  Task<Result<void>> add_friend(Caller c, UserId user) override {
    return heard_.answer<void>("add_friend", c, user);
  }
  Task<Result<void>> remove_friend(Caller c, UserId user) override {
    return heard_.answer<void>("remove_friend", c, user);
  }
  Task<Result<Users>> friends(Caller c) override { return heard_.answer<Users>("friends", c); }
  Task<Result<void>> set_block(Caller c, UserId user, bool on) override {
    return heard_.answer<void>("set_block", c, user, on);
  }
  Task<Result<Users>> blocks(Caller c) override { return heard_.answer<Users>("blocks", c); }

 private:
  Heard& heard_;
};

class HeardMessages final : public MessageApi {
 public:
  using Pulls = std::vector<std::pair<ShownMessage, std::vector<UserId>>>;
  explicit HeardMessages(Heard& heard) : heard_{heard} {}
  Task<Result<std::string>> epoch() override { return heard_.answer<std::string>("epoch"); }
  Task<Result<History>> history(Caller c, HistoryQuery query) override {
    return heard_.answer<History>("history", c, query);
  }
  Task<Result<Pulls>> pull_for_users(ConversationId id, SeqRange range,
                                     std::vector<UserId> users) override {
    auto sampled = co_await heard_.answer<Pulls>("pull_for_users", id, range, users);
    co_return pulls.empty() ? sampled : Result<Pulls>{pulls};
  }
  Task<Result<std::vector<UserMark>>> marks(std::vector<UserId> users) override {
    return heard_.answer<std::vector<UserMark>>("marks", users);
  }
  Task<Result<std::vector<SyncedConversation>>> news(Caller c,
                                                     std::vector<SyncCursor> cursors) override {
    return heard_.answer<std::vector<SyncedConversation>>("news", c, cursors);
  }
  Task<Result<void>> recall(Caller c, MessageId id) override {
    return heard_.answer<void>("recall", c, id);
  }
  Task<Result<Message>> sent(Caller c, std::string client_msg_id) override {
    return heard_.answer<Message>("sent", c, client_msg_id);
  }

  Pulls pulls;  // in place of samples

 private:
  Heard& heard_;
};

class HeardTimeline final : public TimelineApi {
 public:
  explicit HeardTimeline(Heard& heard) : heard_{heard} {}
  Task<Result<TrackedPage>> pull(Caller c, ConversationId id, Seq after,
                                 std::size_t limit) override {
    return heard_.answer<TrackedPage>("pull", c, id, after, limit);
  }
  Task<Result<TrackedPage>> inbox(Caller c, std::vector<ConversationPosition> shown,
                                  std::size_t limit) override {
    return heard_.answer<TrackedPage>("inbox", c, shown, limit);
  }
  Task<Result<std::vector<ConversationPosition>>> missed_groups(Caller c) override {
    return heard_.answer<std::vector<ConversationPosition>>("missed_groups", c);
  }
  Task<Result<Seq>> advance(Caller c, ConversationId id, Seq to, DeliveryStatus status) override {
    return heard_.answer<Seq>("advance", c, id, to, status);
  }

 private:
  Heard& heard_;
};

class HeardConversations final : public ConversationApi {
 public:
  using Listed = ListedConversation;
  explicit HeardConversations(Heard& heard) : heard_{heard} {}
  Task<Result<std::vector<Listed>>> list(Caller c) override {
    return heard_.answer<std::vector<Listed>>("list", c);
  }
  Task<Result<Listed>> get(Caller c, ConversationId id) override {
    return heard_.answer<Listed>("get", c, id);
  }
  Task<Result<Listed>> open_single(Caller c, UserId peer) override {
    return heard_.answer<Listed>("open_single", c, peer);
  }
  Task<Result<Listed>> edit(Caller c, ConversationId id, ConversationEdit edit) override {
    return heard_.answer<Listed>("edit", c, id, edit);
  }
  Task<Result<std::uint64_t>> mark_read(Caller c, ConversationId id,
                                        std::optional<Seq> to) override {
    return heard_.answer<std::uint64_t>("mark_read", c, id, to);
  }
  Task<Result<void>> acknowledge(Caller c, ConversationId id, Seq to) override {
    return heard_.answer<void>("acknowledge", c, id, to);
  }
  Task<Result<void>> typing(Caller c, ConversationId id, bool on) override {
    return heard_.answer<void>("typing", c, id, on);
  }
  Task<Result<void>> presence(UserId user, bool online) override {
    return heard_.answer<void>("presence", user, online);
  }

 private:
  Heard& heard_;
};

class HeardGroups final : public GroupApi {
 public:
  using Listed = ListedConversation;
  explicit HeardGroups(Heard& heard) : heard_{heard} {}
  Task<Result<Listed>> create(Caller c, NewGroup group) override {
    return heard_.answer<Listed>("create", c, group);
  }
  Task<Result<Group>> group_info(Caller c, GroupId id) override {
    return heard_.answer<Group>("group_info", c, id);
  }
  Task<Result<Group>> edit_group(Caller c, GroupId id, GroupEdit edit) override {
    return heard_.answer<Group>("edit_group", c, id, edit);
  }
  Task<Result<void>> disband(Caller c, GroupId id) override {
    return heard_.answer<void>("disband", c, id);
  }
  Task<Result<Listed>> join(Caller c, GroupId id) override {
    return heard_.answer<Listed>("join", c, id);
  }
  Task<Result<void>> leave(Caller c, GroupId id) override {
    return heard_.answer<void>("leave", c, id);
  }
  Task<Result<std::vector<GroupMember>>> members(Caller c, GroupId id, UserId after,
                                                 std::size_t limit) override {
    return heard_.answer<std::vector<GroupMember>>("members", c, id, after, limit);
  }
  Task<Result<void>> add_members(Caller c, GroupId id, std::vector<UserId> users) override {
    return heard_.answer<void>("add_members", c, id, users);
  }
  Task<Result<void>> remove_member(Caller c, GroupId id, UserId user) override {
    return heard_.answer<void>("remove_member", c, id, user);
  }
  Task<Result<void>> set_role(Caller c, GroupId id, UserId user, Role role) override {
    return heard_.answer<void>("set_role", c, id, user, role);
  }
  Task<Result<void>> mute(Caller c, GroupId id, UserId user, WallTime until) override {
    return heard_.answer<void>("mute", c, id, user, until);
  }
  Task<Result<void>> transfer(Caller c, GroupId id, UserId to) override {
    return heard_.answer<void>("transfer", c, id, to);
  }

 private:
  Heard& heard_;
};

class HeardRepeats final : public RepeatApi {
 public:
  using Answer = std::optional<std::string>;
  explicit HeardRepeats(Heard& heard) : heard_{heard} {}
  Task<Result<Answer>> begin(Caller c, std::string route, std::string key,
                             std::uint64_t hash) override {
    return heard_.answer<Answer>("begin", c, route, key, hash);
  }
  Task<Result<void>> finish(Caller c, std::string route, std::string key, std::uint64_t hash,
                            Answer answer) override {
    return heard_.answer<void>("finish", c, route, key, hash, answer);
  }

 private:
  Heard& heard_;
};

class HeardSends final : public SendApi {
 public:
  explicit HeardSends(Heard& heard) : heard_{heard} {}
  Task<Result<Durability>> send(UserId sender, OutgoingMessage m, Deadline deadline) override {
    heard_.left_until(deadline);
    const auto answer = co_await heard_.answer<void>("send", sender, m.conversation, m.type,
                                                     m.content, m.client_msg_id, m.reply_to);
    if (!answer) co_return answer.error();
    co_return durability;
  }

  Durability durability = Durability::on_disk;

 private:
  Heard& heard_;
};

// An instance of the logic role.
struct LogicNode {
  LogicNode(boost::asio::io_context& context, Timers& timers, ServerOptions options = {},
            LogicServiceLimits limits = {})
      : heard{timers}, server{std::make_unique<Server>(context.get_executor(), timers, options)} {
    server->add(logic_methods(api(), sends, limits));
    if (const auto started = server->start(); !started) {
      throw std::runtime_error{started.error().detail};
    }
    server->set_serving(true);
  }
  LogicApi api() { return {auth, people, messages, conversations, groups, repeats, timeline}; }
  std::string address() const { return "127.0.0.1:" + std::to_string(server->port()); }

  Heard heard;
  HeardAuth auth{heard};
  HeardPeople people{heard};
  HeardMessages messages{heard};
  HeardTimeline timeline{heard};
  HeardConversations conversations{heard};
  HeardGroups groups{heard};
  HeardRepeats repeats{heard};
  HeardSends sends{heard};
  std::unique_ptr<Server> server;
};

}  // namespace gochat::rpc
