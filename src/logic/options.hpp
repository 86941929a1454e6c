// What an operator may set about logic. The values here are the documented defaults.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "async/rate_limit.hpp"
#include "domain/limits.hpp"
#include "ports/send_limit.hpp"

namespace gochat::logic {

struct Options {
  // Who may come in.
  bool registration_open = true;
  bool guests = true;
  bool world = true;
  std::size_t password_bytes_min = limits::password_bytes_min;
  bool refuse_common_passwords = false;
  // Of one address.
  BucketRate sign_ups{.capacity = 100, .per_second = 60.0 / 3600};
  BucketRate guest_visits{.capacity = 100, .per_second = 120.0 / 3600};

  // How long a sign-in lasts. A client that can refresh gets the short token; any other one gets a
  // token that lives as long as its session, unless all have to refresh.
  bool long_tokens = true;
  std::chrono::seconds short_token_life{std::chrono::minutes{15}};
  std::chrono::seconds session_life{std::chrono::days{7}};
  std::chrono::seconds refreshed_session_life{std::chrono::days{30}};

  // Failed logins: this many are free per account and per address, then each one doubles the wait.
  std::uint32_t failed_logins_free_per_account = 5;
  std::uint32_t failed_logins_free_per_address = 20;
  std::chrono::seconds failed_login_delay_max{60};

  // What services send in the name of one person, and in everybody's into the world room.
  SendRates sends{};

  std::uint32_t group_members_max = limits::group_members_max;
  std::chrono::seconds offline_grace{30};

  // A send in a durable queue was promised to its sender: it waits at the head of its lane while
  // the log is away. One that a crash would lose is refused for now, and its sender tries again.
  bool queue_is_durable = true;
  std::int32_t upstream_lanes = 32;
  std::int32_t world_lanes = 1;
  std::chrono::milliseconds append_deadline{5'000};
  std::chrono::milliseconds publish_deadline{5'000};
  std::chrono::milliseconds refusals_offered_for{5'000};
  std::size_t locate_users_at_once = 1'000;

  // Members from which task tells a group of its messages, and down to which it goes on doing so: a
  // group at the border must not change its road with every member.
  std::uint32_t large_group_from = limits::large_group_from;
  std::uint32_t large_group_back = limits::large_group_back;
  std::int32_t task_lanes = 16;
  // Kinds of background work that are done for every message outside the world room: those for
  // which the wiring has a TaskProcessor.
  std::vector<std::string> message_tasks{};
};

}  // namespace gochat::logic
