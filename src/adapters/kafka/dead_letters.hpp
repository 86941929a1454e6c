// Dead letters in their topics of one lane: the id is the offset. That one is settled is said by a
// record behind it, whose key is its offset and which has no value.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "adapters/kafka/kafka_queue.hpp"
#include "ports/dead_letters.hpp"

namespace gochat::kafka {

class KafkaDeadLetters final : public DeadLetters {
 public:
  KafkaDeadLetters(KafkaQueue& queue, Timers& timers, KafkaLimits limits = {})
      : queue_{queue}, timers_{timers}, limits_{limits} {}

  Task<Result<std::vector<KeptLetter>>> page(std::string topic, std::uint64_t from,
                                             std::size_t limit) override;
  Task<Result<void>> settle(std::string topic, std::uint64_t id) override;

  // What this process has laid there, without its own marks.
  std::uint64_t kept(const std::string& topic) const;

 private:
  KafkaQueue& queue_;
  Timers& timers_;
  const KafkaLimits limits_;
  std::map<std::string, std::uint64_t> marks_;
};

}  // namespace gochat::kafka
