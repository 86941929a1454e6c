// Bodies of HTTP: reading the request's JSON, and the two envelopes of the answer. The JSON library
// stays behind this header.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "domain/ids.hpp"
#include "protocol/error_text.hpp"

namespace gochat::protocol {

inline constexpr std::size_t http_body_bytes_max = 1024 * 1024;
inline constexpr std::size_t json_depth_max = 32;

// The names of one member, the first of which stands in errors: {"conversationId",
// "conversation_id"}. Given by several of them, the values must agree.
using Names = std::initializer_list<std::string_view>;

// A JSON object that was read strictly: depth at most 32, no duplicate member, no NaN, valid UTF-8.
// Each reader answers nothing for a member that is absent or null, and INVALID_PARAMS naming it for
// one of another type. Unknown members are ignored. Owns what it hands out views of.
class JsonObject {
 public:
  // An empty body is an empty object: many requests may come without one.
  static Result<JsonObject> parse(std::string_view json);

  JsonObject(JsonObject&&) noexcept;
  JsonObject& operator=(JsonObject&&) noexcept;
  ~JsonObject();

  Result<std::optional<std::string_view>> text(Names names) const;
  Result<std::optional<std::int64_t>> integer(Names names) const;
  Result<std::optional<bool>> boolean(Names names) const;
  // A 64-bit id above 0, written as a string; a number is refused with a hint that says so.
  Result<std::optional<std::int64_t>> id(Names names) const;
  Result<std::optional<std::vector<std::string_view>>> texts(Names names,
                                                             std::size_t count_max) const;
  Result<std::optional<std::vector<std::int64_t>>> ids(Names names, std::size_t count_max) const;
  bool has(Names names) const;

  // The same, but absent is INVALID_PARAMS too.
  Result<std::string_view> required_text(Names names) const;
  Result<std::int64_t> required_id(Names names) const;

 private:
  struct Document;
  explicit JsonObject(std::unique_ptr<Document> document);
  std::unique_ptr<Document> document_;
};

// {"success":true,"message":...,"data":...}; `data_json` is JSON, empty means null. A list that may
// go on has its cursor as `next` beside the data.
std::string success_body(std::string_view data_json, std::string_view message,
                         std::string_view next = {});

// What an error answer says beside the error.
struct ProblemContext {
  std::string_view trace_id;
  std::string_view instance;  // the request's path, without its query
  Language language = Language::english;
  std::string_view details_json{};  // an object for `details`, if any
};
// application/problem+json: RFC 9457's members beside success, code, num, message, retryable.
std::string problem_body(const Error& error, const ProblemContext& context);

}  // namespace gochat::protocol
