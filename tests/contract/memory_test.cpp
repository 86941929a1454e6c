// The adapters of one process pass the suites of their ports.
#include <gtest/gtest.h>

#include "adapters/memory/memory_cache.hpp"
#include "adapters/memory/memory_coordinator.hpp"
#include "adapters/memory/memory_copies.hpp"
#include "adapters/memory/memory_directory.hpp"
#include "adapters/memory/memory_failed_tries.hpp"
#include "adapters/memory/memory_inboxes.hpp"
#include "adapters/memory/memory_online_count.hpp"
#include "adapters/memory/memory_queue.hpp"
#include "adapters/memory/memory_rate_limiter.hpp"
#include "adapters/memory/memory_session_registry.hpp"
#include "adapters/memory/memory_tickets.hpp"
#include "contract/copies_contracts.hpp"
#include "contract/message_queue_contract.hpp"
#include "contract/small_ports_contracts.hpp"

namespace gochat::contract {
namespace {

using support::TaskLoop;

template <class Port, class Adapter>
class MemorySubject final : public Subject<Port> {
 public:
  explicit MemorySubject(const std::function<std::unique_ptr<Adapter>(TaskLoop&)>& make)
      : adapter_{make(loop_)} {}
  TaskLoop& loop() override { return loop_; }
  Port& port() override { return *adapter_; }

 private:
  TaskLoop loop_;
  std::unique_ptr<Adapter> adapter_;
};

template <class Port, class Adapter>
auto one_process(std::function<std::unique_ptr<Adapter>(TaskLoop&)> make) {
  return ::testing::Values(SubjectFactory<Port>{
      "memory", [make] { return std::make_unique<MemorySubject<Port, Adapter>>(make); }});
}

// The suite's lanes wait for as long as a test wishes.
const auto queue = one_process<MessageQueue, memory::MemoryQueue>([](TaskLoop& loop) {
  memory::MemoryQueueLimits limits;
  limits.wait_max = lasting;
  return std::make_unique<memory::MemoryQueue>(loop.context().get_executor(), loop.timers(),
                                               limits);
});
const auto cache = one_process<Cache, memory::MemoryCache>(
    [](TaskLoop& loop) { return std::make_unique<memory::MemoryCache>(loop.timers()); });
const auto registry =
    one_process<SessionRegistry, memory::MemorySessionRegistry>([](TaskLoop& loop) {
      return std::make_unique<memory::MemorySessionRegistry>(
          loop.timers(), memory::MemoryRegistryLimits{.lease = brief});
    });
const auto coordinator = one_process<Coordinator, memory::MemoryCoordinator>(
    [](TaskLoop&) { return std::make_unique<memory::MemoryCoordinator>(); });
const auto directory = one_process<ServiceDirectory, memory::MemoryDirectory>(
    [](TaskLoop&) { return std::make_unique<memory::MemoryDirectory>(); });
const auto tickets = one_process<TicketStore, memory::MemoryTickets>(
    [](TaskLoop& loop) { return std::make_unique<memory::MemoryTickets>(loop.timers()); });
const auto inboxes = one_process<InboxStore, memory::MemoryInboxes>(
    [](TaskLoop&) { return std::make_unique<memory::MemoryInboxes>(); });
const auto limiter = one_process<RateLimiter, memory::MemoryRateLimiter>(
    [](TaskLoop& loop) { return std::make_unique<memory::MemoryRateLimiter>(loop.timers()); });
const auto tries = one_process<FailedTries, memory::MemoryFailedTries>(
    [](TaskLoop& loop) { return std::make_unique<memory::MemoryFailedTries>(loop.timers()); });
const auto online = one_process<OnlineCount, memory::MemoryOnlineCount>([](TaskLoop& loop) {
  return std::make_unique<memory::MemoryOnlineCount>(
      loop.timers(), memory::MemoryOnlineCountLimits{.lease = OnlineCountContract::silent});
});
const auto proposals = one_process<SeqProposals, memory::MemorySeqProposals>(
    [](TaskLoop&) { return std::make_unique<memory::MemorySeqProposals>(); });
const auto hot_messages = one_process<HotMessages, memory::MemoryHotMessages>(
    [](TaskLoop&) { return std::make_unique<memory::MemoryHotMessages>(); });
const auto sets = one_process<SetCache, memory::MemorySetCache>(
    [](TaskLoop& loop) { return std::make_unique<memory::MemorySetCache>(loop.timers()); });

INSTANTIATE_TEST_SUITE_P(OneProcess, SeqProposalsContract, proposals, subject_name);
INSTANTIATE_TEST_SUITE_P(OneProcess, HotMessagesContract, hot_messages, subject_name);
INSTANTIATE_TEST_SUITE_P(OneProcess, SetCacheContract, sets, subject_name);
INSTANTIATE_TEST_SUITE_P(OneProcess, MessageQueueContract, queue, subject_name);
INSTANTIATE_TEST_SUITE_P(OneProcess, CacheContract, cache, subject_name);
INSTANTIATE_TEST_SUITE_P(OneProcess, SessionRegistryContract, registry, subject_name);
INSTANTIATE_TEST_SUITE_P(OneProcess, CoordinatorContract, coordinator, subject_name);
INSTANTIATE_TEST_SUITE_P(OneProcess, ServiceDirectoryContract, directory, subject_name);
INSTANTIATE_TEST_SUITE_P(OneProcess, TicketStoreContract, tickets, subject_name);
INSTANTIATE_TEST_SUITE_P(OneProcess, InboxStoreContract, inboxes, subject_name);
INSTANTIATE_TEST_SUITE_P(OneProcess, RateLimiterContract, limiter, subject_name);
INSTANTIATE_TEST_SUITE_P(OneProcess, FailedTriesContract, tries, subject_name);
INSTANTIATE_TEST_SUITE_P(OneProcess, OnlineCountContract, online, subject_name);

}  // namespace
}  // namespace gochat::contract
