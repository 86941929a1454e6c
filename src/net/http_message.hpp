// What HTTP carries, as the owner of a server (and the client) sees it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/shared_bytes.hpp"

namespace gochat::net {

// Fields in the order of the wire. Names compare without case, as HTTP has it.
class HttpHeaders {
 public:
  using Field = std::pair<std::string, std::string>;

  HttpHeaders() = default;
  HttpHeaders(std::initializer_list<Field> fields) : fields_{fields} {}

  void add(std::string name, std::string value) {
    fields_.emplace_back(std::move(name), std::move(value));
  }
  // The first value of that name, empty when there is none.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  // The items of a comma separated list; all fields of the name are one list.
  std::vector<std::string_view> list(std::string_view name) const;
  bool has_token(std::string_view name, std::string_view token) const;
  const std::vector<Field>& fields() const { return fields_; }

 private:
  std::vector<Field> fields_;
};

// Equal but for the case of ASCII letters.
bool same_token(std::string_view a, std::string_view b);

// Why a request goes no further than its head, or its body no further than it may.
struct Refusal {
  int status;
  std::string_view reason;  // a literal, fit for a client's eyes
};

enum class HttpMethod : std::uint8_t { get, head, post, put, patch, delete_, options, other };

struct HttpRequest {
  HttpMethod method = HttpMethod::get;
  std::string method_name;
  std::string target;  // as it came, for signatures and redirects; never for routing or logs
  std::string path;  // percent-decoded, valid UTF-8, starts with '/', holds no '.' or '..' segment
  std::vector<std::pair<std::string, std::string>> query;  // decoded, in order
  HttpHeaders headers;
  std::string body;
  std::string remote_address;  // the peer of the socket, without its port
  bool tls = false;
  int listener_tag = 0;  // which of the server's listeners it came in by
  // Of a refused one, of which only a part may have been read: method, target and headers, or none.
  std::optional<Refusal> refusal{};

  // The first query parameter of that name.
  std::optional<std::string_view> param(std::string_view name) const;
};

// The server adds Content-Length and Connection; everything else is the owner's.
struct HttpResponse {
  int status = 200;
  HttpHeaders headers{};
  std::string body{};
  // Used instead of `body` when it is not empty: an asset that many fetch.
  SharedBytes shared_body{};

  std::string_view content() const {
    return shared_body.empty() ? std::string_view{body} : shared_body.view();
  }
};

// The answers of the network layer itself and of owners who have nothing better to say.
HttpResponse plain_response(int status, std::string text);
std::string_view reason_phrase(int status);

}  // namespace gochat::net
