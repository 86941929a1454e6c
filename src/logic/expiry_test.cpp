#include "logic/expiry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "logic/testing/ground.hpp"

namespace gochat::logic {
namespace {

using namespace std::chrono_literals;

class ExpiryTest : public ::testing::Test {
 protected:
  void answered(const std::string& key, std::chrono::minutes ago) {
    const IdempotencyKey one{UserId{1}, "POST /groups", key, 7};
    EXPECT_TRUE(ground.run(ground.keys.begin(one, ground.clock.now() - ago)));
    EXPECT_TRUE(ground.run(ground.keys.finish(one, "201 {}")));
  }

  testing::Ground ground;
  Expiry expiry{ground.sessions, ground.keys, ground.clock, ground.leadership};
};

TEST_F(ExpiryTest, keeps_the_answers_of_a_day) {
  answered("new", 0min);
  answered("of this morning", 23h);
  answered("of yesterday", 25h);
  ground.run(expiry.run_once());
  EXPECT_THAT(ground.keys.rows, ::testing::UnorderedElementsAre(::testing::Key("new"),
                                                                ::testing::Key("of this morning")));
}

TEST_F(ExpiryTest, goes_on_until_nothing_is_left_that_has_expired) {
  for (std::size_t n = 0; n < 2 * Expiry::slice_rows + 1; ++n) answered(std::to_string(n), 25h);
  ground.run(expiry.run_once());
  EXPECT_TRUE(ground.keys.rows.empty());
}

TEST_F(ExpiryTest, is_the_work_of_the_leader) {
  answered("of yesterday", 25h);
  ground.leadership.leads = false;
  ground.run(expiry.run_once());
  EXPECT_FALSE(ground.keys.rows.empty());
  ground.leadership.leads = true;
  ground.run(expiry.run_once());
  EXPECT_TRUE(ground.keys.rows.empty());
}

}  // namespace
}  // namespace gochat::logic
