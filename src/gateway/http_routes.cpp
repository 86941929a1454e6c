#include "gateway/http_routes.hpp"

#include <charconv>

namespace gochat::gateway {

void add_http_routes(HttpRouter& router, const RouteRooms& rooms) {
  add_auth_routes(router, rooms);
  add_people_routes(router, rooms);
  add_conversation_routes(router, rooms);
  add_message_routes(router, rooms);
  add_group_routes(router, rooms);

  using enum net::HttpMethod;
  router.audit(put, "/auth/password");
  router.audit(delete_, "/auth/sessions/{id}");
  router.audit(delete_, "/users/me");
  router.audit(delete_, "/groups/{id}");
  router.audit(post, "/groups/{id}/transfer");
  router.audit(put, "/groups/{id}/members/{userId}");
  router.audit(delete_, "/groups/{id}/members/{userId}");
}

Result<std::int64_t> id_of(std::string_view text, std::string_view field) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number <= 0) {
    return refused(ErrorCode::invalid_params, std::string{field} + " is not an id");
  }
  return number;
}

Result<std::uint64_t> number_param(const net::HttpRequest& request, std::string_view name,
                                   std::uint64_t otherwise) {
  const auto text = request.param(name);
  if (!text) return otherwise;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (text->empty() || error != std::errc{} || end != text->data() + text->size()) {
    return refused(ErrorCode::invalid_params, std::string{name} + " is not a number");
  }
  return number;
}

}  // namespace gochat::gateway
