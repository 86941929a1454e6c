#include "repo/read_cache.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <map>

#include "async/drive.hpp"
#include "async/wakeup.hpp"
#include "domain/ids.hpp"
#include "ports/cache.hpp"

namespace gochat::repo {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

struct Thing {
  UserId id;
  std::string name;
};

std::string write(const Thing& thing) { return thing.id.text() + "=" + thing.name; }
std::optional<Thing> read(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  const std::string id{text.substr(0, equals)};
  return Thing{UserId{std::stoll(id)}, std::string{text.substr(equals + 1)}};
}
UserId id_of(const Thing& thing) { return thing.id; }

class FakeCache final : public Cache {
 public:
  Task<Result<std::optional<Value>>> get(std::string key) override {
    if (away) co_return failed(ErrorCode::unavailable, "away");
    const auto there = values.find(key);
    if (there == values.end()) co_return std::optional<Value>{};
    co_return std::optional{there->second};
  }
  Task<Result<std::uint64_t>> stamp(std::string) override {
    if (away) co_return failed(ErrorCode::unavailable, "away");
    co_return ++now;
  }
  Task<Result<bool>> fill(std::string key, Value value, Duration ttl) override {
    if (away) co_return failed(ErrorCode::unavailable, "away");
    if (value.version <= floors[key]) co_return false;
    floors[key] = value.version;
    values[key] = std::move(value);
    kept_for[key] = ttl;
    co_return true;
  }
  Task<Result<void>> invalidate(std::string key, std::uint64_t version, Duration) override {
    if (away) co_return failed(ErrorCode::unavailable, "away");
    floors[key] = std::max(floors[key], version);
    values.erase(key);
    co_return Result<void>{};
  }

  std::map<std::string, Value> values;
  std::map<std::string, std::uint64_t> floors;
  std::map<std::string, Duration> kept_for;
  std::uint64_t now = 0;
  bool away = false;
};

// Answers what it held when it was asked, at once or when it is let.
class FakeStore {
 public:
  Task<Result<std::vector<Thing>>> find(std::vector<UserId> ids) {
    asked.push_back(ids);
    if (away) co_return failed(ErrorCode::unavailable, "the database is away");
    std::vector<Thing> found;
    for (const UserId id : ids) {
      if (rows.contains(id)) found.push_back({id, rows[id]});
    }
    if (slow) co_await go_on.wait();
    co_return found;
  }

  ReadCache<UserId, Thing>::Load reader() {
    return [this](std::vector<UserId> ids) { return find(std::move(ids)); };
  }

  std::map<UserId, std::string> rows{{UserId{1}, "ann"}, {UserId{2}, "bob"}};
  std::vector<std::vector<UserId>> asked;
  bool away = false;
  bool slow = false;
  Wakeup go_on;
};

class ReadCacheTest : public ::testing::Test {
 protected:
  using Things = ReadCache<UserId, Thing>;

  // The names found; "error" when it could not be said.
  std::vector<std::string> get(std::vector<UserId> ids) {
    return names(drive(loop, things.get(std::move(ids))));
  }
  static std::vector<std::string> names(const Result<std::vector<Thing>>& found) {
    if (!found) return {"error"};
    std::vector<std::string> names;
    for (const Thing& one : *found) names.push_back(one.name);
    return names;
  }
  void forget(UserId id) {
    std::vector<UserId> one{id};
    drive(loop, things.forget(std::move(one)));
  }
  // Begins to ask; what it is told stands in `told` when it ends.
  void begin(UserId id) {
    const std::size_t place = told.size();
    told.emplace_back();
    boost::asio::co_spawn(
        loop,
        [](ReadCacheTest* test, UserId asked, std::size_t at) -> Task<> {
          std::vector<UserId> one{asked};
          const auto found = co_await test->things.get(std::move(one));
          test->told[at] = names(found);
        }(this, id, place),
        [](const std::exception_ptr& thrown) {
          if (thrown) std::rethrow_exception(thrown);
        });
    settle();
  }
  void settle() {
    loop.restart();
    loop.poll();
  }

  boost::asio::io_context loop;
  ManualTimers timers;
  FakeCache cache;
  FakeStore store;
  Things things{cache, timers, {"thing:", write, read, id_of}, {}, store.reader()};
  std::deque<std::vector<std::string>> told;
};

constexpr UserId ann{1};
constexpr UserId bob{2};
constexpr UserId nobody{3};

TEST_F(ReadCacheTest, asks_the_database_once_and_then_the_copy) {
  EXPECT_THAT(get({ann}), ElementsAre("ann"));
  EXPECT_THAT(get({ann}), ElementsAre("ann"));
  EXPECT_EQ(store.asked.size(), 1U);
  EXPECT_EQ(things.counts().misses.value(), 1U);
  EXPECT_EQ(things.counts().hits.value(), 1U);
  EXPECT_EQ(cache.values.at("thing:1").bytes, "1=ann");
  EXPECT_EQ(cache.kept_for.at("thing:1"), std::chrono::hours{24});
}

TEST_F(ReadCacheTest, asks_the_database_for_what_is_missing_alone) {
  get({ann});
  EXPECT_THAT(get({bob, ann, bob, nobody}), UnorderedElementsAre("ann", "bob"));
  EXPECT_THAT(store.asked.back(), ElementsAre(bob, nobody));
}

TEST_F(ReadCacheTest, remembers_for_a_while_that_there_is_nobody) {
  EXPECT_THAT(get({nobody}), IsEmpty());
  EXPECT_THAT(get({nobody}), IsEmpty());
  EXPECT_EQ(store.asked.size(), 1U);
  EXPECT_EQ(things.counts().hits.value(), 1U);
  EXPECT_EQ(cache.kept_for.at("thing:3"), std::chrono::seconds{30});
  store.rows[nobody] = "somebody";
  forget(nobody);
  EXPECT_THAT(get({nobody}), ElementsAre("somebody"));
}

TEST_F(ReadCacheTest, is_only_slower_when_the_cache_is_away) {
  cache.away = true;
  EXPECT_THAT(get({ann}), ElementsAre("ann"));
  EXPECT_THAT(get({ann}), ElementsAre("ann"));
  EXPECT_EQ(store.asked.size(), 2U);
  EXPECT_GE(things.counts().errors.value(), 2U);
  EXPECT_EQ(things.counts().hits.value(), 0U);
}

TEST_F(ReadCacheTest, keeps_nothing_of_a_database_that_is_away) {
  store.away = true;
  EXPECT_THAT(get({ann}), ElementsAre("error"));
  store.away = false;
  EXPECT_THAT(get({ann}), ElementsAre("ann"));
}

TEST_F(ReadCacheTest, reads_anew_what_changed) {
  get({ann});
  store.rows[ann] = "anna";
  forget(ann);
  EXPECT_FALSE(cache.values.contains("thing:1"));
  EXPECT_THAT(get({ann}), ElementsAre("anna"));
}

TEST_F(ReadCacheTest, does_not_keep_what_was_read_before_a_change_and_comes_after_it) {
  store.slow = true;
  begin(ann);
  store.rows[ann] = "anna";
  forget(ann);
  store.go_on.notify();
  settle();
  EXPECT_THAT(told[0], ElementsAre("ann")) << "it was asked before the change was answered";
  EXPECT_FALSE(cache.values.contains("thing:1"));
  EXPECT_EQ(things.counts().stale.value(), 1U);
  store.slow = false;
  EXPECT_THAT(get({ann}), ElementsAre("anna"));
  EXPECT_EQ(cache.values.at("thing:1").bytes, "1=anna");
}

TEST_F(ReadCacheTest, lets_one_go_for_all_who_want_the_same) {
  store.slow = true;
  begin(ann);
  begin(ann);
  begin(ann);
  EXPECT_EQ(store.asked.size(), 1U);
  store.go_on.notify();
  settle();
  EXPECT_THAT(told, ElementsAre(ElementsAre("ann"), ElementsAre("ann"), ElementsAre("ann")));
  EXPECT_EQ(store.asked.size(), 1U);
}

TEST_F(ReadCacheTest, lets_nobody_wait_for_one_who_went_before_a_change) {
  store.slow = true;
  begin(ann);
  store.rows[ann] = "anna";
  forget(ann);
  store.slow = false;
  EXPECT_THAT(get({ann}), ElementsAre("anna"));
  store.go_on.notify();
  settle();
  EXPECT_THAT(told[0], ElementsAre("ann"));
  EXPECT_EQ(cache.values.at("thing:1").bytes, "1=anna");
}

TEST_F(ReadCacheTest, tells_all_who_wait_that_the_database_is_away) {
  store.slow = true;
  begin(ann);
  begin(ann);
  store.go_on.abandon();
  settle();
  EXPECT_THAT(told[1], ElementsAre("error")) << "who went was dropped";
}

TEST_F(ReadCacheTest, deletes_and_counts_what_cannot_be_read) {
  for (const std::string text : {"no thing", "2=bob"}) {
    cache.values["thing:1"] = {text, ++cache.now};
    EXPECT_THAT(get({ann}), ElementsAre("ann")) << text;
    EXPECT_EQ(cache.values.at("thing:1").bytes, "1=ann");
  }
  EXPECT_EQ(things.counts().wrong.value(), 2U);
}

TEST_F(ReadCacheTest, does_not_believe_a_copy_of_which_a_removal_was_lost) {
  get({ann});
  store.rows[ann] = "anna";
  cache.away = true;
  forget(ann);
  EXPECT_THAT(get({ann}), ElementsAre("anna"));
  cache.away = false;
  ASSERT_EQ(cache.values.at("thing:1").bytes, "1=ann");
  EXPECT_THAT(get({ann}), ElementsAre("anna"));
  EXPECT_THAT(get({ann}), ElementsAre("anna"));
  EXPECT_EQ(cache.values.at("thing:1").bytes, "1=anna");
}

}  // namespace
}  // namespace gochat::repo
