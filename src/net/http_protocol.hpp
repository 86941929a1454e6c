// HTTP/1.1 on a connection: one request at a time, the next one of a pipeline after the answer to
// this one; ends in the upgrade to a WebSocket, or with the connection.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "net/connection.hpp"
#include "net/http_body.hpp"
#include "net/http_head.hpp"
#include "net/http_message.hpp"

namespace gochat::net {

class HttpProtocol final : public Protocol {
 public:
  HttpProtocol(Connection& connection, std::string remote_address, int listener_tag);

  // The owner's answer to the request that it was shown last.
  void answer(HttpResponse response);
  // Goes over to WebSocket; false when no upgrade is being waited for.
  bool upgrade(std::string_view subprotocol);

  void on_start() override;
  void on_unencrypted() override;
  std::size_t on_bytes(std::span<char> bytes) override;
  void on_end(bool leftover) override;
  void on_lost() override {}
  void on_written(std::size_t bytes, std::size_t left) override;
  void on_deadline() override;
  void on_stop() override;

 private:
  enum class Phase : std::uint8_t { head, body, answering, upgrading, upgraded, over };

  std::size_t take_head(std::string_view bytes);
  std::size_t take_body(std::string_view bytes);
  void begin(RequestHead head, bool body_has_come);
  void begin_upgrade(RequestHead head);
  void show_request();
  void locate(HttpRequest& request) const;
  void refuse(HttpRequest request, Refusal refusal);
  void refuse_unseen(const Refusal& refusal);
  void put_response(const HttpResponse& response);
  void finish();

  Connection& connection_;
  const std::string remote_address_;
  const int listener_tag_;
  Phase phase_ = Phase::head;
  bool keep_alive_ = true;
  bool head_begun_ = false;
  bool answers_head_ = false;
  HttpRequest request_;
  std::string upgrade_key_;
  std::unique_ptr<BodyReader> body_;
};

}  // namespace gochat::net
