#include "app/role_options.hpp"

#include <algorithm>

#include "app/hooks.hpp"

namespace gochat::app {
namespace {

BucketRate per_hour(std::uint32_t burst, std::uint32_t count) {
  return {.capacity = static_cast<double>(burst), .per_second = count / 3600.0};
}

SendRates send_rates(const config::Config& config) {
  const double world = config.world.sends_per_second;
  return {{.capacity = static_cast<double>(config.limits.sends_burst),
           .per_second = static_cast<double>(config.limits.sends_per_second)},
          {.capacity = std::max(1.0, world), .per_second = world}};
}

}  // namespace

logic::Options logic_options(const config::Config& config, bool queue_is_durable) {
  logic::Options options;
  options.registration_open = config.auth.registration_open;
  options.guests = config.auth.guests;
  options.world = config.world.enabled;
  options.offline_grace = std::chrono::seconds{config.presence.offline_grace_seconds};
  options.password_bytes_min = config.auth.password_min;
  options.short_token_life = std::chrono::minutes{config.auth.token_minutes};
  options.session_life = std::chrono::days{config.auth.session_days};
  options.refreshed_session_life = std::chrono::days{config.auth.refreshed_session_days};
  options.failed_logins_free_per_account = config.auth.failed_logins_per_account;
  options.failed_logins_free_per_address = config.auth.failed_logins_per_address;
  options.failed_login_delay_max = std::chrono::seconds{config.auth.failed_login_delay_seconds};
  options.long_tokens = config.auth.long_tokens;
  options.refuse_common_passwords = config.auth.refuse_common_passwords;
  options.sign_ups = per_hour(config.limits.sign_ups_burst, config.limits.sign_ups_per_hour);
  options.guest_visits = per_hour(config.limits.guests_burst, config.limits.guests_per_hour);
  options.sends = send_rates(config);
  options.group_members_max = config.limits.group_members_max;
  options.queue_is_durable = queue_is_durable;
  options.upstream_lanes = static_cast<std::int32_t>(config.queue.lanes);
  options.large_group_from = config.task.large_group_from;
  options.large_group_back = config.task.large_group_back;
  options.task_lanes = static_cast<std::int32_t>(config.task.lanes);
  options.message_tasks = message_tasks(config);
  return options;
}

task::Options task_options(const config::Config& config) {
  task::Options options;
  options.lanes = static_cast<std::int32_t>(config.task.lanes);
  options.fanout_batch = config.task.fanout_batch;
  return options;
}

gateway::GatewayOptions gateway_options(const config::Config& config) {
  gateway::GatewayOptions options;
  options.name = config.server.instance;
  options.limits.message_bytes_max = limits::frame_bytes_max;
  options.limits.outbox_bytes_max = config.limits.outbox_bytes;
  options.limits.outbox_drained_bytes =
      std::min(options.limits.outbox_drained_bytes, options.limits.outbox_bytes_max / 8);
  options.limits.outbox_frames_max = config.limits.outbox_frames;
  options.limits.body_bytes_max = config.limits.body_bytes;
  options.limits.connections_max = config.limits.connections;
  options.limits.connections_per_address_max = config.gateway.connections_per_address;
  options.io_threads = config.gateway.io_threads;
  options.connections_per_user_max = config.gateway.connections_per_user;
  options.auth_frame_time_max = std::chrono::seconds{config.gateway.auth_frame_seconds};
  options.silence =
      gateway::SilenceLimits::of(std::chrono::seconds{config.gateway.timeline_heartbeat_seconds});
  options.receipt_time_max = std::chrono::seconds{config.gateway.receipt_seconds};
  options.publisher.sends = send_rates(config);
  options.publisher.lag_max = std::chrono::seconds{config.queue.lag_seconds_max};
  options.online_max = config.gateway.online_max;
  // Three times while a lease lasts.
  options.refresh_interval = std::chrono::seconds{config.gateway.lease_seconds} / 3;
  options.repair.interval = options.refresh_interval;
  options.trusted_proxies = config.server.trusted_proxies;
  options.handshake = {config.auth.token_in_url, config.server.public_url,
                       config.server.allowed_origins};
  options.http.allowed_origins = config.server.allowed_origins;
  return options;
}

}  // namespace gochat::app
