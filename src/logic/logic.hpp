// The logic role: all its parts, and its beginning and end.
#pragma once

#include <memory>
#include <vector>

#include "async/beat.hpp"
#include "async/gate.hpp"
#include "dispatch/downstream.hpp"
#include "dispatch/locator.hpp"
#include "logic/accept_send.hpp"
#include "logic/access.hpp"
#include "logic/advance_read_position.hpp"
#include "logic/changes.hpp"
#include "logic/conversations.hpp"
#include "logic/expiry.hpp"
#include "logic/fan_out.hpp"
#include "logic/groups.hpp"
#include "logic/inboxes.hpp"
#include "logic/introductions.hpp"
#include "logic/large_groups.hpp"
#include "logic/members.hpp"
#include "logic/needs.hpp"
#include "logic/operator.hpp"
#include "logic/options.hpp"
#include "logic/people.hpp"
#include "logic/people_cache.hpp"
#include "logic/presence.hpp"
#include "logic/repeats.hpp"
#include "logic/send_message.hpp"
#include "logic/session_trust.hpp"
#include "logic/sign_in.hpp"
#include "logic/sync_history.hpp"
#include "logic/task_requests.hpp"
#include "logic/timeline.hpp"
#include "ports/logic_api.hpp"

namespace gochat::logic {

class Logic {
 public:
  Logic(const Needs& needs, Options options);
  Logic(const Logic&) = delete;
  Logic& operator=(const Logic&) = delete;

  LogicApi api() {
    return {sign_in_, people_, sync_history_, conversations_, groups_, repeats_, timeline_};
  }

  OperatorApi& for_operator() { return operator_; }

  // Where services send, which have no socket.
  SendApi& for_services() { return accept_send_; }

  // Who may come in, and how often, from now on; the other options stay as they are.
  void use_admission(const Options& options);

  // What takes the sends of a lane; start() subscribes it.
  LaneHandler& sends() { return send_message_; }

  const FanOutCounts& fan_out_counts() const { return fan_out_.counts(); }

  // Makes the upstream topics and takes sends from them; starts the background work.
  Task<Result<void>> start();
  // No further sends; returns when all that was begun has ended.
  Task<> stop();

 private:
  MessageQueue& queue_;
  Options options_;
  Gate gate_;
  dispatch::Downstream downstream_;
  dispatch::DeadLetterOffice letters_;
  dispatch::Locator locator_;
  Members members_;
  PeopleCache people_cache_;
  Inboxes inboxes_;
  LargeGroups large_groups_;
  TaskRequests task_requests_;
  FanOut fan_out_;
  Introductions introductions_;
  Changes changes_;
  Access access_;
  SessionTrust trust_;
  SignIn sign_in_;
  AdvanceReadPosition positions_;
  Presence presence_;
  Conversations conversations_;
  SyncHistory sync_history_;
  Timeline timeline_;
  Groups groups_;
  People people_;
  Operator operator_;
  Repeats repeats_;
  Expiry expiry_;
  SendMessage send_message_;
  AcceptSend accept_send_;
  Beat watch_beat_;
  Beat expiry_beat_;
  std::vector<std::unique_ptr<Subscription>> subscriptions_;
};

}  // namespace gochat::logic
