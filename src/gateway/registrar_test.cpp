#include "gateway/registrar.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

#include "async/drive.hpp"
#include "gateway/testing/kept_tails.hpp"

namespace gochat::gateway {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

// What a gateway told it, in order.
class ToldRegistry final : public SessionRegistry {
 public:
  Task<Result<void>> add(RegisteredConnection connection) override {
    added.push_back(std::move(connection));
    co_return answer;
  }
  Task<Result<void>> remove(UserId, ConnectionId connection) override {
    removed.push_back(connection);
    co_return answer;
  }
  Task<Result<std::vector<ConnectionId>>> refresh(std::vector<RegisteredConnection> all) override {
    auto& ids = refreshed.emplace_back();
    for (const auto& one : all) ids.push_back(one.connection);
    if (!answer) co_return answer.error();
    co_return std::vector<ConnectionId>{};
  }
  Task<Result<std::vector<GatewayRecipients>>> locate(std::vector<UserId>) override {
    co_return ErrorCode::not_implemented;
  }
  Task<Result<std::vector<GatewayRecipients>>> gateways() override {
    co_return ErrorCode::not_implemented;
  }
  Task<Result<std::vector<UserId>>> online(std::vector<UserId>) override {
    co_return ErrorCode::not_implemented;
  }

  Result<void> answer;
  std::vector<RegisteredConnection> added;
  std::vector<ConnectionId> removed;
  std::vector<std::vector<ConnectionId>> refreshed;
};

const UserId ada{7};
const UserId bob{8};

class RegistrarTest : public testing::Test {
 protected:
  ~RegistrarTest() override {
    registrar.stop();
    drive(loop, gate.close());
  }

  ConnectionId connect(UserId user, std::int64_t connection) {
    auto session = std::make_unique<Session>();
    session->id = ConnectionId{connection};
    session->caller.user = user;
    session->caller.session = SessionId{100 + connection};
    session->login_at = StillClock{}.now();
    const ConnectionId id = sessions.add(std::move(session)).id;
    drive(loop, registrar.add(id));
    settle();
    return id;
  }
  void disconnect(ConnectionId id) {
    const UserId user = sessions.remove(id)->caller.user;
    drive(loop, registrar.remove(user, id));
    settle();
  }
  void pass(seconds time) {
    timers.advance(time);
    settle();
  }
  void settle() {
    loop.restart();
    loop.poll();
  }

  boost::asio::io_context loop;
  ManualTimers timers;
  Gate gate{loop.get_executor()};
  ToldRegistry registry;
  ListedConversations conversations;
  SessionTable sessions;
  Registrar registrar{
      {registry, conversations, sessions, timers, gate}, {"gateway-1", 42}, seconds{30}};
};

TEST_F(RegistrarTest, a_connection_is_registered_with_where_it_is) {
  connect(ada, 1);
  ASSERT_EQ(registry.added.size(), 1u);
  const RegisteredConnection& row = registry.added.front();
  EXPECT_EQ(row.user, ada);
  EXPECT_EQ(row.connection, ConnectionId{1});
  EXPECT_EQ(row.session, SessionId{101});
  EXPECT_EQ(row.gateway, "gateway-1");
  EXPECT_EQ(row.boot, 42u);
  EXPECT_EQ(row.login_at, StillClock{}.now());
}

TEST_F(RegistrarTest, only_the_first_socket_and_the_last_are_news) {
  const auto phone = connect(ada, 1);
  const auto desk = connect(ada, 2);
  connect(bob, 3);
  EXPECT_THAT(conversations.told, ElementsAre(Pair(ada, true), Pair(bob, true)));
  disconnect(phone);
  EXPECT_EQ(conversations.told.size(), 2u);
  disconnect(desk);
  EXPECT_THAT(conversations.told, ElementsAre(Pair(ada, true), Pair(bob, true), Pair(ada, false)));
  EXPECT_THAT(registry.removed, ElementsAre(phone, desk));
}

TEST_F(RegistrarTest, who_is_connected_is_refreshed_until_it_stops) {
  registrar.start();
  const auto phone = connect(ada, 1);
  const auto desk = connect(bob, 2);
  pass(seconds{30});
  ASSERT_EQ(registry.refreshed.size(), 1u);
  EXPECT_THAT(registry.refreshed.back(), UnorderedElementsAre(phone, desk));
  disconnect(phone);
  pass(seconds{30});
  ASSERT_EQ(registry.refreshed.size(), 2u);
  EXPECT_THAT(registry.refreshed.back(), ElementsAre(desk));
  registrar.stop();
  pass(seconds{300});
  EXPECT_EQ(registry.refreshed.size(), 2u);
}

TEST_F(RegistrarTest, a_registry_that_is_away_ends_nothing_and_is_tried_again) {
  registry.answer = failed(ErrorCode::unavailable, "away");
  registrar.start();
  const auto phone = connect(ada, 1);
  EXPECT_THAT(conversations.told, ElementsAre(Pair(ada, true)));
  pass(seconds{30});
  pass(seconds{30});
  EXPECT_EQ(registry.refreshed.size(), 2u);
  disconnect(phone);
  EXPECT_THAT(conversations.told, ElementsAre(Pair(ada, true), Pair(ada, false)));
}

TEST_F(RegistrarTest, nobody_connected_is_refreshed_as_nobody) {
  registrar.start();
  pass(seconds{30});
  ASSERT_EQ(registry.refreshed.size(), 1u);
  EXPECT_THAT(registry.refreshed.back(), IsEmpty());
}

}  // namespace
}  // namespace gochat::gateway
