// A whole logic role over fakes, driven in simulated time.
#pragma once

#include <boost/asio/io_context.hpp>
#include <string>
#include <utility>
#include <vector>

#include "async/drive.hpp"
#include "logic/logic.hpp"
#include "logic/testing/fake_ground.hpp"
#include "logic/testing/fake_history.hpp"
#include "logic/testing/fake_people.hpp"

namespace gochat::logic::testing {

struct Ground {
  boost::asio::io_context loop;
  ManualTimers timers;
  FakeClock clock;
  FakeIds ids;
  FakeRandom random;
  FakeSigner tokens;
  FakeQueue queue;
  FakeRegistry registry;
  FakeDirectory directory;
  FakeUsers users;
  FakeSessions sessions{users};
  FakeRelations relations;
  FakeKeys keys;
  FakeHistory history;
  FakeInboxes inboxes;
  FakeLeadership leadership;
  FakeLimiter limiter{timers};
  FakeTries tries{timers};

  Needs needs() {
    return {{users, sessions, relations, keys, history, history, history, inboxes},
            queue,
            registry,
            directory,
            tokens,
            clock,
            timers,
            random,
            ids,
            limiter,
            tries,
            loop.get_executor(),
            leadership};
  }

  template <class T>
  T run(Task<T> task) {
    return drive(loop, timers, std::move(task));
  }
  // Lets what was spawned go on as far as it can without time passing.
  void settle() {
    loop.restart();
    loop.poll();
  }
  void pass(Duration time) {
    timers.advance(time);
    settle();
    clock.at += std::chrono::duration_cast<std::chrono::milliseconds>(time);
  }

  void connect(UserId user, std::string gateway, std::uint64_t boot = 1) {
    registry.places.emplace(user, FakeRegistry::Place{std::move(gateway), boot});
  }
};

// What a gateway at "g1" publishes for a connection.
inline protocol::UpstreamRecord send(ConversationId conversation, UserId sender, std::string id) {
  protocol::UpstreamRecord record;
  record.conversation = std::move(conversation);
  record.sender = sender;
  record.client_msg_id = std::move(id);
  record.content = "hello";
  record.origin = {"g1", 1, ConnectionId{7}, "r1"};
  return record;
}

inline const LaneId lane{"im-upstream-topic", 0};

inline LaneBatch batch_of(const std::vector<protocol::UpstreamRecord>& records,
                          bool maybe_again = false) {
  LaneBatch batch{lane, {}};
  for (const auto& record : records) {
    batch.deliveries.push_back({record.conversation.text(),
                                protocol::encode(record),
                                {},
                                batch.deliveries.size(),
                                maybe_again});
  }
  return batch;
}

}  // namespace gochat::logic::testing
