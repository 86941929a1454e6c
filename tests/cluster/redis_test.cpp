// What the adapters of Redis do when Redis is killed, silent, strange or locked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/redis/redis_cache.hpp"
#include "adapters/redis/redis_failed_tries.hpp"
#include "adapters/redis/redis_inboxes.hpp"
#include "adapters/redis/redis_rate_limiter.hpp"
#include "adapters/redis/redis_session_registry.hpp"
#include "adapters/redis/redis_tails.hpp"
#include "adapters/redis/redis_tickets.hpp"
#include "base/log.hpp"
#include "cluster/own_redis.hpp"
#include "cluster/redis_ground.hpp"

namespace gochat::cluster {
namespace {

using namespace std::chrono_literals;
using redis::Reply;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const UserId ann{1};

RegisteredConnection connection(std::int64_t number, std::string gateway = "g1") {
  return {ann, ConnectionId{number},        SessionId{number}, std::move(gateway),
          1,   wall_time(1'750'000'000'000)};
}

class RedisTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!standalone()) GTEST_SKIP() << "GOCHAT_TEST_REDIS is not set";
  }

  static redis::Options of(const OwnRedis& server) {
    redis::Options options = *standalone();
    options.addresses = {{"127.0.0.1", server.port()}};
    return options;
  }
  // Waits for a server of ours to serve.
  static void until_it_answers(RedisGround& ground) {
    const auto give_up_at = ground.loop().timers().now() + support::TaskLoop::wait_max;
    while (!ground.tell("PING", "", "")) {
      if (ground.loop().timers().now() > give_up_at) throw std::runtime_error{"no answer"};
      ground.loop().pass(10ms);
    }
  }
};

TEST_F(RedisTest, is_unavailable_while_the_server_is_away_and_works_with_an_empty_one) {
  OwnRedis server;
  RedisGround ground{of(server)};
  until_it_answers(ground);
  auto& loop = ground.loop();
  redis::RedisSessionRegistry registry{ground.client()};
  redis::RedisCache cache{ground.client()};
  redis::RedisTickets tickets{ground.client()};
  redis::RedisInboxes inboxes{ground.client()};
  redis::RedisTails tails{ground.client()};
  redis::RedisRateLimiter limiter{ground.client(), ground.executor(), {.time_max = 5s}};
  redis::RedisFailedTries tries{ground.client(), {.time_max = 5s}};
  ASSERT_TRUE(loop.run(registry.add(connection(11))));
  ASSERT_TRUE(loop.run(cache.fill("user_info:1", {"ann", 1}, 10min)));

  server.kill();
  EXPECT_EQ(loop.run(registry.locate({ann})).code(), ErrorCode::unavailable);
  EXPECT_EQ(loop.run(registry.add(connection(12))).code(), ErrorCode::unavailable);
  EXPECT_EQ(loop.run(registry.gateways()).code(), ErrorCode::unavailable);
  EXPECT_EQ(loop.run(registry.online({ann})).code(), ErrorCode::unavailable);
  EXPECT_EQ(loop.run(cache.get("user_info:1")).code(), ErrorCode::unavailable);
  EXPECT_EQ(loop.run(tickets.put("t", "v", 1min)).code(), ErrorCode::unavailable);
  EXPECT_EQ(loop.run(tickets.take("t")).code(), ErrorCode::unavailable);
  EXPECT_EQ(loop.run(inboxes.read(ann, {})).code(), ErrorCode::unavailable);
  EXPECT_EQ(loop.run(tails.save({SessionTail{}}, {})).code(), ErrorCode::unavailable);
  EXPECT_EQ(loop.run(tails.delete_expired({}, 1)).code(), ErrorCode::unavailable);
  const BucketRate rate{.capacity = 2, .per_second = 0.01};
  EXPECT_TRUE(loop.run(limiter.take("ann", rate)));
  EXPECT_TRUE(loop.run(limiter.take("ann", rate)));
  EXPECT_EQ(loop.run(limiter.take("ann", rate)).code(), ErrorCode::rate_limited);
  EXPECT_EQ(limiter.judged_locally().value(), 3U);
  // What is judged at once goes on, and is told to nobody.
  EXPECT_TRUE(limiter.try_take("bob", rate));
  EXPECT_TRUE(limiter.try_take("bob", rate));
  EXPECT_EQ(limiter.try_take("bob", rate).code(), ErrorCode::rate_limited);
  loop.run_until([&] { return limiter.judged_locally().value() == 5; }, "settling in vain");
  EXPECT_EQ(limiter.settled().value(), 0U);
  const TryPolicy policy{.free = 1};
  EXPECT_TRUE(loop.run(tries.admit("ann", policy)));
  EXPECT_EQ(loop.run(tries.admit("ann", policy)).code(), ErrorCode::rate_limited);
  loop.run(tries.forgive("ann"));
  EXPECT_TRUE(loop.run(tries.admit("ann", policy)));
  EXPECT_EQ(tries.judged_locally().value(), 3U);

  server.start();
  until_it_answers(ground);
  EXPECT_THAT(*loop.run(registry.locate({ann})), IsEmpty());
  EXPECT_FALSE(loop.run(cache.get("user_info:1"))->has_value());
  EXPECT_THAT(*loop.run(registry.refresh({connection(11)})), ElementsAre(ConnectionId{11}));
  EXPECT_THAT(*loop.run(registry.locate({ann})), SizeIs(1));
  EXPECT_TRUE(loop.run(limiter.take("ann", rate)));
  EXPECT_EQ(limiter.judged_locally().value(), 5U);
  EXPECT_TRUE(loop.run(tries.admit("ann", policy)));
  EXPECT_EQ(tries.judged_locally().value(), 3U);
  loop.run(limiter.stop());
}

TEST_F(RedisTest, says_that_the_password_is_wrong) {
  OwnRedis server{{"--requirepass", "right"}};
  redis::Options options = of(server);
  options.credentials.password = "right";
  RedisGround right{options};
  until_it_answers(right);

  options.credentials.password = "wrong";
  RedisGround wrong{options};
  const auto refused = wrong.tell("PING", "", "");
  ASSERT_EQ(refused.code(), ErrorCode::unavailable);
  EXPECT_THAT(refused.error().detail, HasSubstr("the credentials are refused: WRONGPASS"));
  EXPECT_THAT(refused.error().detail, Not(HasSubstr("wrong")));

  options.credentials.password.clear();
  RedisGround none{options};
  EXPECT_THAT(none.tell("PING", "", "").error().detail, HasSubstr("NOAUTH"));
}

TEST_F(RedisTest, is_somebody_of_the_access_list_in_a_database_of_its_own) {
  OwnRedis server{
      {"--user", "gochat", "on", ">secret", "~*", "&*", "+@all", "--user", "default", "off"}};
  redis::Options options = of(server);
  options.credentials = {.user = "gochat", .password = "secret"};
  options.addresses.front().host = "localhost";
  options.database = 3;
  RedisGround ground{options};
  until_it_answers(ground);
  EXPECT_EQ(ground.tell("ACL", "", "", {"WHOAMI"})->text, "gochat");
  EXPECT_THAT(ground.tell("CLIENT", "", "", {"INFO"})->text, HasSubstr(" db=3 "));
}

TEST_F(RedisTest, speaks_tls_with_the_server_that_it_means) {
  OwnRedis server{{}, OwnRedis::Wire::tls};
  redis::Options options = of(server);
  options.tls.emplace().authorities = server.certificate();
  options.tls->server_name = "redis.test";
  RedisGround ground{options};
  until_it_answers(ground);
  redis::RedisCache cache{ground.client()};
  const std::string large(1'000'000, 'x');
  ASSERT_TRUE(*ground.loop().run(cache.fill("user_info:1", {large, 1}, 10min)));
  EXPECT_EQ((*ground.loop().run(cache.get("user_info:1")))->bytes, large);

  options.tls->server_name = "another.test";
  RedisGround misled{options};
  const auto refused = misled.tell("PING", "", "");
  ASSERT_EQ(refused.code(), ErrorCode::unavailable);
  EXPECT_THAT(refused.error().detail, HasSubstr("certificate verify failed"));
}

TEST_F(RedisTest, deletes_a_key_of_another_type_and_counts_it) {
  RedisGround ground{*standalone()};
  auto& loop = ground.loop();
  redis::RedisSessionRegistry registry{ground.client()};
  redis::RedisCache cache{ground.client()};
  redis::RedisTickets tickets{ground.client()};
  redis::RedisInboxes inboxes{ground.client()};
  const std::vector<std::string> value{"a value"};
  ground.do_it("SET", "user_session:", "1", value);
  ground.do_it("SET", "session_gateways", "", value);
  ground.do_it("LPUSH", "user_info:", "1", value);
  ground.do_it("LPUSH", "ticket:", "t", value);
  ground.do_it("SET", "im:inbox:", "1", value);

  EXPECT_THAT(*loop.run(registry.online({ann})), IsEmpty());
  ground.do_it("SET", "user_session:", "1", value);
  EXPECT_TRUE(loop.run(registry.add(connection(11))));
  EXPECT_THAT(*loop.run(registry.online({ann})), ElementsAre(ann));
  EXPECT_FALSE(loop.run(cache.get("user_info:1"))->has_value());
  EXPECT_TRUE(*loop.run(cache.fill("user_info:1", {"ann", 1}, 10min)));
  EXPECT_EQ(loop.run(tickets.take("t")).code(), ErrorCode::unauthorized);
  EXPECT_FALSE(loop.run(inboxes.read(ann, {}))->has_value());
  EXPECT_EQ(ground.client().counts().wrong_type.value(), 6U);
}

TEST_F(RedisTest, leaves_out_values_that_it_cannot_read) {
  RedisGround ground{*standalone()};
  auto& loop = ground.loop();
  redis::RedisSessionRegistry registry{ground.client()};
  redis::RedisCache cache{ground.client()};
  redis::RedisInboxes inboxes{ground.client()};
  redis::RedisTails tails{ground.client()};
  ASSERT_TRUE(loop.run(registry.add(connection(11))));
  ground.do_it("HSET", "user_session:", "1", {"12", "nonsense"});
  EXPECT_THAT(*loop.run(registry.locate({ann})), SizeIs(1));
  EXPECT_EQ(ground.tell("HLEN", "user_session:", "1")->number, 3);  // pruned on the way

  ground.do_it("HSET", "user_info:", "1", {"version", "nonsense", "value", "x"});
  EXPECT_FALSE(loop.run(cache.get("user_info:1"))->has_value());
  EXPECT_TRUE(*loop.run(cache.fill("user_info:1", {"ann", 1}, 10min)));

  ASSERT_TRUE(loop.run(inboxes.fill(ann, {})));
  ground.do_it("ZADD", "im:inbox:", "1", {"5", "nonsense"});
  EXPECT_FALSE(loop.run(inboxes.read(ann, {}))->has_value());

  SessionTail tail;
  tail.session = SessionId{7};
  tail.connection = ConnectionId{1};
  ASSERT_TRUE(loop.run(tails.save({tail}, wall_time(5'000))));
  ground.do_it("HSET", "session_tail:", "7", {"2", "5000 nonsense", "3", "nonsense"});
  const auto left = loop.run(tails.inherit({SessionId{7}, ConnectionId{9}, {}, wall_time(1)}));
  ASSERT_TRUE(left->has_value());
  EXPECT_EQ((*left)->connection, ConnectionId{9});
}

TEST_F(RedisTest, names_the_newest_connection_beside_all_of_them) {
  RedisGround ground{*standalone()};
  auto& loop = ground.loop();
  redis::RedisSessionRegistry registry{ground.client()};
  auto older = connection(11, "g1");
  auto newer = connection(12, "g2");
  newer.login_at += 1min;
  const auto newest = [&] {
    return ground.tell("HGET", "user_session:", "1", {"gateway_id"})->text;
  };
  ASSERT_TRUE(loop.run(registry.add(newer)));
  ASSERT_TRUE(loop.run(registry.add(older)));
  EXPECT_EQ(newest(), "g2");
  EXPECT_EQ(ground.tell("HGET", "user_session:", "1", {"login_at"})->text, "1750000060000");
  ASSERT_TRUE(loop.run(registry.remove(ann, ConnectionId{12})));
  EXPECT_EQ(newest(), "g1");
  ASSERT_TRUE(loop.run(registry.remove(ann, ConnectionId{11})));
  EXPECT_EQ(ground.tell("EXISTS", "user_session:", "1")->number, 0);
}

TEST_F(RedisTest, sends_a_script_again_that_the_server_forgot) {
  OwnRedis server;
  RedisGround ground{of(server)};
  until_it_answers(ground);
  redis::RedisCache cache{ground.client()};
  EXPECT_TRUE(*ground.loop().run(cache.fill("a", {"one", 1}, 10min)));
  EXPECT_EQ(ground.client().counts().scripts_sent.value(), 1U);
  EXPECT_TRUE(*ground.loop().run(cache.fill("a", {"two", 2}, 10min)));
  EXPECT_EQ(ground.client().counts().scripts_sent.value(), 1U);
  ground.do_it("SCRIPT", "", "", {"FLUSH"});
  EXPECT_TRUE(*ground.loop().run(cache.fill("a", {"three", 3}, 10min)));
  EXPECT_EQ(ground.client().counts().scripts_sent.value(), 2U);
}

TEST_F(RedisTest, waits_no_longer_for_a_silent_server_than_it_was_told) {
  OwnRedis server;
  RedisGround ground{of(server)};
  until_it_answers(ground);
  redis::Options hasty = of(server);
  hasty.limits.command_time_max = 50ms;
  hasty.limits.silence_max = 50ms;
  RedisGround impatient{hasty};
  until_it_answers(impatient);
  redis::RedisRateLimiter limiter{impatient.client(), impatient.executor(), {.time_max = 50ms}};

  // It sleeps until the test has seen what it wanted, or for ten seconds.
  ground.loop().start(put_to_sleep(&ground.client(), "10"));
  ground.loop().run_until([&] { return ground.client().figures().in_flight == 1; }, "the sleep");
  ground.loop().pass(50ms);
  EXPECT_EQ(impatient.tell("PING", "", "").code(), ErrorCode::unavailable);
  EXPECT_GE(impatient.client().counts().timeouts.value(), 1U);
  EXPECT_TRUE(impatient.loop().run(limiter.take("ann", {.capacity = 1, .per_second = 0.01})));
  EXPECT_EQ(limiter.judged_locally().value(), 1U);
  impatient.loop().run(limiter.stop());
  server.kill();
}

TEST_F(RedisTest, logs_the_name_of_a_command_and_the_family_of_its_key_and_no_value) {
  RedisGround ground{*standalone()};
  redis::RedisCache cache{ground.client()};
  redis::RedisTickets tickets{ground.client()};
  std::string lines;
  const log::Level before = log::level();
  log::set_sink([&](std::string_view line) { lines.append(line).append("\n"); });
  log::set_level(log::Level::debug);
  EXPECT_TRUE(*ground.loop().run(cache.fill("user_info:canary", {"canary", 1}, 10min)));
  EXPECT_TRUE(ground.loop().run(tickets.put("canary", "canary", 1min)));
  EXPECT_TRUE(ground.loop().run(tickets.take("canary")));
  log::set_level(before);
  log::set_sink({});
  EXPECT_THAT(lines, HasSubstr("\"method\":\"fill\",\"key\":\"user_info:\",\"code\":\"OK\""));
  EXPECT_THAT(lines, HasSubstr("\"method\":\"GETDEL\",\"key\":\"ticket:\""));
  EXPECT_THAT(lines, Not(HasSubstr("canary")));
}

TEST_F(RedisTest, refuses_options_that_cannot_work) {
  RedisGround ground{*standalone()};
  redis::Options options = ground.options();
  options.key_prefix = "{one}:";
  EXPECT_THROW(ground.another(options), std::runtime_error);
  options = ground.options();
  options.addresses.clear();
  EXPECT_THROW(ground.another(options), std::runtime_error);
  options = ground.options();
  options.tls.emplace().authorities = "/nowhere";
  EXPECT_THROW(ground.another(options), std::runtime_error);
}

}  // namespace
}  // namespace gochat::cluster
