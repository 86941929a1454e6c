#include "net/ws_handshake.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/assert.hpp"
#include "net/http_encode.hpp"

namespace gochat::net {

namespace {

constexpr std::string_view key_suffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

// Looked up once: OpenSSL would search its providers for every digest.
const EVP_MD* sha1() {
  static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> digest{
      EVP_MD_fetch(nullptr, "SHA1", nullptr), &EVP_MD_free};
  GOCHAT_ASSERT(digest != nullptr);
  return digest.get();
}

// 16 bytes in base64: 22 letters, the last of which carries two bits only, and two signs of
// padding.
bool is_key(std::string_view key) {
  constexpr std::size_t letters = 22;
  if (key.size() != letters + 2 || !key.ends_with("==")) return false;
  const auto letter = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' ||
           c == '/';
  };
  return std::ranges::all_of(key.substr(0, letters), letter) &&
         std::string_view{"AQgw"}.contains(key[letters - 1]);
}

}  // namespace

bool wants_websocket(const HttpRequest& request) {
  return request.headers.has_token("Upgrade", "websocket") &&
         request.headers.has_token("Connection", "upgrade");
}

std::optional<HttpResponse> refuse_handshake(const RequestHead& head) {
  const HttpHeaders& headers = head.request.headers;
  if (head.request.method != HttpMethod::get)
    return plain_response(400, "an upgrade must be a GET");
  if (!head.http_1_1) return plain_response(400, "an upgrade needs HTTP/1.1");
  if (headers.get("Host").empty()) return plain_response(400, "an upgrade needs a host");
  if (head.framing.kind != BodyFraming::Kind::none) {
    return plain_response(400, "an upgrade must have no body");
  }
  if (headers.count("Sec-WebSocket-Version") != 1 || headers.get("Sec-WebSocket-Version") != "13") {
    auto refusal = plain_response(426, "only version 13 of the WebSocket protocol is spoken here");
    refusal.headers.add("Sec-WebSocket-Version", "13");
    refusal.headers.add("Upgrade", "websocket");
    return refusal;
  }
  if (headers.count("Sec-WebSocket-Key") != 1 || !is_key(headers.get("Sec-WebSocket-Key"))) {
    return plain_response(400, "not one valid Sec-WebSocket-Key");
  }
  return std::nullopt;
}

std::string websocket_accept(std::string_view key) {
  std::string text{key};
  text += key_suffix;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  const int hashed = EVP_Digest(text.data(), text.size(), digest.data(), &size, sha1(), nullptr);
  GOCHAT_ASSERT(hashed == 1);
  std::array<unsigned char, 64> encoded{};
  const int letters = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(size));
  return {reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(letters)};
}

std::string switching_protocols(std::string_view key, std::string_view subprotocol) {
  std::string head =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: " +
      websocket_accept(key) + "\r\n";
  if (!subprotocol.empty()) {
    head += "Sec-WebSocket-Protocol: " + without_line_breaks(subprotocol) + "\r\n";
  }
  head += "\r\n";
  return head;
}

}  // namespace gochat::net
