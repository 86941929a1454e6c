// People, their server and its misfortunes. A story says what happens and then what must be true.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "scenario/life.hpp"
#include "scenario/person.hpp"

namespace gochat::scenario {

class World {
 public:
  explicit World(std::uint64_t seed, std::uint32_t large_group_from = limits::large_group_from);
  ~World();

  // --- what happens
  Person& person(const std::string& name);
  ConversationId chat(Person& a, Person& b);
  // The first one owns it. `others` are members who never come.
  ConversationId group(const std::vector<Person*>& members, std::size_t others = 0);
  void connect(Person& person, std::size_t gateway = 0);
  void disconnect(Person& person);
  // Answers the client message id.
  std::string say(Person& person, const ConversationId& conversation, const std::string& content);
  // What an impatient client does.
  void say_again(Person& person, const std::string& client_msg_id);
  void add(Person& by, const ConversationId& group, Person& whom);
  void remove(Person& by, const ConversationId& group, Person& whom);
  void read(Person& person, const ConversationId& conversation);

  // Somebody sets the machine's clock; no time passes.
  void clock_steps(std::chrono::milliseconds by) { disk_.clock.advance(by); }
  // Time passes until everything that was begun has ended, or the process has.
  void settle();
  void end_at(Step step, int nth = 1) { life_->fate.end_at(step, nth); }
  bool ended() const { return life_->fate.ended(); }
  // A new life; everybody who was connected comes back and catches up, then it serves.
  void restart() {
    come_up();
    life_->serve();
  }
  void come_up();
  Life& life() { return *life_; }
  void stop_tasks() { life_->stop_tasks(); }

  // --- what is asked
  std::uint64_t lives() const { return disk_.lives; }
  std::size_t stored() const;
  std::uint64_t tasks_done() const;
  std::vector<std::string> history(Person& reader, const ConversationId& conversation);
  static std::vector<std::string> shown(const Person& person, const ConversationId& conversation);
  std::uint64_t unread(Person& person, const ConversationId& conversation);

  // After everybody came back and asked again for what was never answered: whether everything that
  // was promised is true. Each line is something that is not.
  std::vector<std::string> broken_promises();

 private:
  struct Stint {
    Seq after;
    std::optional<Seq> up_to;
    bool holds(std::uint64_t seq) const {
      return after.number() < seq && (!up_to || seq <= up_to->number());
    }
  };
  using Row = std::map<std::uint64_t, Message>;

  std::vector<UserId> accounts(std::size_t count);
  Caller as(const Person& person) const { return {person.user, SessionId{1}, false}; }
  void publish(Person& person, const std::string& client_msg_id);
  void catch_up(Person& person);
  std::vector<History> pages(Person& reader, const ConversationId& conversation, Seq after);
  void resolve_all();
  Person* any_member(const ConversationId& conversation);
  std::map<UserId, std::vector<Stint>> stints(Person& owner, const ConversationId& conversation);
  void check_conversation(const ConversationId& conversation, std::vector<std::string>& broken);
  void check_sends(const Row& row, const ConversationId& conversation,
                   std::vector<std::string>& broken);
  void check_screens(const Row& row, const ConversationId& conversation,
                     std::vector<std::string>& broken);

  Disk disk_;
  std::unique_ptr<Life> life_;
  std::deque<Person> people_;
  std::set<ConversationId> conversations_;
  std::map<ConversationId, Person*> owners_;
  std::int64_t connections_ = 0;
  int said_ = 0;
};

}  // namespace gochat::scenario
