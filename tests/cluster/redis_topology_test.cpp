// How the client finds the server of a key when it changes: slots that move, masters that fail.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "adapters/redis/redis_cache.hpp"
#include "adapters/redis/redis_session_registry.hpp"
#include "adapters/redis/slot.hpp"
#include "cluster/redis_ground.hpp"

namespace gochat::cluster {
namespace {

using namespace std::chrono_literals;

// One master of the Cluster, asked directly.
struct Master {
  explicit Master(const redis::Address& address) : ground{options(address)} {
    id = tell({"MYID"}).text;
  }
  static redis::Options options(const redis::Address& address) {
    redis::Options options = *redis_cluster();
    options.deployment = redis::Deployment::standalone;
    options.addresses = {address};
    return options;
  }
  redis::Reply tell(std::vector<std::string> words) {
    auto reply = ground.tell("CLUSTER", "", "", std::move(words));
    if (!reply) throw std::runtime_error{reply.error().detail};
    return *std::move(reply);
  }
  bool owns(std::size_t slot) {
    for (const redis::Reply& range : tell({"SLOTS"}).items) {
      const auto number = static_cast<std::int64_t>(slot);
      if (number < range.items[0].number || number > range.items[1].number) continue;
      return range.items[2].items[2].text == id;
    }
    return false;
  }

  RedisGround ground;
  std::string id;
};

class RedisClusterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!redis_cluster()) GTEST_SKIP() << "GOCHAT_TEST_REDIS_CLUSTER is not set";
    for (const redis::Address& address : redis_cluster()->addresses) {
      masters_.push_back(std::make_unique<Master>(address));
    }
  }

  // The slot's owner comes first.
  void sort_for(std::size_t slot) {
    std::ranges::partition(masters_, [&](const auto& one) { return one->owns(slot); });
  }
  void begin_to_move(std::size_t slot, Master& from, Master& to) {
    to.tell({"SETSLOT", std::to_string(slot), "IMPORTING", from.id});
    from.tell({"SETSLOT", std::to_string(slot), "MIGRATING", to.id});
  }
  void give(std::size_t slot, const Master& to) {
    // To the new owner first: between the two nobody else must think that the slot is free.
    for (const auto& one : masters_) {
      if (one->id == to.id) one->tell({"SETSLOT", std::to_string(slot), "NODE", to.id});
    }
    for (const auto& one : masters_) {
      if (one->id != to.id) one->tell({"SETSLOT", std::to_string(slot), "NODE", to.id});
    }
  }

  std::vector<std::unique_ptr<Master>> masters_;
};

TEST_F(RedisClusterTest, spreads_keys_over_the_masters_and_finds_them_again) {
  RedisGround ground{*redis_cluster()};
  std::vector<redis::Command> puts;
  std::vector<redis::Command> gets;
  for (int n = 0; n < 3'000; ++n) {
    const auto key = ground.client().keys().make("spread:", std::to_string(n));
    puts.push_back({.name = "SET", .key = key, .words = {std::to_string(n), "EX", "60"}});
    gets.push_back({.name = "GET", .key = key});
  }
  ASSERT_TRUE(ground.loop().run(ground.client().all_of(std::move(puts))));
  const auto found = ground.loop().run(ground.client().all_of(std::move(gets)));
  ASSERT_TRUE(found);
  for (int n = 0; n < 3'000; ++n) EXPECT_EQ((*found)[n].text, std::to_string(n));
  EXPECT_EQ(ground.client().counts().redirects.value(), 0U);
  EXPECT_GE(ground.client().figures().connections, 3U);

  std::size_t listed = 0;
  for (redis::Client::Place place; !place.end;) {
    auto page = ground.loop().run(ground.client().scan("spread:", place));
    ASSERT_TRUE(page);
    listed += page->keys.size();
    place = page->next;
  }
  EXPECT_EQ(listed, 3'000U);
}

TEST_F(RedisClusterTest, follows_a_slot_that_moves) {
  redis::Options options = *redis_cluster();
  options.limits.trust_max = 10min;
  RedisGround ground{options};
  auto& loop = ground.loop();
  redis::RedisSessionRegistry registry{ground.client()};
  const RegisteredConnection connection{UserId{1}, ConnectionId{11}, SessionId{1}, "g1", 1, {}};
  const auto gateways_of_ann = [&] { return loop.run(registry.locate({UserId{1}}))->size(); };
  const auto redirects = [&] { return ground.client().counts().redirects.value(); };
  const auto slot = redis::slot_of(ground.client().keys().make("user_session:", "1").text);
  sort_for(slot);
  Master& from = *masters_[0];
  Master& to = *masters_[1];
  ASSERT_TRUE(loop.run(registry.add(connection)));
  ASSERT_TRUE(loop.run(registry.remove(UserId{1}, ConnectionId{11})));
  EXPECT_EQ(redirects(), 0U);

  // On its way: what is not there any more is with the next owner, which knows of no script yet.
  begin_to_move(slot, from, to);
  ASSERT_TRUE(loop.run(registry.add(connection)));
  const auto asked = redirects();
  EXPECT_GE(asked, 1U);
  EXPECT_EQ(gateways_of_ann(), 1U);

  give(slot, to);
  const auto before = redirects();
  EXPECT_EQ(gateways_of_ann(), 1U);
  const auto moved = redirects();
  EXPECT_GT(moved, before);
  EXPECT_EQ(gateways_of_ann(), 1U);
  EXPECT_EQ(redirects(), moved);

  ASSERT_TRUE(loop.run(registry.remove(UserId{1}, ConnectionId{11})));
  begin_to_move(slot, to, from);
  give(slot, from);
}

class RedisSentinelTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!sentinels()) GTEST_SKIP() << "GOCHAT_TEST_REDIS_SENTINELS is not set";
  }
};

TEST_F(RedisSentinelTest, follows_the_master_that_the_sentinels_name) {
  redis::Options options = *sentinels();
  options.limits.command_time_max = 500ms;
  options.limits.connect_time_max = 500ms;
  options.limits.silence_max = 500ms;
  RedisGround ground{options};
  auto& loop = ground.loop();
  redis::RedisCache cache{ground.client()};
  const auto until = [&](auto holds) {
    const auto give_up_at = loop.timers().now() + support::TaskLoop::wait_max;
    while (!holds()) {
      if (loop.timers().now() > give_up_at) return false;
      loop.pass(20ms);
    }
    return true;
  };
  const auto port = [&] {
    const auto told = ground.tell("CONFIG", "", "", {"GET", "port"});
    return told && told->items.size() == 2 ? told->items[1].text : std::string{};
  };
  ASSERT_TRUE(until([&] { return loop.run(cache.fill("a", {"one", 1}, 10min)).ok(); }));
  const std::string first = port();

  // The master hangs for longer than the sentinels wait; its process and its sockets stay.
  loop.start(put_to_sleep(&ground.client(), "8"));
  EXPECT_TRUE(until([&] { return !port().empty() && port() != first; }));
  EXPECT_TRUE(*loop.run(cache.fill("a", {"two", 2}, 10min)));
  EXPECT_EQ((*loop.run(cache.get("a")))->bytes, "two");
}

}  // namespace
}  // namespace gochat::cluster
