#pragma once

#include <cstdint>
#include <string>

#include "adapters/crypto/key_file.hpp"
#include "ports/token_signer.hpp"

namespace gochat::crypto {

struct JwtOptions {
  std::string issuer = "gochat";
  std::string audience = "gochat";
  std::chrono::seconds leeway{30};
};

// HS256 and nothing else. The header is a constant: one that differs in a byte is refused, so there
// is no algorithm, key id or key URL to be talked into.
class JwtSigner final : public TokenSigner {
 public:
  JwtSigner(Key token_key, Key refresh_key, JwtOptions options = {});

  std::string sign(const TokenClaims& claims) const override;
  Result<TokenClaims> verify(std::string_view token, WallTime now) const override;
  std::string refresh_token(SessionId session, std::uint32_t gen) const override;
  Result<Refresh> verify_refresh(std::string_view token) const override;

 private:
  Key token_key_;
  Key refresh_key_;
  JwtOptions options_;
};

}  // namespace gochat::crypto
