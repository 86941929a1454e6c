// Tokens from a hostile client, and claims that carry a true signature: whatever they say, nothing
// is believed that the signer would not have written, and nothing after its time.
#include <string>
#include <string_view>

#include "adapters/crypto/jwt_signer.hpp"
#include "adapters/crypto/mac.hpp"
#include "base/assert.hpp"
#include "base/bytes.hpp"

namespace {

using namespace gochat;
using namespace gochat::crypto;

constexpr WallTime now = wall_time(1'800'000'000'000);

constexpr Key key_of(std::uint8_t first) {
  Key key{};
  for (std::size_t n = 0; n < key.size(); ++n) key[n] = static_cast<std::uint8_t>(first + n);
  return key;
}

std::string signed_text(std::string text, const Key& key) {
  const Mac mac = mac_of(key, text);
  return text + '.' + to_base64url({reinterpret_cast<const char*>(mac.data()), mac.size()});
}

void try_access(const JwtSigner& signer, std::string_view token) {
  const auto claims = signer.verify(token, now);
  if (!claims) return;
  GOCHAT_ASSERT(claims->user.number() > 0 && claims->session.number() > 0);
  GOCHAT_ASSERT(claims->expires_at + JwtOptions{}.leeway > now);
  GOCHAT_ASSERT(claims->issued_at <= now + JwtOptions{}.leeway);
  const auto again = signer.verify(signer.sign(*claims), now);
  GOCHAT_ASSERT(again && again->user == claims->user && again->session == claims->session &&
                again->is_guest == claims->is_guest && again->gen == claims->gen);
}

void try_refresh(const JwtSigner& signer, std::string_view token) {
  const auto claimed = signer.verify_refresh(token);
  if (!claimed) return;
  GOCHAT_ASSERT(signer.refresh_token(claimed->session, claimed->gen) == token);
}

}  // namespace

// The first byte says what the others are.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  static const JwtSigner signer{key_of(0), key_of(100)};
  static const std::string header = to_base64url(R"({"alg":"HS256","typ":"JWT"})");
  const std::string_view rest{reinterpret_cast<const char*>(bytes) + 1, size - 1};
  switch (bytes[0]) {
    case 'c':  // claims, to be signed
      try_access(signer, signed_text(header + '.' + to_base64url(rest), key_of(0)));
      break;
    case 's':  // what is signed, the header too
      try_access(signer, signed_text(std::string{rest}, key_of(0)));
      break;
    case 'r':  // session and generation, to be signed
      try_refresh(signer, signed_text(std::string{rest}, key_of(100)));
      break;
    default:
      try_access(signer, rest);
      try_refresh(signer, rest);
  }
  return 0;
}
