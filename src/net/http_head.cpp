#include "net/http_head.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <charconv>

#include "net/http_target.hpp"

namespace gochat::net {

namespace {

namespace http = boost::beast::http;

struct Scan {
  std::size_t end = 0;  // behind the empty line; 0: not there yet
  std::optional<Refusal> refusal{};
};

bool has_control(std::string_view line) {
  return std::ranges::any_of(line, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7F;
  });
}

// Finds the end of the head and refuses what a lenient parser would let pass: bare LF and CR, NUL
// and other controls, folded lines; and what is too much. It judges every line as soon as it is
// there.
Scan scan_head(std::string_view bytes, const Limits& limits) {
  constexpr std::size_t method_and_version_bytes_max = 64;
  std::size_t lines = 0;
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::size_t feed = bytes.find('\n', at);
    if (lines == 0 &&
        std::min(feed, bytes.size()) > limits.uri_bytes_max + method_and_version_bytes_max) {
      return {.refusal = Refusal{414, "the URI is too long"}};
    }
    if (std::min(feed, bytes.size()) > limits.head_bytes_max) {
      return {.refusal = Refusal{431, "the header is too large"}};
    }
    if (feed == std::string_view::npos) break;
    if (feed == at || bytes[feed - 1] != '\r')
      return {.refusal = Refusal{400, "a line ends in a bare LF"}};
    const std::string_view line = bytes.substr(at, feed - 1 - at);
    at = feed + 1;
    if (line.empty()) return {.end = at};
    if (has_control(line)) return {.refusal = Refusal{400, "a control character in the header"}};
    if (line.front() == ' ' || line.front() == '\t')
      return {.refusal = Refusal{400, "a folded line"}};
    if (lines++ > limits.head_fields_max)
      return {.refusal = Refusal{431, "too many header fields"}};
  }
  return {};
}

HttpMethod method_of(std::string_view name) {
  static constexpr std::pair<std::string_view, HttpMethod> methods[] = {
      {"GET", HttpMethod::get},        {"HEAD", HttpMethod::head},
      {"POST", HttpMethod::post},      {"PUT", HttpMethod::put},
      {"PATCH", HttpMethod::patch},    {"DELETE", HttpMethod::delete_},
      {"OPTIONS", HttpMethod::options}};
  for (const auto& [known, method] : methods) {
    if (known == name) return method;
  }
  return HttpMethod::other;
}

template <class Fields>
HttpHeaders headers_of(const Fields& fields) {
  HttpHeaders headers;
  for (const auto& field : fields) {
    headers.add(std::string{field.name_string()}, std::string{field.value()});
  }
  return headers;
}

std::optional<std::uint64_t> parse_length(std::string_view text) {
  constexpr std::size_t digits_max = 18;
  const bool digits = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (text.empty() || text.size() > digits_max || !digits) return std::nullopt;
  std::uint64_t length = 0;
  std::from_chars(text.data(), text.data() + text.size(), length);
  return length;
}

std::optional<Refusal> read_framing(const HttpHeaders& headers, bool http_1_1,
                                    BodyFraming& framing) {
  const std::size_t lengths = headers.count("Content-Length");
  if (headers.has("Transfer-Encoding")) {
    if (lengths > 0) return Refusal{400, "both Content-Length and Transfer-Encoding"};
    if (!http_1_1) return Refusal{400, "Transfer-Encoding in HTTP/1.0"};
    const auto codings = headers.list("Transfer-Encoding");
    const auto chunked = [](std::string_view coding) { return same_token(coding, "chunked"); };
    if (!std::ranges::all_of(codings, chunked)) return Refusal{501, "unknown transfer coding"};
    if (codings.size() != 1) return Refusal{400, "not one transfer coding"};
    framing.kind = BodyFraming::Kind::chunked;
    return std::nullopt;
  }
  if (lengths == 0) return std::nullopt;
  const auto length = parse_length(headers.get("Content-Length"));
  if (lengths > 1 || !length) return Refusal{400, "not one valid Content-Length"};
  framing = {BodyFraming::Kind::length, *length};
  if (*length == 0) framing.kind = BodyFraming::Kind::none;
  return std::nullopt;
}

bool is_host(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view{"-._~:[]%!$&'()*+;="}.contains(c);
  });
}

// Proxies may send the whole URL. Its host must be the one of the Host field: everything behind
// (origin checks, redirects) knows one host only.
std::optional<std::string_view> origin_form(std::string_view target, std::string_view host) {
  for (std::string_view scheme : {"http://", "https://"}) {
    if (!same_token(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    const std::size_t end = std::min(target.find_first_of("/?"), target.size());
    if (!same_token(target.substr(0, end), host)) return std::nullopt;
    target.remove_prefix(end);
    return target.empty() ? std::string_view{"/"} : target;
  }
  return target;
}

std::optional<Refusal> read_target(HttpRequest& request, const Limits& limits) {
  const std::string_view target = request.target;
  if (target.size() > limits.uri_bytes_max) return Refusal{414, "the URI is too long"};
  const bool printable =
      std::ranges::all_of(target, [](char c) { return c > ' ' && c < 0x7F && c != '#'; });
  if (!printable) return Refusal{400, "a character in the URI that must be encoded"};
  if (target == "*" && request.method == HttpMethod::options) {
    request.path = "*";
    return std::nullopt;
  }
  const auto origin = origin_form(target, request.headers.get("Host"));
  auto parsed = origin ? parse_target(*origin, limits.query_params_max) : std::nullopt;
  if (!parsed) return Refusal{400, "the URI cannot be read"};
  request.path = std::move(parsed->path);
  request.query = std::move(parsed->query);
  return std::nullopt;
}

std::optional<Refusal> read_meaning(RequestHead& head, const Limits& limits) {
  const HttpHeaders& headers = head.request.headers;
  const std::size_t hosts = headers.count("Host");
  if (hosts > 1 || (hosts == 0 && head.http_1_1)) return Refusal{400, "not one Host field"};
  if (!is_host(headers.get("Host"))) return Refusal{400, "not a host"};
  if (auto refusal = read_framing(headers, head.http_1_1, head.framing)) return refusal;
  if (auto refusal = read_target(head.request, limits)) return refusal;
  if (head.framing.length > limits.body_bytes_max) return Refusal{413, "the body is too large"};
  if (headers.has("Expect") && head.http_1_1) {
    if (!same_token(headers.get("Expect"), "100-continue"))
      return Refusal{417, "unknown expectation"};
    head.expects_continue = head.framing.kind != BodyFraming::Kind::none;
  }
  head.keep_alive = head.http_1_1 && !headers.has_token("Connection", "close");
  return std::nullopt;
}

}  // namespace

RequestHead parse_request_head(std::string_view bytes, const Limits& limits) {
  RequestHead head;
  // One empty line before a request is what some old clients leave behind a body.
  const std::size_t skipped = bytes.starts_with("\r\n") ? 2 : 0;
  const Scan scan = scan_head(bytes.substr(skipped), limits);
  head.refusal = scan.refusal;
  if (scan.refusal || scan.end == 0) return head;

  const std::string_view first_line = bytes.substr(skipped, bytes.find('\r', skipped) - skipped);
  if (std::ranges::count(first_line, ' ') != 2) {
    head.refusal = Refusal{400, "the request line cannot be read"};
    return head;
  }
  http::request_parser<http::empty_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(limits.head_bytes_max + 2));
  parser.body_limit(boost::none);
  boost::beast::error_code error;
  parser.put(boost::asio::buffer(bytes.data() + skipped, scan.end), error);
  if (error == http::error::bad_version) {
    head.refusal = Refusal{505, "only HTTP/1.1 is spoken here"};
    return head;
  }
  if (error || !parser.is_header_done()) {
    // Its own answers to contradicting lengths come before ours; they all mean the same.
    head.refusal = Refusal{400, "the header cannot be read"};
    return head;
  }
  const auto& message = parser.get();
  head.consumed = skipped + scan.end;
  head.http_1_1 = message.version() == 11;
  head.request.method_name = std::string{message.method_string()};
  head.request.method = method_of(head.request.method_name);
  head.request.target = std::string{message.target()};
  head.request.headers = headers_of(message);
  head.refusal = read_meaning(head, limits);
  return head;
}

ReplyHead parse_reply_head(std::string_view bytes, const Limits& limits, bool to_head) {
  ReplyHead head;
  const Scan scan = scan_head(bytes, limits);
  head.broken = scan.refusal.has_value();
  if (head.broken || scan.end == 0) return head;
  http::response_parser<http::empty_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(limits.head_bytes_max + 2));
  parser.body_limit(boost::none);
  parser.skip(true);
  boost::beast::error_code error;
  parser.put(boost::asio::buffer(bytes.data(), scan.end), error);
  head.broken = error || !parser.is_header_done();
  if (head.broken) return head;
  const auto& message = parser.get();
  head.consumed = scan.end;
  head.status = static_cast<int>(message.result_int());
  head.headers = headers_of(message);
  head.keep_alive = message.version() == 11 && !head.headers.has_token("Connection", "close");
  if (to_head || head.status < 200 || head.status == 204 || head.status == 304) return head;
  if (read_framing(head.headers, true, head.framing)) head.broken = true;
  const bool sized = head.headers.has("Content-Length") || head.headers.has("Transfer-Encoding");
  if (!sized) head.framing.kind = BodyFraming::Kind::until_close;
  return head;
}

}  // namespace gochat::net
