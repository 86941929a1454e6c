// The few calls of etcd that agreement takes, on the first of its members that answers; one that
// keeps failing is left alone for a while.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "adapters/grpc/credentials.hpp"
#include "async/breaker.hpp"
#include "async/retry.hpp"
#include "async/task.hpp"
#include "async/timer.hpp"
#include "base/metrics.hpp"
#include "base/result.hpp"

namespace gochat::rpc {
class Channel;
struct Answer;
}  // namespace gochat::rpc

namespace gochat::etcd {

struct ClientOptions {
  std::vector<std::string> endpoints;                // address:port
  std::string prefix = "/gochat";                    // of every key
  Duration call_time_max = std::chrono::seconds{2};  // of one member
  Duration time_max = std::chrono::seconds{5};       // of all of them, and of what is tried again
  // Whoever asks asks again with the next beat: this bridges a moment.
  RetryPolicy retry{.attempts_max = 3,
                    .first_delay_max = std::chrono::milliseconds{50},
                    .delay_max = std::chrono::milliseconds{500}};
  double retries_earned_per_call = 0.1;
  double retries_saved_max = 10;
  BreakerPolicy breaker{.failures_in_a_row_max = 3, .open_time = std::chrono::seconds{1}};
  // Who signs in; empty: nobody, or whom the certificate names. A cluster that asks for nobody's
  // name is spoken to without one until it does.
  std::string user{};
  std::string password{};
  rpc::Credentials credentials{};
};

struct Entry {
  std::string key;  // without the prefix
  std::string value;
  std::int64_t created = 0;   // revisions: they rise with every write of anybody
  std::int64_t modified = 0;  // 0: the key is not there
};

using LeaseId = std::int64_t;
inline constexpr LeaseId no_lease = 0;

enum class Again : std::uint8_t;

struct ClientCounts {
  metrics::Counter calls;
  metrics::Counter errors;
  metrics::WaitHistogram seconds;  // of one member's answer
};

// Ordering: a read that starts after a write was answered sees it. Idempotency: where the call's
// meaning is. Errors: `unavailable` when no member answers. Cancellation: a write that was begun
// may have been carried out. Lives on one loop.
class Client {
 public:
  Client(Timers& timers, Dice dice, ClientOptions options);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Every entry whose key begins so, by key.
  Task<Result<std::vector<Entry>>> list(std::string begins);
  Task<Result<Entry>> read(std::string key);
  // Only when the entry is still as it was modified last; 0: when it is not there.
  Task<Result<bool>> write_if(std::string key, std::int64_t modified, std::string value,
                              LeaseId lease);
  Task<Result<void>> write(std::string key, std::string value, LeaseId lease);
  Task<Result<void>> erase(std::string key);

  Task<Result<LeaseId>> grant(Duration time);
  // Whether it was still there.
  Task<Result<bool>> keep_alive(LeaseId lease);
  // With every entry written under it. Tried once: a lease that is not renewed runs out.
  Task<Result<void>> revoke(LeaseId lease);

  const ClientCounts& counts() const;
  // Members that are not asked at present, because they keep failing.
  std::size_t left_alone() const;

 private:
  struct State;
  // One member, until the time that this attempt at it has.
  struct Asked {
    rpc::Channel* member;
    const char* path;
    std::string bytes;
    Deadline deadline;
  };
  Task<rpc::Answer> ask(Asked asked);
  Task<rpc::Answer> ask_as_known(Asked asked);
  Task<Result<void>> sign_in(rpc::Channel* member, Deadline deadline);
  template <class Answer, class Request>
  Task<Result<Answer>> call(const char* path, Request request, Again again);
  std::string full(const std::string& key) const;

  std::unique_ptr<State> state_;
};

}  // namespace gochat::etcd
