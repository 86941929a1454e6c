// Which member of etcd a call goes to, how often, and when one that fails is left alone. Apart from
// the channels, so that it can be driven in simulated time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "adapters/etcd/etcd_client.hpp"
#include "adapters/grpc/channel.hpp"
#include "async/breaker.hpp"
#include "async/retry.hpp"

namespace gochat::etcd {

enum class Again : std::uint8_t {
  may,
  // What mends itself when it is not done, and holds up the end of a process while it is tried.
  never,
};

// Lives on one loop. The member that answered last is asked first, then the others, each once and
// at once; when none has answered, all of that again after a random pause, within the tries, the
// time and the budget that all calls share.
class Members {
 public:
  // One attempt at one of them, by its number.
  using Ask = std::function<Task<rpc::Answer>(std::size_t member, Duration timeout)>;

  // Of the options everything but the prefix; they and the counts outlive this.
  Members(Timers& timers, Dice dice, const ClientOptions& options, ClientCounts& counts);

  // The bytes of an answer, or the last member's error.
  Task<Result<std::string>> call(Ask ask, Again again);
  std::size_t left_alone() const;

 private:
  struct Member {
    std::string address;
    Breaker breaker;
    std::string failure{};  // the cause of the last one
  };

  Task<Result<std::string>> ask_in_turn(const Ask* ask, Deadline deadline);
  void judge(Breaker::Call verdict, Member& member, const Result<std::string>& result);

  Timers& timers_;
  const ClientOptions& options_;
  ClientCounts& counts_;
  std::vector<Member> members_;
  std::size_t good_ = 0;  // which one answered last
  RetryBudget budget_;
  Retry retry_;
};

}  // namespace gochat::etcd
