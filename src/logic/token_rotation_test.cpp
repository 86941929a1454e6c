#include "logic/token_rotation.hpp"

#include <gtest/gtest.h>

namespace gochat::logic {
namespace {

constexpr WallTime rotated = wall_time(1'000'000);
constexpr WallTime within = rotated + rotation_grace;
constexpr WallTime after = within + std::chrono::milliseconds{1};

Session session(std::uint32_t gen, bool used) {
  Session made;
  made.gen = gen;
  made.gen_used = used;
  made.rotated_at = rotated;
  made.expires_at = rotated + std::chrono::days{30};
  return made;
}

TEST(TokenRotation, follows_the_table) {
  struct Row {
    std::uint32_t asked;
    bool current_used;
    WallTime now;
    RotationStep step;
  };
  const Row rows[] = {
      {5, false, within, RotationStep::rotate},      {5, true, after, RotationStep::rotate},
      {4, false, after, RotationStep::answer_again},  // the answer was lost, however long ago
      {4, true, within, RotationStep::answer_again},  // two tabs
      {4, true, after, RotationStep::revoke},         // somebody kept a copy
      {3, false, within, RotationStep::revoke},      {1, true, after, RotationStep::revoke},
      {6, false, within, RotationStep::refuse},      {99, true, after, RotationStep::refuse},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(rotation_step(session(5, row.current_used), row.asked, row.now), row.step)
        << "gen " << row.asked << ", used " << row.current_used;
  }
}

TEST(TokenRotation, refuses_whatever_comes_for_a_session_that_has_ended) {
  auto revoked = session(5, false);
  revoked.revoked = true;
  EXPECT_EQ(rotation_step(revoked, 5, within), RotationStep::refuse);
  EXPECT_EQ(rotation_step(revoked, 3, within), RotationStep::refuse);
  const auto expired = session(5, false);
  EXPECT_EQ(rotation_step(expired, 5, expired.expires_at), RotationStep::refuse);
}

}  // namespace
}  // namespace gochat::logic
