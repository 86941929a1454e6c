// Live, ready, draining. Liveness depends on nothing but the loop that answers; readiness is what
// the process says of itself.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "net/http_message.hpp"
#include "net/server.hpp"

namespace gochat::app {

class Health {
 public:
  struct Check {
    std::string name;
    std::function<bool()> good;
  };
  void add(Check check) { checks_.push_back(std::move(check)); }
  void set_started();
  void set_draining();
  // From now on told whenever `ready` is another than it was, as far as somebody looks.
  void tell(std::function<void(bool ready)> whom);
  void look();
  bool ready() const;
  bool draining() const { return draining_; }

  // /livez, /readyz and /healthz; with `verbose` on the internal listener /readyz?verbose lists the
  // checks.
  std::optional<net::HttpResponse> answer(const net::HttpRequest& request, bool internal) const;

 private:
  std::vector<Check> checks_;
  std::function<void(bool)> whom_;
  bool told_ = false;
  bool started_ = false;
  bool draining_ = false;
};

// The internal listener: for the operator and the machines that watch, never for clients.
class InternalPages final : public net::ServerOwner {
 public:
  using Answer = std::function<net::HttpResponse()>;

  explicit InternalPages(const Health& health) : health_{health} {}
  // What is read at that path, beside health.
  void add(std::string path, Answer answer) {
    pages_.push_back({std::move(path), std::move(answer)});
  }
  void on_http(net::HttpRequest request, net::HttpResponder responder) override;
  void on_upgrade(net::HttpRequest request, net::UpgradeResponder responder) override;
  void on_open(net::ConnectionId, std::uint64_t) override {}
  void on_message(net::ConnectionId, std::string_view, bool) override {}
  void on_close(net::ConnectionId, std::uint16_t) override {}

 private:
  struct Page {
    std::string path;
    Answer answer;
  };
  net::HttpResponse not_found() const;

  const Health& health_;
  std::vector<Page> pages_;
};

}  // namespace gochat::app
