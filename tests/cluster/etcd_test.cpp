// etcd stands behind the ports of agreement.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "adapters/etcd/etcd_client.hpp"
#include "adapters/etcd/etcd_coordinator.hpp"
#include "adapters/etcd/etcd_directory.hpp"
#include "async/gather.hpp"
#include "contract/small_ports_contracts.hpp"

namespace gochat::contract {
namespace {

using support::TaskLoop;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const char* etcd_address() { return std::getenv("GOCHAT_TEST_ETCD"); }

// A prefix that no other test and no other run has.
std::string own_prefix() {
  static int tests = 0;
  return "/gochat-test-" + std::to_string(++tests);
}

etcd::Client connect(TaskLoop& loop, const std::string& prefix) {
  return {loop.timers(), [] { return 0; }, {.endpoints = {etcd_address()}, .prefix = prefix}};
}

// One process's adapter.
template <class Adapter>
struct Process {
  Process(TaskLoop& loop, const std::string& prefix) : client{connect(loop, prefix)} {
    if constexpr (std::is_same_v<Adapter, etcd::EtcdCoordinator>) {
      adapter = std::make_unique<Adapter>(client, loop.context().get_executor(), loop.timers(),
                                          etcd::CoordinatorOptions{.home = "home"});
    } else {
      adapter = std::make_unique<Adapter>(client, loop.context().get_executor(), loop.timers());
    }
  }
  etcd::Client client;
  std::unique_ptr<Adapter> adapter;
};

template <class Port, class Adapter>
class EtcdSubject final : public Subject<Port> {
 public:
  ~EtcdSubject() override {
    loop_.run(first_.adapter->stop());
    loop_.run(second_.adapter->stop());
  }
  TaskLoop& loop() override { return loop_; }
  Port& port() override { return *first_.adapter; }
  Port& another() override { return *second_.adapter; }

 private:
  TaskLoop loop_{support::Time::steady};
  std::string prefix_ = own_prefix();
  Process<Adapter> first_{loop_, prefix_};
  Process<Adapter> second_{loop_, prefix_};
};

// None without a server; the tests below name what is skipped then.
template <class Port, class Adapter>
auto subjects() {
  std::vector<SubjectFactory<Port>> all;
  if (etcd_address() != nullptr) {
    all.push_back({"etcd", []() -> std::unique_ptr<Subject<Port>> {
                     return std::make_unique<EtcdSubject<Port, Adapter>>();
                   }});
  }
  return ::testing::ValuesIn(all);
}

INSTANTIATE_TEST_SUITE_P(Etcd, CoordinatorContract,
                         (subjects<Coordinator, etcd::EtcdCoordinator>()), subject_name);
INSTANTIATE_TEST_SUITE_P(Etcd, ServiceDirectoryContract,
                         (subjects<ServiceDirectory, etcd::EtcdDirectory>()), subject_name);

class Etcd : public ::testing::Test {
 protected:
  void SetUp() override {
    if (etcd_address() == nullptr) GTEST_SKIP() << "GOCHAT_TEST_ETCD is not set";
  }
  std::unique_ptr<etcd::EtcdCoordinator> coordinator(etcd::Client& client, std::string home) {
    return std::make_unique<etcd::EtcdCoordinator>(
        client, loop_.context().get_executor(), loop_.timers(),
        etcd::CoordinatorOptions{.home = std::move(home),
                                 .life_lease = std::chrono::seconds{2},
                                 .life_margin = std::chrono::milliseconds{500}});
  }
  ErrorCode lease(etcd::EtcdCoordinator& coordinator, const std::string& instance) {
    return loop_.run(coordinator.lease_machine(instance)).code();
  }

  TaskLoop loop_{support::Time::steady};
  std::string prefix_ = own_prefix();
};

TEST_F(Etcd, refuses_a_second_process_of_the_same_instance_name) {
  etcd::Client client = connect(loop_, prefix_);
  auto first = coordinator(client, "one");
  auto second = coordinator(client, "two");
  EXPECT_EQ(lease(*first, "logic-1"), ErrorCode::ok);
  EXPECT_EQ(lease(*second, "logic-1"), ErrorCode::conflict);
  EXPECT_EQ(lease(*second, "logic-2"), ErrorCode::ok);
  loop_.run(first->stop());
  EXPECT_EQ(lease(*second, "logic-1"), ErrorCode::ok);
  loop_.run(second->stop());
}

TEST_F(Etcd, claims_its_name_again_when_it_could_not_after_its_lease_ran_out) {
  etcd::Client client = connect(loop_, prefix_);
  auto first = coordinator(client, "one");
  EXPECT_EQ(lease(*first, "logic-1"), ErrorCode::ok);
  EXPECT_EQ(lease(*first, "logic-2"), ErrorCode::ok);
  // The first one stands still while another loop runs, until its lease has run out.
  TaskLoop elsewhere{support::Time::steady};
  etcd::Client another = connect(elsewhere, prefix_);
  etcd::EtcdCoordinator second{another, elsewhere.context().get_executor(), elsewhere.timers(),
                               etcd::CoordinatorOptions{.home = "two"}};
  const auto taken = [&] { return elsewhere.run(second.lease_machine("logic-1")).ok(); };
  for (int tries = 0; !taken() && tries < 600; ++tries) {
    elsewhere.pass(std::chrono::milliseconds{50});
  }
  loop_.pass(std::chrono::seconds{1});
  EXPECT_EQ(loop_.run(client.read("alive/logic-1"))->value, "two");
  // What else is its own stands by one lease, and is not written again and again meanwhile.
  const auto kept = loop_.run(client.read("alive/logic-2"));
  EXPECT_EQ(kept->value, "one");
  loop_.pass(std::chrono::seconds{2});
  EXPECT_EQ(loop_.run(client.read("alive/logic-2"))->modified, kept->modified);
  elsewhere.run(second.stop());
  const auto mine = [&] { return loop_.run(client.read("alive/logic-1"))->value == "one"; };
  for (int tries = 0; !mine() && tries < 600; ++tries) loop_.pass(std::chrono::milliseconds{50});
  EXPECT_TRUE(mine());
  loop_.run(first->stop());
}

TEST_F(Etcd, gives_the_number_back_at_once_to_a_process_started_again_over_its_folder) {
  etcd::Client client = connect(loop_, prefix_);
  auto dead = coordinator(client, "one");
  const auto before = loop_.run(dead->lease_machine("logic-1"));
  auto again = coordinator(client, "one");
  const auto after = loop_.run(again->lease_machine("logic-1"));
  ASSERT_TRUE(before && after);
  EXPECT_EQ(before->machine, after->machine);
  loop_.run(again->stop());
  loop_.run(dead->stop());
}

TEST_F(Etcd, gives_no_number_to_one_of_another_home_while_its_holder_may_mint) {
  etcd::Client client = connect(loop_, prefix_);
  auto first = coordinator(client, "one");
  const auto held = loop_.run(first->lease_machine("logic-1"));
  // Cut off from etcd: its life ends there, and its number does not.
  ASSERT_TRUE(loop_.run(client.erase("alive/logic-1")));
  auto second = coordinator(client, "two");
  const auto other = loop_.run(second->lease_machine("logic-1"));
  ASSERT_TRUE(held && other);
  EXPECT_NE(held->machine, other->machine);
  loop_.run(first->stop());
  loop_.run(second->stop());
}

TEST_F(Etcd, keeps_a_number_whose_entry_was_lost) {
  etcd::Client client = connect(loop_, prefix_);
  auto first = coordinator(client, "one");
  auto second = coordinator(client, "two");
  ASSERT_TRUE(loop_.run(first->lease_machine("logic-1")));
  const auto held = loop_.run(second->lease_machine("logic-2"));
  ASSERT_TRUE(loop_.run(client.erase("idgen/0")));
  ASSERT_TRUE(loop_.run(client.erase("idgen/1")));
  const auto again = loop_.run(second->lease_machine("logic-2"));
  ASSERT_TRUE(held && again);
  EXPECT_EQ(held->machine, again->machine);
  loop_.run(first->stop());
  loop_.run(second->stop());
}

TEST_F(Etcd, holds_one_lease_for_all_that_is_announced_at_once) {
  etcd::Client client = connect(loop_, prefix_);
  etcd::EtcdDirectory directory{client, loop_.context().get_executor(), loop_.timers(),
                                etcd::DirectoryOptions{.lease = std::chrono::seconds{2}}};
  const auto both = [&]() -> Task<bool> {
    std::vector<Task<Result<void>>> tasks;
    tasks.push_back(directory.announce({"logic", "a", 1, "a:1"}));
    tasks.push_back(directory.announce({"repo", "a", 1, "a:2"}));
    auto done = co_await gather(std::move(tasks));
    co_return done[0].ok() && done[1].ok();
  };
  ASSERT_TRUE(loop_.run(both()));
  loop_.pass(std::chrono::seconds{5});
  EXPECT_THAT(*loop_.run(client.list("services/")), SizeIs(2));
  loop_.run(directory.stop());
}

TEST_F(Etcd, forgets_an_instance_that_says_nothing_any_more) {
  etcd::Client client = connect(loop_, prefix_);
  auto silent =
      std::make_unique<etcd::EtcdDirectory>(client, loop_.context().get_executor(), loop_.timers(),
                                            etcd::DirectoryOptions{.lease = std::chrono::hours{1}});
  // Written under a lease that nobody renews.
  const auto lease = loop_.run(client.grant(std::chrono::seconds{1}));
  ASSERT_TRUE(lease);
  ASSERT_TRUE(loop_.run(client.write("services/logic/dead", R"({"address":"a:1"})", *lease)));
  ASSERT_TRUE(loop_.run(silent->announce({"logic", "alive", 1, "b:2"})));
  EXPECT_THAT(*loop_.run(silent->instances("logic")), SizeIs(2));
  std::size_t listed = 2;
  for (int tries = 0; listed != 1 && tries < 600; ++tries) {
    loop_.pass(std::chrono::milliseconds{50});
    listed = loop_.run(silent->instances("logic"))->size();
  }
  EXPECT_EQ(listed, 1);
  loop_.run(silent->stop());
  EXPECT_THAT(*loop_.run(client.list("services/")), IsEmpty());
}

TEST_F(Etcd, leaves_out_an_entry_that_is_not_readable) {
  etcd::Client client = connect(loop_, prefix_);
  etcd::EtcdDirectory directory{client, loop_.context().get_executor(), loop_.timers()};
  ASSERT_TRUE(loop_.run(client.write("services/logic/broken", "[", etcd::no_lease)));
  EXPECT_THAT(*loop_.run(directory.instances("logic")), IsEmpty());
  loop_.run(directory.stop());
}

TEST_F(Etcd, lets_the_next_one_lead_when_the_entry_of_the_first_is_gone) {
  etcd::Client client = connect(loop_, prefix_);
  auto first = coordinator(client, "one");
  auto leader = *loop_.run(first->campaign("sweep", "a"));
  loop_.run_until([&] { return leader->held(); }, "a leader");
  const auto entries = *loop_.run(client.list("elections/sweep/"));
  ASSERT_THAT(entries, SizeIs(1));
  ASSERT_TRUE(loop_.run(client.erase(entries.front().key)));
  auto other = coordinator(client, "two");
  auto next = *loop_.run(other->campaign("sweep", "b"));
  loop_.run_until([&] { return next->held(); }, "the next leader");
  loop_.run_until([&] { return !leader->held(); }, "the end of the first one");
  leader.reset();
  next.reset();
  loop_.run(first->stop());
  loop_.run(other->stop());
}

TEST(EtcdAway, is_unavailable_and_says_so) {
  TaskLoop loop{support::Time::steady};
  etcd::Client client{loop.timers(), [] { return 0; }, {.endpoints = {"127.0.0.1:1"}}};
  const auto listed = loop.run(client.list("services/"));
  EXPECT_EQ(listed.code(), ErrorCode::unavailable);
  EXPECT_TRUE(listed.error().detail.starts_with("etcd: ")) << listed.error().detail;
}

}  // namespace
}  // namespace gochat::contract
