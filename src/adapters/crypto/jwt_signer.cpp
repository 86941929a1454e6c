#include "adapters/crypto/jwt_signer.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <charconv>
#include <optional>

#include "adapters/crypto/mac.hpp"
#include "base/bytes.hpp"

namespace gochat::crypto {
namespace {

constexpr std::size_t token_bytes_max = 4096;

Error bad_token() { return Error{ErrorCode::unauthorized, "the token is not one of ours", {}, 0}; }

std::string_view view(const Mac& mac) {
  return {reinterpret_cast<const char*>(mac.data()), mac.size()};
}

bool same_in_constant_time(const Mac& mac, std::string_view given) {
  return given.size() == mac.size() && CRYPTO_memcmp(mac.data(), given.data(), mac.size()) == 0;
}

const std::string& header() {
  static const std::string text = to_base64url(R"({"alg":"HS256","typ":"JWT"})");
  return text;
}

// The end of the year 9999: what is above is no time, and would overflow as milliseconds.
constexpr std::int64_t seconds_max = 253'402'300'799;

bool is_time(std::int64_t seconds) { return seconds >= 0 && seconds <= seconds_max; }

std::int64_t seconds(WallTime time) { return ms(time) / 1000; }

std::string payload(const TokenClaims& claims, const JwtOptions& options) {
  return fmt::format(
      R"({{"user_id":"{0}","sub":"{0}","sid":"{1}","gen":{2},"guest":{3},"typ":"access","iat":{4},"exp":{5},"iss":"{6}","aud":"{7}"}})",
      claims.user.number(), claims.session.number(), claims.gen, claims.is_guest,
      seconds(claims.issued_at), seconds(claims.expires_at), options.issuer, options.audience);
}

// Walks over the one form that `payload` writes. Behind a valid MAC another form is an older or
// newer server's, and refused like any other stranger.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_{text} {}
  bool skip(std::string_view literal) {
    if (!rest_.starts_with(literal)) return false;
    rest_.remove_prefix(literal.size());
    return true;
  }
  template <class Number>
  bool number(Number& into) {
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), into);
    if (error != std::errc{}) return false;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return true;
  }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

std::optional<TokenClaims> claims_in(std::string_view text, const JwtOptions& options) {
  Scanner scan{text};
  std::int64_t user = 0;
  std::int64_t subject = 0;
  std::int64_t session = 0;
  std::int64_t issued = 0;
  std::int64_t expires = 0;
  TokenClaims claims;
  bool good = scan.skip(R"({"user_id":")") && scan.number(user) && scan.skip(R"(","sub":")") &&
              scan.number(subject) && scan.skip(R"(","sid":")") && scan.number(session) &&
              scan.skip(R"(","gen":)") && scan.number(claims.gen) && scan.skip(R"(,"guest":)");
  if (!good) return std::nullopt;
  if (scan.skip("true")) {
    claims.is_guest = true;
  } else if (!scan.skip("false")) {
    return std::nullopt;
  }
  good = scan.skip(R"(,"typ":"access","iat":)") && scan.number(issued) && scan.skip(R"(,"exp":)") &&
         scan.number(expires) &&
         scan.skip(fmt::format(R"(,"iss":"{}","aud":"{}"}})", options.issuer, options.audience)) &&
         scan.at_end();
  if (!good || user != subject || user <= 0 || session <= 0) return std::nullopt;
  if (!is_time(issued) || !is_time(expires)) return std::nullopt;
  claims.user = UserId{user};
  claims.session = SessionId{session};
  claims.issued_at = wall_time(issued * 1000);
  claims.expires_at = wall_time(expires * 1000);
  return claims;
}

}  // namespace

JwtSigner::JwtSigner(Key token_key, Key refresh_key, JwtOptions options)
    : token_key_{token_key}, refresh_key_{refresh_key}, options_{std::move(options)} {}

std::string JwtSigner::sign(const TokenClaims& claims) const {
  std::string text = header() + '.' + to_base64url(payload(claims, options_));
  text += '.' + to_base64url(view(mac_of(token_key_, text)));
  return text;
}

Result<TokenClaims> JwtSigner::verify(std::string_view token, WallTime now) const {
  if (token.size() > token_bytes_max || !token.starts_with(header())) return bad_token();
  const auto second_dot = token.rfind('.');
  const auto body_at = header().size() + 1;
  if (second_dot == std::string_view::npos || second_dot < body_at) return bad_token();
  const auto given = from_base64url(token.substr(second_dot + 1));
  if (!given || !same_in_constant_time(mac_of(token_key_, token.substr(0, second_dot)), *given)) {
    return bad_token();
  }
  const auto body = from_base64url(token.substr(body_at, second_dot - body_at));
  const auto claims = body ? claims_in(*body, options_) : std::nullopt;
  if (!claims || claims->issued_at > now + options_.leeway) return bad_token();
  if (claims->expires_at + options_.leeway <= now) {
    return Error{ErrorCode::token_expired, "the token has expired", {}, 0};
  }
  return *claims;
}

std::string JwtSigner::refresh_token(SessionId session, std::uint32_t gen) const {
  std::string text = fmt::format("{}.{}", session.number(), gen);
  const Mac mac = mac_of(refresh_key_, text);
  return text + '.' + to_base64url(view(mac));
}

Result<TokenSigner::Refresh> JwtSigner::verify_refresh(std::string_view token) const {
  if (token.size() > token_bytes_max) return bad_token();
  std::int64_t session = 0;
  std::uint32_t gen = 0;
  Scanner scan{token};
  if (!scan.number(session) || !scan.skip(".") || !scan.number(gen) || !scan.skip("."))
    return bad_token();
  // Made anew and compared whole: there is one spelling of each token.
  const std::string wanted = refresh_token(SessionId{session}, gen);
  if (session <= 0 || wanted.size() != token.size() ||
      CRYPTO_memcmp(wanted.data(), token.data(), wanted.size()) != 0) {
    return bad_token();
  }
  return Refresh{SessionId{session}, gen};
}

}  // namespace gochat::crypto
