// Redis, wherever it is: one server, a master that sentinels name, or a Cluster.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapters/redis/command.hpp"
#include "adapters/redis/figures.hpp"
#include "adapters/redis/options.hpp"
#include "async/retry.hpp"

namespace boost::asio {
class io_context;
}

namespace gochat::redis {

class StreamSource;
class Topology;

// Lives on one loop. Every failure is `unavailable`: what Redis holds may vanish at any moment, so
// its absence is told and never waited out. A key that holds something of another type is deleted
// and the command sent again, because all keys are copies or hints.
class Client {
 public:
  // `invalid_params` when the options cannot be used; whether Redis is there is found out by use.
  static Result<std::unique_ptr<Client>> make(boost::asio::io_context& context, Timers& timers,
                                              Dice dice, Options options);
  ~Client();

  Task<Result<Reply>> call(Command command) { return call_within(std::move(command), within_); }
  Task<Result<Reply>> call_within(Command command, Duration time_max);
  // Each to the server of its key, side by side; answered in their order.
  Task<std::vector<Result<Reply>>> call_all(std::vector<Command> commands);
  // As call_all, for callers that want every answer or none.
  Task<Result<std::vector<Reply>>> all_of(std::vector<Command> commands);

  // Some of the keys of a family, from a place on; the place is moved on.
  struct Place {
    std::size_t node = 0;
    std::string cursor = "0";
    bool end = false;
  };
  struct Found {
    std::vector<Key> keys;
    Place next;
  };
  Task<Result<Found>> scan(std::string family, Place from);

  // Ends the connections; comes before the end of a client. Calls under way and later ones are
  // `unavailable`.
  Task<> stop();

  const Keys& keys() const { return keys_; }
  Timers& timers() { return timers_; }
  const Counts& counts() const { return counts_; }
  Figures figures() const;
  // A value that its reader could not read and leaves out.
  void met_unreadable(const Key& key);

 private:
  struct Batch;
  Client(Timers& timers, Dice dice, Options options);

  Task<> send_some(std::shared_ptr<Batch> batch, std::vector<std::size_t> which);
  void send_one(const std::shared_ptr<Batch>& batch, std::size_t n, bool with_source);
  void told(const std::shared_ptr<Batch>& batch, std::size_t n, Result<Reply> reply);
  void ended(const std::shared_ptr<Batch>& batch, std::size_t n, Result<Reply> reply);
  void heal(const std::shared_ptr<Batch>& batch, std::size_t n);
  Task<> run_batch(std::shared_ptr<Batch> batch);

  Timers& timers_;
  const Dice dice_;
  const Options options_;
  const Duration within_;
  const Keys keys_;
  Counts counts_;
  RetryBudget budget_;
  std::unique_ptr<StreamSource> streams_;
  std::unique_ptr<Topology> topology_;
};

}  // namespace gochat::redis
