// What World::broken_promises looks at: history is dense, everybody is shown the same of it, each
// send has one end, and nobody is shown what was said while they were out.
#include <algorithm>

#include "protocol/dead_letter_topics.hpp"
#include "scenario/world.hpp"

namespace gochat::scenario {

namespace {

std::string place(const ConversationId& conversation, std::uint64_t seq) {
  return conversation.text() + " " + std::to_string(seq);
}

}  // namespace

void World::resolve_all() {
  if (ended()) restart();
  life_->fate.spare();
  life_->log.hide_answers(0);
  life_->registry.set_away(false);
  life_->queue.set_full(false);
  settle();
  for (Person& person : people_) {
    if (!person.is_connected()) connect(person);
    for (auto& [id, said] : person.said) {
      if (said.seq || (said.refusal && said.open_attempts.empty())) continue;
      // What is unknown is known after one more try under the same id.
      said.refusal.reset();
      say_again(person, id);
    }
  }
  settle();
  for (Person& person : people_) catch_up(person);
}

// From the events of the conversation, as its owner reads them.
std::map<UserId, std::vector<World::Stint>> World::stints(Person& owner,
                                                          const ConversationId& conversation) {
  std::map<UserId, std::vector<Stint>> found;
  for (const History& page : pages(owner, conversation, Seq{})) {
    for (const ConversationEvent& event : page.events) {
      const UserId user{event.subject};
      if (event.kind == EventKind::join) found[user].push_back({event.at_seq, std::nullopt});
      if (event.kind == EventKind::kick || event.kind == EventKind::leave) {
        found[user].back().up_to = event.at_seq;
      }
    }
  }
  return found;
}

void World::check_sends(const Row& row, const ConversationId& conversation,
                        std::vector<std::string>& broken) {
  std::map<std::string, std::uint64_t> places;
  for (const auto& [seq, message] : row) {
    if (!places.emplace(message.client_msg_id, seq).second) {
      broken.push_back("stored twice: " + message.client_msg_id);
    }
  }
  for (const Person& person : people_) {
    for (const auto& [id, said] : person.said) {
      if (said.conversation != conversation) continue;
      const auto at = places.find(id);
      const bool stored = at != places.end();
      if (!said.seq && !said.refusal) broken.push_back("never answered: " + id);
      if (said.seq && !stored) broken.push_back("promised and lost: " + id);
      if (said.seq && stored && said.seq->number() != at->second) {
        broken.push_back("stored at another place: " + id);
      }
      if (said.refusal && !said.seq && stored) broken.push_back("refused and stored: " + id);
      if (stored && row.at(at->second).content != said.content) {
        broken.push_back("changed on the way: " + id);
      }
    }
  }
}

void World::check_screens(const Row& row, const ConversationId& conversation,
                          std::vector<std::string>& broken) {
  const bool group = kind_of(conversation) == ConversationKind::group;
  auto in =
      group ? stints(*owners_[conversation], conversation) : std::map<UserId, std::vector<Stint>>{};
  for (const Person& person : people_) {
    const auto screen = person.shown.find(conversation);
    if (screen == person.shown.end()) continue;
    const auto& mine = group ? in[person.user] : std::vector<Stint>{Stint{}};
    for (const auto& [seq, message] : screen->second.messages) {
      const auto truth = row.find(seq);
      if (truth == row.end() || truth->second.id != message.id) {
        broken.push_back(person.name + " saw what is not there: " + place(conversation, seq));
      }
      const auto holds = [at = seq](const Stint& stint) { return stint.holds(at); };
      if (std::ranges::none_of(mine, holds)) {
        broken.push_back(person.name +
                         " saw what was said without them: " + place(conversation, seq));
      }
    }
    // Who is in it now was shown everything since they came.
    if (mine.empty() || mine.back().up_to) continue;
    for (const auto& [seq, message] : row) {
      if (mine.back().holds(seq) && !screen->second.messages.contains(seq)) {
        broken.push_back(person.name + " was never shown " + place(conversation, seq));
      }
    }
  }
}

void World::check_conversation(const ConversationId& conversation,
                               std::vector<std::string>& broken) {
  Person& reader = conversation == world_id ? people_.front() : *owners_[conversation];
  Row row;
  std::uint64_t expected = 1;
  for (const History& page : pages(reader, conversation, Seq{})) {
    for (const ShownMessage& one : page.messages) {
      if (one.message.seq.number() != expected++) {
        broken.push_back("a hole before " + place(conversation, one.message.seq.number()));
      }
      row[one.message.seq.number()] = one.message;
    }
  }
  check_sends(row, conversation, broken);
  check_screens(row, conversation, broken);
}

std::vector<std::string> World::broken_promises() {
  resolve_all();
  std::vector<std::string> broken;
  for (const ConversationId& conversation : conversations_) {
    check_conversation(conversation, broken);
  }
  for (const auto& [topic, lanes] : disk_.queue.topics) {
    if (!topic.ends_with(protocol::dead_letter_suffix)) continue;
    for (const auto& lane : lanes) {
      if (!lane.records.empty()) broken.push_back("given up in " + topic);
    }
  }
  return broken;
}

}  // namespace gochat::scenario
