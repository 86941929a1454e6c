#include "dispatch/dead_letters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "async/drive.hpp"
#include "dispatch/testing/fake_roads.hpp"
#include "protocol/task_records.hpp"

namespace gochat::dispatch {
namespace {

using ::testing::HasSubstr;

class FixedClock final : public Clock {
 public:
  WallTime now() const override { return wall_time(1'800'000'000'000); }
};

class DeadLetterOfficeTest : public ::testing::Test {
 protected:
  Result<void> lay(std::size_t key_bytes, std::size_t value_bytes) {
    QueueDelivery poison{std::string(key_bytes, 'k'), std::string(value_bytes, 'x'), {}, 41, false};
    return drive(loop, timers,
                 office.lay({"work", 3}, poison, failed(ErrorCode::invalid_params, "torn"), 1));
  }
  protocol::DeadLetter laid() {
    auto letter = protocol::decode_dead_letter(queue.others.at(0).value);
    EXPECT_TRUE(letter.ok());
    return letter ? *std::move(letter) : protocol::DeadLetter{};
  }

  boost::asio::io_context loop;
  ManualTimers timers;
  FixedClock clock;
  testing::FakeQueue queue;
  DeadLetterOffice office{queue, clock, timers, std::chrono::seconds{5}};
};

TEST_F(DeadLetterOfficeTest, lays_what_is_as_large_as_a_record_can_be) {
  queue.record_bytes_max = protocol::letter_bytes_max;
  ASSERT_TRUE(lay(700'000, 1'048'000));
  EXPECT_TRUE(laid().cut);
  EXPECT_THAT(laid().cause, HasSubstr("torn; cut: "));
  EXPECT_EQ(laid().offset, 41U);
}

TEST_F(DeadLetterOfficeTest, cuts_further_where_even_less_is_taken) {
  queue.record_bytes_max = 20'000;
  ASSERT_TRUE(lay(3, 900'000));
  EXPECT_EQ(laid().key, "kkk");
  EXPECT_GT(laid().value.size(), 5'000U);
  EXPECT_THAT(laid().cause, HasSubstr("of 900003 bytes"));
}

TEST_F(DeadLetterOfficeTest, says_when_nothing_at_all_is_taken) {
  queue.record_bytes_max = 10;
  EXPECT_EQ(lay(3, 900'000).code(), ErrorCode::too_large);
}

}  // namespace
}  // namespace gochat::dispatch
