// The queue on a real broker passes the suite of its port.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>

#include "adapters/kafka/kafka_queue.hpp"
#include "contract/message_queue_contract.hpp"

namespace gochat::contract {
namespace {

using kafka::KafkaOptions;
using kafka::KafkaQueue;
using support::TaskLoop;

// A name of this run, so that what earlier ones left on the broker is in nobody's way.
std::string own_name(const std::string& name) {
  static int last = 0;
  static const auto begun = std::chrono::system_clock::now().time_since_epoch().count();
  static const std::string run = std::to_string(begun) + "-" + std::to_string(getpid());
  return name + "-" + run + "-" + std::to_string(++last);
}

class KafkaSubject final : public Subject<MessageQueue> {
 public:
  explicit KafkaSubject(const std::string& brokers) {
    KafkaOptions options;
    options.brokers = brokers;
    options.topic_prefix = prefix_;
    options.group_prefix = prefix_;
    auto opened = KafkaQueue::open(loop_.context().get_executor(), loop_.timers(), options);
    if (!opened) throw std::runtime_error{opened.error().detail};
    queue_ = *std::move(opened);
  }
  TaskLoop& loop() override { return loop_; }
  MessageQueue& port() override { return *queue_; }

 private:
  const std::string prefix_ = own_name("contract") + "-";
  TaskLoop loop_{support::Time::steady};
  std::unique_ptr<KafkaQueue> queue_;
};

std::vector<SubjectFactory<MessageQueue>> queues() {
  const char* brokers = std::getenv("GOCHAT_TEST_KAFKA");
  if (!brokers) return {};
  return {{"kafka",
           [brokers = std::string{brokers}] { return std::make_unique<KafkaSubject>(brokers); }}};
}

INSTANTIATE_TEST_SUITE_P(Kafka, MessageQueueContract, ::testing::ValuesIn(queues()), subject_name);

}  // namespace
}  // namespace gochat::contract
