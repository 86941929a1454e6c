// Every MessageQueue passes this.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "contract/subject.hpp"
#include "ports/message_queue.hpp"

namespace gochat::contract {

// A reader that remembers what it was given, and does with it what the test says.
class RecordingHandler final : public LaneHandler {
 public:
  explicit RecordingHandler(Timers& timers) : timers_{timers} {}

  Task<Result<void>> take(LaneBatch batch) override;
  Task<> committed(LaneId lane) override;
  Task<Result<void>> assigned(LaneId lane) override;
  void revoked(LaneId lane) override;

  std::vector<std::string> values() const;
  std::vector<std::string> values_of(const std::string& key) const;

  // What to do.
  std::set<std::string> refused_values;        // each is answered with an error once
  ErrorCode refusal = ErrorCode::unavailable;  // that error
  int refused_assignments = 0;
  std::set<std::string> held_values;  // their batch is not done before they leave this set

  // What was seen.
  std::vector<LaneBatch> taken;              // answered with ok
  std::vector<LaneBatch> failed;             // answered with an error
  std::vector<LaneBatch> running;            // not answered yet
  std::vector<std::size_t> committed_after;  // how many batches were taken at each commit
  std::set<std::int32_t> lanes;              // assigned and not revoked
  int assignments = 0;
  bool overlapped = false;  // two batches of one lane at once, or one of a lane that was not ours
  std::size_t largest = 0;  // of the batches

 private:
  bool is_held(const LaneBatch& batch) const;
  bool is_refused(const LaneBatch& batch);

  Timers& timers_;
};

class MessageQueueContract : public PortContract<MessageQueue> {
 protected:
  void prepare() override { topic_ = own("topic"); }

  void make_topic(std::int32_t lanes) { get(port().ensure_topic(topic_, lanes)); }
  // As texts, from the first on and without the last.
  static std::vector<std::string> numbers(int from, int to);
  ErrorCode publish(const std::string& key, const std::string& value);
  // Keys that lie in different lanes.
  std::vector<std::string> keys_of_different_lanes(RecordingHandler& reader, std::size_t count);
  std::unique_ptr<Subscription> subscribe(RecordingHandler& reader, const std::string& group,
                                          std::size_t batch_records_max = 1'000);
  void wait_for(const std::function<bool()>& holds) { loop().run_until(holds, "what must come"); }
  void stop(std::unique_ptr<Subscription>& subscription) { run(subscription->stop()); }

  std::string topic_;
};

}  // namespace gochat::contract
