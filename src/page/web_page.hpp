// Serves the page at /. It is the same for everybody and holds nothing of anybody, so it may be
// kept by a cache that asks whether it is still the one; what people see in it comes over the API.
#pragma once

#include <optional>

#include "net/http_message.hpp"

namespace gochat::page {

class WebPage {
 public:
  WebPage();

  // Empty: the request is for something else.
  std::optional<net::HttpResponse> answer(const net::HttpRequest& request) const;

 private:
  net::SharedBytes plain_;
  net::SharedBytes gzip_;
};

// Whether Accept-Encoding lets the answer be packed: gzip is named, or all are, and not with q=0.
bool accepts_gzip(const net::HttpRequest& request);

}  // namespace gochat::page
