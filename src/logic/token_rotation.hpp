// What a refresh token of one generation is worth against the session as it is. Pure.
#pragma once

#include <chrono>
#include <cstdint>

#include "domain/user.hpp"

namespace gochat::logic {

// For this long after a rotation two tabs, or a client that slept, may still come with the old one.
inline constexpr std::chrono::seconds rotation_grace{60};

enum class RotationStep : std::uint8_t {
  rotate,        // the current one: a new generation
  answer_again,  // the one before, its answer was lost or two tabs asked: the current tokens again
  refuse,        // nothing else happens
  revoke,        // an old one that was right: somebody kept a copy
};

// The secret was checked before: `gen` is one that was issued, unless it is above the session's.
RotationStep rotation_step(const Session& session, std::uint32_t gen, WallTime now);

}  // namespace gochat::logic
