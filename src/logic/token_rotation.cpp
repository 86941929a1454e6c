#include "logic/token_rotation.hpp"

namespace gochat::logic {

RotationStep rotation_step(const Session& session, std::uint32_t gen, WallTime now) {
  if (session.revoked || session.expires_at <= now) return RotationStep::refuse;
  if (gen > session.gen) return RotationStep::refuse;
  if (gen == session.gen) return RotationStep::rotate;
  const bool one_before = gen + 1 == session.gen;
  const bool graced = now - session.rotated_at <= rotation_grace;
  if (one_before && (!session.gen_used || graced)) return RotationStep::answer_again;
  return RotationStep::revoke;
}

}  // namespace gochat::logic
