// The queue on a real broker passes the suite of its port.
#include <gtest/gtest.h>

#include <cstdlib>

#include "adapters/kafka/dead_letters.hpp"
#include "cluster/kafka_fixture.hpp"
#include "contract/dead_letters_contract.hpp"
#include "contract/message_queue_contract.hpp"

namespace gochat::contract {
namespace {

class KafkaSubject final : public Subject<MessageQueue> {
 public:
  explicit KafkaSubject(const std::string& brokers) : process_{cluster::own_options(brokers)} {}
  support::TaskLoop& loop() override { return process_.loop; }
  MessageQueue& port() override { return *process_.queue; }

 private:
  cluster::KafkaProcess process_;
};

// Without a broker there is no subject, and the suite names itself as skipped.
const SubjectFactory<MessageQueue> queue{"kafka", []() -> std::unique_ptr<Subject<MessageQueue>> {
                                           const char* brokers = std::getenv("GOCHAT_TEST_KAFKA");
                                           if (!brokers) return nullptr;
                                           return std::make_unique<KafkaSubject>(brokers);
                                         }};

INSTANTIATE_TEST_SUITE_P(Kafka, MessageQueueContract, ::testing::Values(queue), subject_name);

class KafkaLetters final : public Subject<LettersAndQueue> {
 public:
  explicit KafkaLetters(const std::string& brokers) : process_{cluster::own_options(brokers)} {}
  support::TaskLoop& loop() override { return process_.loop; }
  LettersAndQueue& port() override { return both_; }

 private:
  cluster::KafkaProcess process_;
  kafka::KafkaDeadLetters letters_{*process_.queue, process_.loop.timers()};
  LettersAndQueue both_{letters_, *process_.queue};
};

const SubjectFactory<LettersAndQueue> letters{
    "kafka", []() -> std::unique_ptr<Subject<LettersAndQueue>> {
      const char* brokers = std::getenv("GOCHAT_TEST_KAFKA");
      if (!brokers) return nullptr;
      return std::make_unique<KafkaLetters>(brokers);
    }};

INSTANTIATE_TEST_SUITE_P(Kafka, DeadLettersContract, ::testing::Values(letters), subject_name);

}  // namespace
}  // namespace gochat::contract
