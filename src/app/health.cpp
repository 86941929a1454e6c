#include "app/health.hpp"

#include <algorithm>

namespace gochat::app {

bool Health::ready() const {
  return started_ && !draining_ &&
         std::ranges::all_of(checks_, [](const Check& c) { return c.good(); });
}

std::optional<net::HttpResponse> Health::answer(const net::HttpRequest& request,
                                                bool internal) const {
  const bool reads =
      request.method == net::HttpMethod::get || request.method == net::HttpMethod::head;
  if (!reads) return std::nullopt;
  if (request.path == "/livez" || request.path == "/healthz")
    return net::plain_response(200, "live\n");
  if (request.path != "/readyz") return std::nullopt;
  const bool good = ready();
  std::string text = good ? "ready\n" : draining_ ? "draining\n" : "not ready\n";
  if (internal && request.param("verbose")) {
    text += std::string{started_ ? "[+]" : "[-]"} + "started\n";
    text += std::string{draining_ ? "[-]" : "[+]"} + "not draining\n";
    for (const Check& check : checks_) text += (check.good() ? "[+]" : "[-]") + check.name + "\n";
  }
  return net::plain_response(good ? 200 : 503, std::move(text));
}

void InternalPages::on_http(net::HttpRequest request, net::HttpResponder responder) {
  if (auto page = health_.answer(request, true)) return responder.send(std::move(*page));
  responder.send(
      net::plain_response(404, "the internal listener has /livez, /readyz and /healthz\n"));
}

void InternalPages::on_upgrade(net::HttpRequest, net::UpgradeResponder responder) {
  responder.refuse(net::plain_response(404, "no sockets on the internal listener\n"));
}

}  // namespace gochat::app
