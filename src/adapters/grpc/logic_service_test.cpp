// LogicService between a client and an instance: nothing is lost on the way, and nothing is let in
// that is not what it says.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>

#include <set>

#include "adapters/grpc/logic_methods.hpp"
#include "adapters/grpc/logic_model.hpp"
#include "adapters/grpc/logic_service_fixture.hpp"
#include "gochat/v1/logic.pb.h"

namespace gochat::rpc {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(LogicServiceTest, carries_people_and_their_sign_ins_over) {
  round_trip(api_.auth, "sign_up", &AuthApi::sign_up);
  round_trip(api_.auth, "login", &AuthApi::login);
  round_trip(api_.auth, "guest", &AuthApi::guest);
  round_trip(api_.auth, "refresh", &AuthApi::refresh);
  round_trip(api_.auth, "logout", &AuthApi::logout);
  round_trip(api_.auth, "authenticate", &AuthApi::authenticate);
  round_trip(api_.auth, "change_password", &AuthApi::change_password);
  round_trip(api_.auth, "erase", &AuthApi::erase);
  round_trip(api_.auth, "sessions", &AuthApi::sessions);
  round_trip(api_.auth, "revoke_session", &AuthApi::revoke_session);
  round_trip(api_.auth, "revoked_since", &AuthApi::revoked_since);
  round_trip(api_.people, "profile", &PeopleApi::profile);
  round_trip(api_.people, "edit_profile", &PeopleApi::edit_profile);
  round_trip(api_.people, "user_by_name", &PeopleApi::user_by_name);
  round_trip(api_.people, "users", &PeopleApi::users);
  round_trip(api_.people, "search", &PeopleApi::search);
  round_trip(api_.people, "online", &PeopleApi::online);
  round_trip(api_.people, "add_friend", &PeopleApi::add_friend);
  round_trip(api_.people, "remove_friend", &PeopleApi::remove_friend);
  round_trip(api_.people, "friends", &PeopleApi::friends);
  round_trip(api_.people, "set_block", &PeopleApi::set_block);
  round_trip(api_.people, "blocks", &PeopleApi::blocks);
}

TEST_F(LogicServiceTest, carries_messages_over) {
  round_trip(api_.messages, "epoch", &MessageApi::epoch);
  round_trip(api_.messages, "history", &MessageApi::history);
  round_trip(api_.messages, "pull_for_users", &MessageApi::pull_for_users);
  round_trip(api_.messages, "marks", &MessageApi::marks);
  round_trip(api_.messages, "news", &MessageApi::news);
  round_trip(api_.messages, "recall", &MessageApi::recall);
  round_trip(api_.messages, "sent", &MessageApi::sent);
  round_trip(api_.timeline, "pull", &TimelineApi::pull);
  round_trip(api_.timeline, "inbox", &TimelineApi::inbox);
  round_trip(api_.timeline, "missed_groups", &TimelineApi::missed_groups);
  round_trip(api_.timeline, "advance", &TimelineApi::advance);
}

TEST_F(LogicServiceTest, carries_conversations_and_groups_over) {
  using Conversations = ConversationApi;
  round_trip(api_.conversations, "list", &Conversations::list);
  round_trip(api_.conversations, "get", &Conversations::get);
  round_trip(api_.conversations, "open_single", &Conversations::open_single);
  round_trip(api_.conversations, "edit", &Conversations::edit);
  round_trip(api_.conversations, "mark_read", &Conversations::mark_read);
  round_trip(api_.conversations, "acknowledge", &Conversations::acknowledge);
  round_trip(api_.conversations, "typing", &Conversations::typing);
  round_trip(api_.conversations, "presence", &Conversations::presence);
  round_trip(api_.groups, "create", &GroupApi::create);
  round_trip(api_.groups, "group_info", &GroupApi::group_info);
  round_trip(api_.groups, "edit_group", &GroupApi::edit_group);
  round_trip(api_.groups, "disband", &GroupApi::disband);
  round_trip(api_.groups, "join", &GroupApi::join);
  round_trip(api_.groups, "leave", &GroupApi::leave);
  round_trip(api_.groups, "members", &GroupApi::members);
  round_trip(api_.groups, "add_members", &GroupApi::add_members);
  round_trip(api_.groups, "remove_member", &GroupApi::remove_member);
  round_trip(api_.groups, "set_role", &GroupApi::set_role);
  round_trip(api_.groups, "mute", &GroupApi::mute);
  round_trip(api_.groups, "transfer", &GroupApi::transfer);
  round_trip(api_.repeats, "begin", &RepeatApi::begin);
  round_trip(api_.repeats, "finish", &RepeatApi::finish);
}

TEST_F(LogicServiceTest, leaves_no_group_out_of_a_pull) {
  const UserId a{1};
  const UserId b{2};
  ShownMessage shown;
  shown.message.conversation = world_id;
  node_.messages.pulls = {{shown, {a, b}}, {shown, {b}}, {shown, {}}};
  const auto pulled = run(api_.messages.pull_for_users(world_id, {Seq{1}, Seq{3}}, {b, a}));
  ASSERT_TRUE(pulled.ok());
  EXPECT_EQ(text_of(*pulled), text_of(node_.messages.pulls));
}

TEST_F(LogicServiceTest, cuts_a_pull_behind_a_message) {
  LogicNode node{context_, timers_, {}, {.pulled_bytes_max = 2'500}};
  ShownMessage shown;
  shown.message.content = std::string(1'000, 'x');
  node.messages.pulls = {{shown, {}}, {shown, {}}, {shown, {}}};
  const auto to_it = calls({node.address()});
  LogicClient client{*to_it};
  const auto pull = [&] {
    return run(client.api().messages.pull_for_users(world_id, {Seq{1}, Seq{3}}, {}));
  };
  EXPECT_THAT(*pull(), SizeIs(2));
  for (auto& [large, users] : node.messages.pulls) large.message.content.resize(10'000, 'x');
  EXPECT_THAT(*pull(), SizeIs(1));
}

TEST_F(LogicServiceTest, tells_an_error_as_the_port_does) {
  Error error = refused(ErrorCode::rate_limited, "slower, bitte schön");
  error.detail = "the bucket of 7 is empty";
  error.retry_after_ms = 1'234;
  node_.heard.failure = error;
  const auto answer = run(api_.auth.login("alice", "secret", {}));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.code(), ErrorCode::rate_limited);
  EXPECT_EQ(answer.error().hint, error.hint);
  EXPECT_EQ(answer.error().detail, error.detail);
  EXPECT_EQ(answer.error().retry_after_ms, 1'234U);
  node_.heard.failure = failed(ErrorCode::not_found, "");
  EXPECT_EQ(run(api_.groups.leave(alice_, GroupId{1})).code(), ErrorCode::not_found);
}

// --- what is not what it says

v1::MemberRoleRequest role_request(int role) {
  v1::MemberRoleRequest request;
  request.mutable_caller()->set_user_id(1);
  request.set_role(static_cast<v1::GroupRole>(role));
  return request;
}

TEST_F(LogicServiceTest, refuses_a_call_in_nobodys_name) {
  const auto answer = call<v1::Users>(logic_method::friends, v1::CallerRequest{});
  EXPECT_EQ(answer.code(), ErrorCode::invalid_params);
  EXPECT_THAT(answer.error().hint, HasSubstr("caller"));
  EXPECT_THAT(node_.heard.calls, IsEmpty());
  // Who signs up is nobody yet.
  EXPECT_TRUE(run(api_.repeats.begin(Caller{}, "POST /register", "key", 1)).ok());
  EXPECT_TRUE(run(api_.repeats.finish(Caller{}, "POST /register", "key", 1, "{}")).ok());
}

TEST_F(LogicServiceTest, refuses_a_value_that_it_does_not_know) {
  EXPECT_TRUE(call<v1::Done>(logic_method::set_role, role_request(v1::GROUP_ROLE_ADMIN)).ok());
  EXPECT_THAT(node_.heard.calls, SizeIs(1));
  for (const int unknown : {0, 4, -1}) {
    const auto answer = call<v1::Done>(logic_method::set_role, role_request(unknown));
    EXPECT_EQ(answer.code(), ErrorCode::invalid_params) << unknown;
  }
  EXPECT_THAT(node_.heard.calls, SizeIs(1));
}

TEST_F(LogicServiceTest, refuses_a_request_that_lacks_a_part) {
  const auto answer =
      call<v1::PulledMessages>(logic_method::pull_for_users, v1::PullForUsersRequest{});
  EXPECT_EQ(answer.code(), ErrorCode::invalid_params);
  EXPECT_THAT(node_.heard.calls, IsEmpty());
}

TEST_F(LogicServiceTest, refuses_bytes_that_are_no_request) {
  const auto answer = run(calls_->call(logic_method::friends, "\xff\xff\xff", timers_.now() + 5s));
  EXPECT_EQ(answer.code(), ErrorCode::invalid_params);
}

TEST_F(LogicServiceTest, does_not_believe_an_answer_that_lacks_a_part) {
  Faults faults;
  from_proto(v1::SignedIn{}, faults);
  EXPECT_EQ(faults.of_answer().code, ErrorCode::internal);
  for (const auto& incomplete :
       {std::function<void(Faults&)>{[](Faults& f) { from_proto(v1::ShownMessage{}, f); }},
        std::function<void(Faults&)>{[](Faults& f) { from_proto(v1::ListedConversation{}, f); }},
        std::function<void(Faults&)>{[](Faults& f) { from_proto(v1::SyncedConversation{}, f); }},
        std::function<void(Faults&)>{[](Faults& f) { from_proto(v1::TrackedMessage{}, f); }},
        std::function<void(Faults&)>{[](Faults& f) { from_proto(v1::GroupMember{}, f); }},
        std::function<void(Faults&)>{[](Faults& f) { from_proto(v1::Caller{}, f); }}}) {
    Faults of_it;
    incomplete(of_it);
    EXPECT_TRUE(bool{of_it});
  }
}

TEST_F(LogicServiceTest, keeps_texts_that_are_no_utf_8_at_home) {
  const std::string broken = "\xff\xfe";
  EXPECT_EQ(run(api_.people.user_by_name(alice_, broken)).code(), ErrorCode::invalid_params);
  EXPECT_EQ(run(api_.people.edit_profile(alice_, ProfileEdit{broken, {}, {}})).code(),
            ErrorCode::invalid_params);
  // As logic itself would answer: such a token was never given to anybody.
  EXPECT_EQ(run(api_.auth.authenticate(broken)).code(), ErrorCode::unauthorized);
  EXPECT_EQ(run(api_.auth.refresh(broken, {})).code(), ErrorCode::unauthorized);
  EXPECT_TRUE(run(api_.auth.logout(broken)).ok());
  EXPECT_THAT(node_.heard.calls, IsEmpty());
  // Bytes, these, and nobody minds.
  EXPECT_TRUE(run(api_.repeats.begin(alice_, broken, broken, 1)).ok());
  EXPECT_TRUE(run(api_.auth.guest("bob", SignInContext{broken, {}, false})).ok());
}

// --- sends of services

v1::SendMessageRequest hello() {
  v1::SendMessageRequest request;
  request.mutable_caller()->set_user_id(1);
  request.set_conversation_id("group_7");
  request.set_content("hello");
  request.set_client_msg_id("c-1");
  return request;
}

TEST_F(LogicServiceTest, takes_a_send_and_says_how_safe_it_is) {
  auto request = hello();
  request.set_type(v1::MESSAGE_TYPE_IMAGE);
  request.set_reply_to(9);
  auto answer = call<v1::SendMessageAnswer>(logic_method::send, request);
  ASSERT_TRUE(answer.ok());
  EXPECT_THAT(node_.heard.calls, ElementsAre("send 1 group_7 enum 2 \"hello\" \"c-1\" 9"));
  EXPECT_EQ(answer->status(), v1::SEND_STATUS_ACCEPTED);
  EXPECT_EQ(answer->conversation_id(), "group_7");
  EXPECT_EQ(answer->client_msg_id(), "c-1");
  node_.sends.durability = Durability::in_memory;
  answer = call<v1::SendMessageAnswer>(logic_method::send, hello());
  EXPECT_EQ(answer->status(), v1::SEND_STATUS_QUEUED);
}

TEST_F(LogicServiceTest, opens_the_conversation_with_whom_a_send_is_for) {
  auto request = hello();
  request.clear_conversation_id();
  request.set_to_user_id(2);
  const auto answer = call<v1::SendMessageAnswer>(logic_method::send, request);
  ASSERT_TRUE(answer.ok());
  ASSERT_THAT(node_.heard.calls, SizeIs(2));
  EXPECT_EQ(node_.heard.calls[0], "open_single {1 0 0 } 2");
  const auto opened = Samples{Samples::Kind::odd}.one<ListedConversation>().conversation.head.id;
  EXPECT_EQ(answer->conversation_id(), opened.text());
  EXPECT_THAT(node_.heard.calls[1], HasSubstr(opened.text()));
}

TEST_F(LogicServiceTest, refuses_a_send_to_nowhere_or_to_two_places) {
  auto nowhere = hello();
  nowhere.clear_conversation_id();
  auto both = hello();
  both.set_to_user_id(2);
  auto nameless = hello();
  nameless.clear_caller();
  auto odd = hello();
  odd.set_type(static_cast<v1::MessageType>(9));
  for (const auto& wrong : {nowhere, both, nameless, odd}) {
    const auto answer = call<v1::SendMessageAnswer>(logic_method::send, wrong);
    EXPECT_EQ(answer.code(), ErrorCode::invalid_params) << wrong.ShortDebugString();
  }
  EXPECT_THAT(node_.heard.calls, IsEmpty());
}

TEST_F(LogicServiceTest, gives_a_send_no_more_time_than_its_caller_has) {
  ASSERT_TRUE(
      run(calls_->unary<v1::SendMessageAnswer>(logic_method::send, hello(), timers_.now() + 3s))
          .ok());
  ASSERT_THAT(node_.heard.left, SizeIs(1));
  EXPECT_LT(node_.heard.left[0], 4s);  // gRPC rounds up
  EXPECT_GT(node_.heard.left[0], 0s);
}

}  // namespace
}  // namespace gochat::rpc
