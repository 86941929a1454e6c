// The few calls of etcd that agreement takes, on the first of its members that answers.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "adapters/grpc/credentials.hpp"
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
  std::vector<std::string> endpoints;  // address:port
  std::string prefix = "/gochat";      // of every key
  Duration call_time_max = std::chrono::seconds{2};
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

struct ClientCounts {
  metrics::Counter calls;
  metrics::Counter errors;
};

// Ordering: a read that starts after a write was answered sees it. Idempotency: where the call's
// meaning is. Errors: `unavailable` when no member answers. Cancellation: a write that was begun
// may have been carried out. Lives on one loop.
class Client {
 public:
  explicit Client(ClientOptions options);
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
  // With every entry written under it.
  Task<Result<void>> revoke(LeaseId lease);

  const ClientCounts& counts() const;

 private:
  struct State;
  // Of one member.
  Task<rpc::Answer> ask(rpc::Channel* member, const char* path, std::string bytes);
  Task<rpc::Answer> ask_as_known(rpc::Channel* member, const char* path, std::string bytes);
  Task<Result<void>> sign_in(rpc::Channel* member);
  template <class Answer, class Request>
  Task<Result<Answer>> call(const char* path, Request request);
  std::string full(const std::string& key) const;

  std::unique_ptr<State> state_;
};

}  // namespace gochat::etcd
