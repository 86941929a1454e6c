// Which services and methods the logic role has.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <set>

#include "adapters/grpc/logic_fixture.hpp"
#include "adapters/grpc/reflection_fixture.hpp"
#include "gochat/v1/logic.pb.h"

namespace gochat::rpc {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsSubsetOf;
using ::testing::UnorderedElementsAreArray;

using Names = std::vector<std::string>;

// What every other part and every script of an operator relies on.
const Names agreed{"Register",
                   "Authenticate",
                   "GuestLogin",
                   "RefreshToken",
                   "Logout",
                   "ValidateToken",
                   "GetUserProfile",
                   "UpdateUserProfile",
                   "SearchUsers",
                   "RevokedSince",
                   "SendMessage",
                   "GetMessageHistory",
                   "PullMessages",
                   "PullForUsers",
                   "Marks",
                   "Sync",
                   "RecallMessage",
                   "MarkMessageRead",
                   "MarkConversationAsRead",
                   "AckMessages",
                   "CreateConversation",
                   "GetConversations",
                   "UpdateConversation",
                   "CreateGroup",
                   "GetGroupInfo",
                   "UpdateGroup",
                   "JoinGroup",
                   "LeaveGroup",
                   "AddGroupMember",
                   "RemoveGroupMember",
                   "SetMemberRole",
                   "TransferGroup",
                   "DisbandGroup",
                   "ChangePassword",
                   "EraseUser",
                   "ListSessions",
                   "RevokeSession",
                   "GetOnlineStatus",
                   "AddFriend",
                   "RemoveFriend",
                   "GetFriends",
                   "BlockUser",
                   "UnblockUser",
                   "GetBlocks"};

const google::protobuf::FileDescriptor& file() { return *v1::Caller::descriptor()->file(); }

Names methods_of(const std::string& service) {
  const auto* found = file().FindServiceByName(service);
  Names names;
  for (int n = 0; found && n < found->method_count(); ++n) {
    names.push_back(found->method(n)->name());
  }
  return names;
}

class LogicServicesTest : public ::testing::Test {
 protected:
  boost::asio::io_context context_;
  SteadyTimers timers_{context_};
};

TEST_F(LogicServicesTest, have_every_method_that_was_agreed) {
  EXPECT_THAT(agreed, IsSubsetOf(methods_of("LogicService")));
}

TEST_F(LogicServicesTest, are_logic_service_by_subject) {
  Names services;
  for (int n = 0; n < file().service_count(); ++n) services.push_back(file().service(n)->name());
  EXPECT_THAT(services, UnorderedElementsAreArray({"LogicService", "AuthService", "MessageService",
                                                   "ConversationService", "ConversationLogic",
                                                   "GroupService"}));
  for (const std::string& service : services) {
    EXPECT_THAT(methods_of(service), IsSubsetOf(methods_of("LogicService"))) << service;
  }
  EXPECT_EQ(methods_of("ConversationLogic"), methods_of("ConversationService"));
  EXPECT_THAT(methods_of("AuthService"), Contains("ValidateToken"));
  EXPECT_THAT(methods_of("GroupService"), Contains("CreateGroup"));
  EXPECT_THAT(methods_of("MessageService"), Contains("SendMessage"));
  for (const auto& either : {"MarkMessageRead", "MarkConversationAsRead"}) {
    EXPECT_THAT(methods_of("MessageService"), Contains(either));
    EXPECT_THAT(methods_of("ConversationLogic"), Contains(either));
  }
}

// A method takes and answers the same under each of its services.
TEST_F(LogicServicesTest, agree_on_what_a_method_is) {
  const auto* whole = file().FindServiceByName("LogicService");
  for (int n = 0; n < file().service_count(); ++n) {
    for (int m = 0; m < file().service(n)->method_count(); ++m) {
      const auto* part = file().service(n)->method(m);
      const auto* same = whole->FindMethodByName(part->name());
      ASSERT_NE(same, nullptr) << part->full_name();
      EXPECT_EQ(part->input_type(), same->input_type()) << part->full_name();
      EXPECT_EQ(part->output_type(), same->output_type()) << part->full_name();
    }
  }
}

// With nothing in the request most of them refuse, and those that need nothing answer.
TEST_F(LogicServicesTest, answer_every_method_that_is_declared) {
  LogicNode node{context_, timers_};
  Calls calls{context_.get_executor(),
              timers_,
              nullptr,
              [] { return 0; },
              {.role = "logic", .addresses = {node.address()}}};
  std::set<std::string> tried;
  for (int n = 0; n < file().service_count(); ++n) {
    const auto* service = file().service(n);
    for (int m = 0; m < service->method_count(); ++m) {
      const auto* method = service->method(m);
      const Method wire{service->full_name(), method->name(), true};
      const auto code = drive(context_, calls.call(wire, "", timers_.now() + 5s)).code();
      EXPECT_TRUE(code == ErrorCode::ok || code == ErrorCode::invalid_params)
          << method->full_name() << ": " << error_row(code).name;
      tried.insert(method->name());
    }
  }
  EXPECT_THAT(agreed, IsSubsetOf(tried));
}

TEST_F(LogicServicesTest, are_listed_by_reflection_where_it_is_on) {
  LogicNode open{context_, timers_, {.reflection = true}};
  const std::string listed = reflect(open.address(), list_services);
  for (int n = 0; n < file().service_count(); ++n) {
    EXPECT_THAT(listed, HasSubstr(file().service(n)->full_name()));
  }
}

}  // namespace
}  // namespace gochat::rpc
