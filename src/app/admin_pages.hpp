// What the operator's socket answers. A verb is `POST /noun/verb` with its arguments as a JSON
// object; the answer is one JSON object per line, and a list that goes on says so in Gochat-Next.
// Everything here only translates: the acts are logic's.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "app/configuration.hpp"
#include "app/dead_letter_desk.hpp"
#include "async/gate.hpp"
#include "net/server.hpp"
#include "ports/operator_api.hpp"
#include "protocol/http_json.hpp"

namespace gochat::app {

inline constexpr std::string_view next_page_header = "Gochat-Next";

class AdminPages final : public net::ServerOwner {
 public:
  // Without logic no role of this process can act for an operator: its own log, its configuration
  // where it has one that can change, and the dead letters are in reach.
  AdminPages(OperatorApi* logic, const Configuration* configuration, DeadLetterDesk& letters,
             boost::asio::any_io_executor executor);

  // Returns when what was begun has been answered.
  Task<> stop() { return gate_.close(); }

  Task<net::HttpResponse> answer_to(net::HttpRequest request);

  void on_http(net::HttpRequest request, net::HttpResponder responder) override;
  void on_upgrade(net::HttpRequest request, net::UpgradeResponder responder) override;
  void on_open(net::ConnectionId, std::uint64_t) override {}
  void on_message(net::ConnectionId, std::string_view, bool) override {}
  void on_close(net::ConnectionId, std::uint16_t) override {}

 private:
  struct Told {
    std::string lines;
    std::string next{};  // empty: there is no more
  };
  using Arguments = protocol::JsonObject;
  using Handler = Task<Result<Told>> (AdminPages::*)(Arguments);

  Task<> answer(net::HttpRequest request, net::HttpResponder responder);
  Task<Result<Told>> told(net::HttpRequest request);

  Task<Result<Told>> user_list(Arguments arguments);
  Task<Result<Told>> user_create(Arguments arguments);
  Task<Result<Told>> user_disable(Arguments arguments);
  Task<Result<Told>> user_enable(Arguments arguments);
  Task<Result<Told>> user_reset_password(Arguments arguments);
  Task<Result<Told>> user_set_role(Arguments arguments);
  Task<Result<Told>> group_list(Arguments arguments);
  Task<Result<Told>> session_list(Arguments arguments);
  Task<Result<Told>> session_revoke(Arguments arguments);
  Task<Result<Told>> log_level(Arguments arguments);
  Task<Result<Told>> config_running(Arguments arguments);
  Task<Result<Told>> dlq_list(Arguments arguments);
  Task<Result<Told>> dlq_replay(Arguments arguments);

  Task<Result<Told>> set_enabled(Arguments arguments, bool enabled);

  static const std::map<std::string_view, Handler>& handlers();

  OperatorApi* logic_;
  const Configuration* configuration_;
  DeadLetterDesk& letters_;
  Gate gate_;
};

}  // namespace gochat::app
