#include "page/web_page.hpp"

#include <algorithm>

#include "page/document.hpp"

namespace gochat::page {
namespace {

constexpr std::string_view path = "/";

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// "gzip;q=0.000" refuses what it names.
bool is_refused(std::string_view parameters) {
  const auto at = parameters.find("q=");
  if (at == std::string_view::npos) return false;
  return trimmed(parameters.substr(at + 2)).find_first_not_of("0.") == std::string_view::npos;
}

// An entity tag names bytes, and the packed ones are others.
std::string entity_tag(bool packed) {
  return '"' + std::string{document().tag} + (packed ? "-gzip\"" : "\"");
}

bool knows(const net::HttpRequest& request, std::string_view tag) {
  return std::ranges::any_of(request.headers.list("If-None-Match"), [tag](std::string_view known) {
    if (known.starts_with("W/")) known.remove_prefix(2);
    return known == tag || known == "*";
  });
}

void add_safety(net::HttpHeaders& headers) {
  headers.add("Content-Security-Policy", std::string{document().policy});
  headers.add("X-Content-Type-Options", "nosniff");
  headers.add("X-Frame-Options", "DENY");
  headers.add("Referrer-Policy", "no-referrer");
  headers.add("Cross-Origin-Opener-Policy", "same-origin");
  headers.add("Cross-Origin-Resource-Policy", "same-origin");
  headers.add("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
}

}  // namespace

bool accepts_gzip(const net::HttpRequest& request) {
  bool accepted = false;
  for (const std::string_view item : request.headers.list("Accept-Encoding")) {
    const auto semicolon = std::min(item.find(';'), item.size());
    const std::string_view coding = trimmed(item.substr(0, semicolon));
    const bool refused = is_refused(item.substr(semicolon));
    if (net::same_token(coding, "gzip")) return !refused;
    if (coding == "*") accepted = !refused;
  }
  return accepted;
}

WebPage::WebPage()
    : plain_{net::SharedBytes::of(document().plain)},
      gzip_{net::SharedBytes::of(document().gzip)} {}

std::optional<net::HttpResponse> WebPage::answer(const net::HttpRequest& request) const {
  const bool reads =
      request.method == net::HttpMethod::get || request.method == net::HttpMethod::head;
  if (!reads || request.path != path) return std::nullopt;
  const bool packed = accepts_gzip(request);
  const std::string tag = entity_tag(packed);
  net::HttpResponse response;
  response.headers.add("ETag", tag);
  response.headers.add("Cache-Control", "no-cache");
  response.headers.add("Vary", "Accept-Encoding");
  add_safety(response.headers);
  if (knows(request, tag)) {
    response.status = 304;
    return response;
  }
  response.headers.add("Content-Type", "text/html; charset=utf-8");
  if (packed) response.headers.add("Content-Encoding", "gzip");
  response.shared_body = packed ? gzip_ : plain_;
  return response;
}

}  // namespace gochat::page
