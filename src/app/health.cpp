#include "app/health.hpp"

#include <algorithm>

namespace gochat::app {
namespace {

bool reads(const net::HttpRequest& request) {
  return request.method == net::HttpMethod::get || request.method == net::HttpMethod::head;
}

}  // namespace

void Health::set_started() {
  started_ = true;
  look();
}

void Health::set_draining() {
  draining_ = true;
  look();
}

void Health::tell(std::function<void(bool)> whom) {
  whom_ = std::move(whom);
  told_ = ready();
  whom_(told_);
}

void Health::look() {
  if (!whom_ || ready() == told_) return;
  told_ = !told_;
  whom_(told_);
}

bool Health::ready() const {
  return started_ && !draining_ &&
         std::ranges::all_of(checks_, [](const Check& c) { return c.good(); });
}

std::optional<net::HttpResponse> Health::answer(const net::HttpRequest& request,
                                                bool internal) const {
  if (!reads(request)) return std::nullopt;
  if (request.path == "/livez" || request.path == "/healthz")
    return net::plain_response(200, "live");
  if (request.path != "/readyz") return std::nullopt;
  const bool good = ready();
  std::string text = good ? "ready" : draining_ ? "draining" : "not ready";
  if (internal && request.param("verbose")) {
    const auto add = [&text](bool holds, std::string_view what) {
      text += holds ? "\n[+]" : "\n[-]";
      text += what;
    };
    add(started_, "started");
    add(!draining_, "not draining");
    for (const Check& check : checks_) add(check.good(), check.name);
  }
  return net::plain_response(good ? 200 : 503, std::move(text));
}

void InternalPages::on_http(net::HttpRequest request, net::HttpResponder responder) {
  if (auto page = health_.answer(request, true)) return responder.send(std::move(*page));
  const auto page = std::ranges::find(pages_, request.path, &Page::path);
  if (page == pages_.end()) return responder.send(not_found());
  if (reads(request)) return responder.send(page->answer());
  auto refusal = net::plain_response(405, "this page is only read");
  refusal.headers.add("Allow", "GET, HEAD");
  responder.send(std::move(refusal));
}

net::HttpResponse InternalPages::not_found() const {
  std::string text = "the internal listener has /livez, /readyz, /healthz";
  for (const Page& page : pages_) text += ", " + page.path;
  return net::plain_response(404, std::move(text));
}

void InternalPages::on_upgrade(net::HttpRequest, net::UpgradeResponder responder) {
  responder.refuse(net::plain_response(404, "no sockets on the internal listener"));
}

}  // namespace gochat::app
