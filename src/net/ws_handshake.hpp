// The opening handshake of RFC 6455, pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "net/http_head.hpp"
#include "net/http_message.hpp"

namespace gochat::net {

// Does the request ask to be upgraded to a WebSocket? Other upgrades are ignored, as HTTP allows.
bool wants_websocket(const HttpRequest& request);

// What is wrong with such a request, as the answer to it.
std::optional<HttpResponse> refuse_handshake(const RequestHead& head);

std::string websocket_accept(std::string_view key);

// The 101, whole. `subprotocol` empty: none is named.
std::string switching_protocols(std::string_view key, std::string_view subprotocol);

}  // namespace gochat::net
