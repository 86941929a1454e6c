#include "net/http_encode.hpp"

#include <algorithm>

namespace gochat::net {

namespace {

constexpr std::size_t joined_body_bytes_max = 16 * 1024;

// Only this file says how an answer is framed; an owner's word for it could contradict.
bool is_framing(std::string_view name) {
  return same_token(name, "Connection") || same_token(name, "Content-Length") ||
         same_token(name, "Transfer-Encoding");
}

}  // namespace

std::string without_line_breaks(std::string_view value) {
  std::string out{value};
  std::ranges::replace_if(out, [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
  return out;
}

std::vector<SharedBytes> encode_response(const HttpResponse& response, bool keep_alive,
                                         bool with_body) {
  const std::string_view body = response.content();
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head += reason_phrase(response.status);
  head += "\r\n";
  for (const auto& [name, value] : response.headers.fields()) {
    if (is_framing(name)) continue;
    head += without_line_breaks(name);
    head += ": ";
    head += without_line_breaks(value);
    head += "\r\n";
  }
  const bool bodyless = response.status < 200 || response.status == 204 || response.status == 304;
  if (!bodyless) head += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  head += keep_alive ? "\r\n" : "Connection: close\r\n\r\n";
  if (bodyless || !with_body || body.empty()) return {SharedBytes::of(head)};
  if (body.size() <= joined_body_bytes_max) return {SharedBytes::of(head, body)};
  const bool shared = !response.shared_body.empty();
  return {SharedBytes::of(head), shared ? response.shared_body : SharedBytes::of(body)};
}

}  // namespace gochat::net
