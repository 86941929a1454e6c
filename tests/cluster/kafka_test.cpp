// The queue on a real broker passes the suite of its port.
#include <gtest/gtest.h>

#include <cstdlib>

#include "cluster/kafka_fixture.hpp"
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

}  // namespace
}  // namespace gochat::contract
