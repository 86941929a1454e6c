#include "gateway/handshake.hpp"

#include <algorithm>
#include <array>

#include "gateway/http_api.hpp"

namespace gochat::gateway {
namespace {

struct Subprotocol {
  std::string_view name;
  Dialect dialect;
};
constexpr std::array<Subprotocol, 2> subprotocols{
    {{"gochat.v1.json", Dialect::classic}, {"gochat.timeline.v1", Dialect::timeline}}};

// "https://chat.example:8443" of "https://chat.example:8443/some/page".
std::string_view origin_of_url(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return url;
  return url.substr(0, url.find('/', scheme + 3));
}

}  // namespace

Result<void> Handshake::check_origin(const net::HttpRequest& request) const {
  if (!request.headers.has("Origin")) return {};
  const std::string_view origin = request.headers.get("Origin");
  const std::string own =
      (request.tls ? "https://" : "http://") + std::string{request.headers.get("Host")};
  const bool is_public =
      !options_.public_url.empty() && origin == origin_of_url(options_.public_url);
  if (origin == own || is_public) return {};
  if (std::ranges::find(options_.allowed_origins, origin) != options_.allowed_origins.end())
    return {};
  return refused(ErrorCode::forbidden,
                 "this Origin may not open a socket; list it in server.allowed_origins");
}

Result<Presented> Handshake::presented(const net::HttpRequest& request) const {
  if (std::string token = bearer_token(request); !token.empty()) {
    return Presented{Credential::token, std::move(token)};
  }
  const auto token = request.param("token");
  if (!token) return Presented{};
  if (token->starts_with(ticket_prefix)) return Presented{Credential::ticket, std::string{*token}};
  if (!options_.token_in_url) {
    return refused(ErrorCode::unauthorized,
                   "a token in the URL is switched off; use a ticket or the header");
  }
  return Presented{Credential::token, std::string{*token}};
}

Task<Result<Caller>> Handshake::authenticate(Presented credential) {
  if (credential.kind == Credential::none) {
    co_return refused(ErrorCode::unauthorized, "no credential was presented");
  }
  if (credential.kind == Credential::ticket) {
    auto token = co_await rooms_.tickets.take(credential.secret);
    if (!token) co_return token.error();
    credential.secret = std::move(*token);
  }
  co_return co_await rooms_.auth.authenticate(std::move(credential.secret));
}

Spoken Handshake::spoken(const net::HttpRequest& request) {
  for (const std::string_view wanted : request.headers.list("Sec-WebSocket-Protocol")) {
    const auto known = std::ranges::find(subprotocols, wanted, &Subprotocol::name);
    if (known != subprotocols.end()) return {known->dialect, known->name, true};
  }
  if (request.param("protocol") == "timeline") return {Dialect::timeline, {}, true};
  return {};
}

}  // namespace gochat::gateway
