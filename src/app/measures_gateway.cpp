#include "app/measures.hpp"
#include "net/certificate.hpp"

namespace gochat::app {
namespace {

double number(std::uint64_t value) { return static_cast<double>(value); }

}  // namespace

void name_gateway(metrics::Registry& registry, const gateway::Gateway& gateway) {
  const gateway::GatewayCounts& counts = gateway.counts();
  registry.gauge({"gochat_connections", "WebSockets that are signed in."},
                 [&gateway] { return number(gateway.sessions()); });
  registry.gauge(
      {"gochat_people_online",
       "People with a WebSocket, over all gateways; who is at two of them counts twice."},
      [&gateway] { return number(gateway.online()); });
  registry.counter({"gochat_connections_opened_total", "WebSockets that signed in."},
                   counts.sockets_opened);
  registry.counter({"gochat_connections_closed_total", "WebSockets that ended, by close code."},
                   counts.sockets_closed);
  registry.counter({"gochat_handshakes_refused_total", "WebSockets refused, by error code."},
                   counts.handshakes_refused);
  for (std::size_t n = 0; n < counts.frames.size(); ++n) {
    registry.counter({"gochat_frames_received_total",
                      "Client frames that were understood, by type.",
                      {{"type", std::string{gateway::frame_names[n]}}}},
                     counts.frames[n]);
  }
  registry.counter({"gochat_frames_refused_total", "Client frames that were not understood."},
                   counts.frames_refused);
  registry.counter({"gochat_messages_accepted_total", "Sends that were queued."},
                   counts.sends_accepted);
  registry.counter({"gochat_messages_stored_total", "Sends whose message was stored."},
                   counts.sends_stored);
  registry.counter(
      {"gochat_messages_duplicate_total", "Sends that repeated one and got its receipt again."},
      counts.sends_repeated);
  registry.counter({"gochat_messages_refused_total", "Sends that were refused, by error code."},
                   counts.sends_refused);
  registry.histogram(
      {"gochat_message_stored_seconds", "From the arrival of a send at the queue to its `stored`."},
      counts.send_stored_seconds);
  registry.counter({"gochat_http_requests_total", "Answered requests; route is the pattern."},
                   counts.http_requests);
  registry.histogram({"gochat_http_request_duration_seconds",
                      "From the request's arrival to its answer; API routes only."},
                     counts.http_seconds);
  registry.counter({"gochat_sign_ins_total", "Sign-ins by way and by error code; OK is a success."},
                   counts.sign_ins);
  registry.counter({"gochat_rate_limited_total", "Refusals by a rate, and what was too frequent."},
                   counts.rate_limited);

  const gateway::DeliveryCounts& delivery = gateway.delivery_counts();
  registry.counter({"gochat_messages_delivered_total", "Frames put onto sockets in their order."},
                   [&delivery] { return number(delivery.delivered); });
  registry.counter({"gochat_messages_dropped_total", "Records that a socket had been sent before."},
                   [&delivery] { return number(delivery.dropped); });
  registry.counter({"gochat_messages_held_total", "Frames held until a gap before them is filled."},
                   [&delivery] { return number(delivery.held); });
  registry.counter({"gochat_messages_filled_total", "Messages read again to fill such a gap."},
                   [&delivery] { return number(delivery.filled); });
}

void name_network(metrics::Registry& registry, const gateway::Gateway& gateway) {
  registry.gauge({"gochat_net_sockets", "Open sockets of the public listener, HTTP too."},
                 [&gateway] { return number(gateway.net_counts().connections); });
  registry.counter({"gochat_net_accepted_total", "Sockets that were accepted."},
                   [&gateway] { return number(gateway.net_counts().accepted); });
  registry.counter({"gochat_net_refused_total", "Sockets turned away by a limit."},
                   [&gateway] { return number(gateway.net_counts().refused); });
  registry.counter({"gochat_net_accept_pauses_total", "How often file descriptors ran out."},
                   [&gateway] { return number(gateway.net_counts().accept_pauses); });
  registry.counter({"gochat_net_received_bytes_total", "Bytes read from sockets."},
                   [&gateway] { return number(gateway.traffic().bytes_in); });
  registry.counter({"gochat_net_sent_bytes_total", "Bytes written to sockets."},
                   [&gateway] { return number(gateway.traffic().bytes_out); });
  registry.counter({"gochat_net_messages_received_total", "Whole WebSocket messages."},
                   [&gateway] { return number(gateway.traffic().messages_in); });
  registry.counter({"gochat_net_frames_sent_total", "WebSocket frames, pings and pongs too."},
                   [&gateway] { return number(gateway.traffic().frames_out); });
  registry.counter({"gochat_net_outbox_overflows_total", "Slow readers, closed with 4000."},
                   [&gateway] { return number(gateway.traffic().outbox_overflows); });
  registry.counter({"gochat_net_requests_malformed_total", "Requests that were no good HTTP."},
                   [&gateway] { return number(gateway.traffic().requests_malformed); });
}

void name_certificate(metrics::Registry& registry, const net::Certificate* certificate) {
  registry.gauge({"gochat_tls_certificate_expires_seconds",
                  "Unix time at which the certificate expires, 0 without TLS."},
                 [certificate] {
                   const auto expires =
                       certificate ? certificate->expires() : net::Certificate::Time{};
                   return static_cast<double>(expires.time_since_epoch().count());
                 });
}

}  // namespace gochat::app
