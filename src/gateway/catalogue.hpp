// What clients may ask, as JSON: every route and every frame. For tests and documents that must not
// miss one.
#pragma once

#include <string>

#include "gateway/http_router.hpp"

namespace gochat::gateway {

std::string catalogue_json(const HttpRouter& router);

}  // namespace gochat::gateway
