// What comes in from another process is judged. That everything which leaves arrives as it was, the
// suites of tests/contract show.
#include "adapters/grpc/model.hpp"

#include <gtest/gtest.h>

#include "adapters/grpc/log_model.hpp"
#include "adapters/grpc/repo_model.hpp"

namespace gochat::rpc {
namespace {

template <class Proto>
std::string fault(const Proto& in) {
  Faults faults;
  static_cast<void>(from_proto(in, faults));
  return faults ? faults.of_request().hint : "";
}

v1::Message message() {
  Message one;
  one.id = MessageId{1};
  one.content = "hello";
  return to_proto(one);
}

TEST(Model, names_the_field_that_has_an_unknown_value) {
  v1::Message in = message();
  EXPECT_EQ(fault(in), "");
  in.set_type(static_cast<v1::MessageType>(77));
  EXPECT_EQ(fault(in), "MessageType has the unknown value 77");
  in.set_type(v1::MESSAGE_TYPE_UNSPECIFIED);
  EXPECT_EQ(fault(in), "MessageType has the unknown value 0");
  EXPECT_NE(fault(v1::UserStatus{}), "");
  EXPECT_NE(fault(v1::User{}), "");
  EXPECT_NE(fault(v1::Conversation{}), "");
  EXPECT_NE(fault(v1::Event{}), "");
  EXPECT_NE(fault(v1::Group{}), "");
  EXPECT_NE(fault(v1::Membership{}), "");
}

TEST(Model, keeps_an_unknown_value_across_the_wire_and_refuses_it_there) {
  v1::Message out = message();
  out.set_type(static_cast<v1::MessageType>(3'000'000));
  v1::Message in;
  ASSERT_TRUE(in.ParseFromString(out.SerializeAsString()));
  EXPECT_EQ(fault(in), "MessageType has the unknown value 3000000");
}

TEST(Model, misses_what_must_be_there) {
  EXPECT_NE(fault(v1::LogItem{}), "");
  EXPECT_NE(fault(v1::LogAnswer{}), "");
  EXPECT_NE(fault(v1::UserConversation{}), "");
  EXPECT_NE(fault(v1::InboxAddition{}), "");
  v1::LogItem draft;
  draft.mutable_draft();
  EXPECT_NE(fault(draft), "");
  v1::LogItem change;
  change.mutable_change()->set_conversation_id("group_1");
  EXPECT_EQ(fault(change), "Change has no body that is known");
  v1::LogAnswer changed;
  changed.mutable_changed();
  EXPECT_NE(fault(changed), "");
}

TEST(Model, refuses_a_number_that_does_not_fit) {
  v1::Session session = to_proto(Session{});
  EXPECT_EQ(fault(session), "");
  session.set_revoke_code(70'000);
  EXPECT_EQ(fault(session), "revoke_code is above 65535");
}

TEST(Model, refuses_an_error_that_is_none) {
  v1::Refusal refusal;
  EXPECT_NE(fault(refusal), "");
  refusal.set_number(4'711);
  EXPECT_EQ(fault(refusal), "Refusal has the unknown number 4711");
  refusal.set_number(error_row(ErrorCode::muted).number);
  EXPECT_EQ(fault(refusal), "");
}

TEST(Model, refuses_members_in_another_order) {
  MemberList list;
  list.rows.resize(2);
  list.rows[0].user = UserId{2};
  list.rows[1].user = UserId{1};
  EXPECT_NE(fault(to_proto(list)), "");
  std::swap(list.rows[0], list.rows[1]);
  EXPECT_EQ(fault(to_proto(list)), "");
}

TEST(Model, brings_every_kind_of_change_through) {
  Group group;
  group.id = GroupId{7};
  group.name = "hikers";
  const std::vector<change::Body> bodies{
      change::OpenSingle{UserId{1}, UserId{2}},
      change::CreateGroup{group, {UserId{1}, UserId{2}}},
      change::Join{UserId{1}},
      change::Leave{UserId{1}},
      change::AddMembers{UserId{1}, {UserId{2}}},
      change::RemoveMember{UserId{1}, UserId{2}},
      change::SetRole{UserId{1}, UserId{2}, Role::admin},
      change::Mute{UserId{1}, UserId{2}, wall_time(5)},
      change::Transfer{UserId{1}, UserId{2}},
      change::Disband{UserId{1}},
      change::EditGroup{UserId{1}, "name", "", std::nullopt, JoinPolicy::invite, true, 9},
      change::Recall{UserId{1}, MessageId{2}},
      change::AdvanceRead{UserId{1}, std::nullopt},
      change::AdvanceRead{UserId{1}, Seq{0}},
      change::Acknowledge{UserId{1}, SessionId{2}, Seq{3}},
      change::EditSettings{UserId{1}, false, std::nullopt},
  };
  for (const change::Body& body : bodies) {
    const v1::LogItem out = to_proto(LogItem{Change{ConversationId{"group_7"}, body, {}}});
    Faults faults;
    const LogItem in = from_proto(out, faults);
    EXPECT_FALSE(faults);
    ASSERT_TRUE(std::holds_alternative<Change>(in));
    EXPECT_EQ(std::get<Change>(in).body.index(), body.index());
    EXPECT_EQ(to_proto(in).SerializeAsString(), out.SerializeAsString());
  }
}

}  // namespace
}  // namespace gochat::rpc
