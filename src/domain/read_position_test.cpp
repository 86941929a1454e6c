#include "domain/read_position.hpp"

#include <gtest/gtest.h>

namespace gochat {
namespace {

TEST(ReadPosition, only_rises) {
  ReadPosition position;
  EXPECT_TRUE(position.advance_read(Seq{5}, Seq{9}));
  EXPECT_FALSE(position.advance_read(Seq{3}, Seq{9}));
  EXPECT_FALSE(position.advance_read(Seq{5}, Seq{9}));
  EXPECT_EQ(position.read_seq, Seq{5});
}

TEST(ReadPosition, never_passes_the_newest_message) {
  ReadPosition position;
  EXPECT_TRUE(position.advance_read(Seq{1'000}, Seq{9}));
  EXPECT_EQ(position.read_seq, Seq{9});
  EXPECT_TRUE(position.advance_ack(Seq{1'000}, Seq{4}));
  EXPECT_EQ(position.ack_seq, Seq{4});
}

TEST(ReadPosition, counts_unread_from_the_head) {
  ReadPosition position;
  position.advance_read(Seq{4}, Seq{10});
  EXPECT_EQ(position.unread(Seq{10}), 6U);
  EXPECT_EQ(position.unread(Seq{4}), 0U);
  EXPECT_EQ(position.unread(Seq{2}), 0U);  // of another history
}

}  // namespace
}  // namespace gochat
