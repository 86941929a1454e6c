// Who may open a socket: the credential and the Origin of an upgrade, decided before the 101.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/dialect.hpp"
#include "net/http_message.hpp"
#include "ports/logic_api.hpp"
#include "ports/ticket_store.hpp"

namespace gochat::gateway {

struct HandshakeOptions {
  bool token_in_url = true;
  std::string public_url;
  std::vector<std::string> allowed_origins;
};

enum class Credential : std::uint8_t {
  none,    // nothing was presented
  token,   // an access token, in the URL or the header
  ticket,  // a single-use ticket in the URL
};

struct Presented {
  Credential kind = Credential::none;
  std::string secret;
};

struct Spoken {
  Dialect dialect = Dialect::classic;
  std::string_view subprotocol;  // to answer with
  // The client chose it, so it knows this server: it may name itself after the upgrade, and it
  // catches up by itself.
  bool chosen = false;
};

inline constexpr std::string_view ticket_prefix = "tkt_";

class Handshake {
 public:
  struct Rooms {
    AuthApi& auth;
    TicketStore& tickets;
  };
  Handshake(Rooms rooms, HandshakeOptions options) : rooms_{rooms}, options_{std::move(options)} {}

  // A browser names the page it comes from: it must be ours or a listed one. No Origin is no
  // browser.
  Result<void> check_origin(const net::HttpRequest& request) const;
  Result<Presented> presented(const net::HttpRequest& request) const;
  Task<Result<Caller>> authenticate(Presented credential);
  // The client's first choice that is spoken here; a client that names none of ours gets the
  // classic dialect, and no name back.
  static Spoken spoken(const net::HttpRequest& request);

 private:
  Rooms rooms_;
  HandshakeOptions options_;
};

}  // namespace gochat::gateway
