#include "gateway/catalogue.hpp"

#include "protocol/classic_codec.hpp"
#include "protocol/json_writer.hpp"

namespace gochat::gateway {
namespace {

std::string_view access_name(Access access) {
  switch (access) {
    case Access::open:
      return "open";
    case Access::anyone:
      return "anyone";
    case Access::members:
      return "members";
  }
  return "open";
}

}  // namespace

std::string catalogue_json(const HttpRouter& router) {
  protocol::JsonWriter out;
  out.begin_object().key("routes").begin_array();
  for (const HttpRoute& route : router.routes()) {
    out.begin_object().member("method", method_name(route.method)).member("path", route.pattern);
    out.member("access", access_name(route.access)).member("creates", route.creates).end_object();
  }
  out.end_array().key("frames").begin_array();
  for (const std::string_view type : protocol::classic_request_types()) out.text(type);
  out.end_array().end_object();
  return std::move(out).take();
}

}  // namespace gochat::gateway
