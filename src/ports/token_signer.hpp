#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "domain/ids.hpp"

namespace gochat {

struct TokenClaims {
  UserId user;
  SessionId session;
  std::uint32_t gen = 0;
  bool is_guest = false;
  WallTime issued_at;
  WallTime expires_at;
};

// Access tokens (JWT, one fixed algorithm) and refresh secrets. Pure computation, any thread.
// Errors: `unauthorized` for anything that is not exactly what `sign` makes; `token_expired` for
// one that was. Ordering, idempotency, cancellation: not applicable.
class TokenSigner {
 public:
  virtual ~TokenSigner() = default;
  virtual std::string sign(const TokenClaims& claims) const = 0;
  virtual Result<TokenClaims> verify(std::string_view token, WallTime now) const = 0;
  // `sid.gen.secret`, the secret being an HMAC over both.
  virtual std::string refresh_token(SessionId session, std::uint32_t gen) const = 0;
  struct Refresh {
    SessionId session;
    std::uint32_t gen = 0;
  };
  virtual Result<Refresh> verify_refresh(std::string_view token) const = 0;
};

}  // namespace gochat
