// A gateway without sockets: what comes downstream is shown to the people connected to it, in order
// and once, a gap being filled as the gateway fills it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ports/logic_api.hpp"
#include "ports/message_queue.hpp"
#include "protocol/records.hpp"
#include "scenario/person.hpp"

namespace gochat::scenario {

class ScreenGateway final : public LaneHandler {
 public:
  ScreenGateway(std::string name, std::uint64_t boot, MessageApi& messages)
      : name_{std::move(name)}, boot_{boot}, messages_{messages} {}

  const std::string& name() const { return name_; }
  std::uint64_t boot() const { return boot_; }
  void connect(Person& person) { people_[person.connection] = &person; }
  void disconnect(const Person& person) { people_.erase(person.connection); }

  Task<Result<void>> take(LaneBatch batch) override;
  Task<> committed(LaneId) override { co_return; }
  Task<Result<void>> assigned(LaneId) override { co_return Result<void>{}; }
  void revoked(LaneId) override {}

 private:
  Task<> deliver(protocol::DownstreamRecord record);
  Task<> show(Person& person, Message message);
  Task<> show_own(Person& person, Message message);
  static Message said(const Person& person, const protocol::Receipt& receipt);
  void receive(Person& person, const protocol::Receipt& receipt);
  std::vector<Person*> receivers(const protocol::DownstreamRecord& record) const;

  std::string name_;
  std::uint64_t boot_;
  MessageApi& messages_;
  std::map<ConnectionId, Person*> people_;
};

}  // namespace gochat::scenario
