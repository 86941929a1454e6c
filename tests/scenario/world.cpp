#include "scenario/world.hpp"

#include "async/gather.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace gochat::scenario {

namespace {

constexpr Duration quiet = std::chrono::seconds{3};  // longer than any pause before a retry

// Carried out, or unknown to whoever asked.
void expect_no_refusal(const std::optional<Result<void>>& done, ErrorCode but = ErrorCode::ok) {
  if (!done || *done || done->error().retryable()) return;
  EXPECT_EQ(done->code(), but) << done->error().detail;
}

}  // namespace

World::World(std::uint64_t seed, std::uint32_t large_group_from) : disk_{seed} {
  disk_.large_group_from = large_group_from;
  life_ = std::make_unique<Life>(disk_);
  life_->serve();
}
World::~World() = default;

Person& World::person(const std::string& name) {
  auto made = life_->ask(life_->api().auth.sign_up({name, "secret1", "", ""}, {}));
  people_.push_back({});
  Person& person = people_.back();
  person.name = name;
  person.user = (*made)->user.id;
  connect(person, people_.size() % Life::gateway_count);
  return person;
}

ConversationId World::chat(Person& a, Person& b) {
  const auto opened = life_->ask(life_->api().conversations.open_single(as(a), b.user));
  const auto id = (*opened)->conversation.head.id;
  conversations_.insert(id);
  owners_[id] = &a;
  settle();
  return id;
}

std::vector<UserId> World::accounts(std::size_t count) {
  std::vector<UserId> users;
  std::vector<Task<Result<void>>> creations;
  for (std::size_t n = 1; n <= count; ++n) {
    NewUser fresh;
    fresh.user.id = UserId{static_cast<std::int64_t>(n)};
    fresh.user.username = fresh.username_key = "member" + std::to_string(n);
    users.push_back(fresh.user.id);
    creations.push_back(life_->store->users().create(std::move(fresh)));
  }
  for (const auto& created : life_->loop.run(gather(std::move(creations)))) EXPECT_TRUE(created);
  return users;
}

ConversationId World::group(const std::vector<Person*>& members, std::size_t others) {
  NewGroup wanted;
  wanted.name = "group";
  wanted.members = accounts(others);
  if (others > 0) wanted.max_members = 1'000;
  for (const Person* member : members) wanted.members.push_back(member->user);
  const auto made = life_->ask(life_->api().groups.create(as(*members.front()), wanted));
  const auto id = (*made)->conversation.head.id;
  conversations_.insert(id);
  owners_[id] = members.front();
  settle();
  return id;
}

void World::connect(Person& person, std::size_t number) {
  ScreenGateway& gateway = life_->gateway(number);
  person.gateway = gateway.name();
  person.connection = ConnectionId{++connections_};
  gateway.connect(person);
  RegisteredConnection connection;
  connection.user = person.user;
  connection.connection = person.connection;
  connection.gateway = gateway.name();
  connection.boot = gateway.boot();
  const auto added = life_->ask(life_->registry.add(connection));
  if (added) EXPECT_TRUE(added->ok());
  catch_up(person);
}

void World::disconnect(Person& person) {
  if (!person.is_connected()) return;
  for (std::size_t n = 0; n < Life::gateway_count; ++n) life_->gateway(n).disconnect(person);
  const auto removed = life_->ask(life_->registry.remove(person.user, person.connection));
  if (removed) EXPECT_TRUE(removed->ok());
  person.connection = {};
}

std::string World::say(Person& person, const ConversationId& conversation,
                       const std::string& content) {
  const std::string id = person.name + "_" + std::to_string(++said_);
  conversations_.insert(conversation);
  person.said[id] = {.conversation = conversation, .content = content};
  disk_.clock.advance(std::chrono::milliseconds{1});
  publish(person, id);
  return id;
}

void World::say_again(Person& person, const std::string& id) { publish(person, id); }

void World::publish(Person& person, const std::string& id) {
  Said& said = person.said[id];
  protocol::UpstreamRecord record;
  record.conversation = said.conversation;
  record.sender = person.user;
  record.client_msg_id = id;
  record.content = said.content;
  const std::string attempt = id + "#" + std::to_string(++said.attempts);
  record.origin = {person.gateway, disk_.lives, person.connection, attempt};
  record.accepted_at = disk_.clock.now();
  const auto topic =
      said.conversation == world_id ? protocol::upstream_world_topic : protocol::upstream_topic;
  QueueRecord queued{std::string{topic}, said.conversation.text(), protocol::encode(record), {}};
  said.open_attempts.insert(attempt);
  const auto published = life_->ask(life_->queue.publish(std::move(queued), life_->loop.soon()));
  if (published) EXPECT_TRUE(published->ok());
}

void World::add(Person& by, const ConversationId& group, Person& whom) {
  const std::vector<UserId> one{whom.user};
  const auto done = life_->ask(life_->api().groups.add_members(as(by), *group_of(group), one));
  expect_no_refusal(done);
}

void World::remove(Person& by, const ConversationId& group, Person& whom) {
  const auto done =
      life_->ask(life_->api().groups.remove_member(as(by), *group_of(group), whom.user));
  expect_no_refusal(done, ErrorCode::not_found);
}

void World::read(Person& person, const ConversationId& conversation) {
  const auto done =
      life_->ask(life_->api().conversations.mark_read(as(person), conversation, std::nullopt));
  if (done) EXPECT_TRUE(done->ok());
}

void World::settle() {
  for (int pauses = 0; pauses < 2 && !ended(); ++pauses) life_->loop.pass(quiet);
}

void World::come_up() {
  // The old life goes first: its file is taken over as it lies there.
  life_.reset();
  life_ = std::make_unique<Life>(disk_);
  std::size_t number = 0;
  for (Person& person : people_) {
    if (!person.is_connected()) continue;
    person.connection = {};
    connect(person, ++number % Life::gateway_count);
  }
}

std::vector<History> World::pages(Person& reader, const ConversationId& conversation, Seq after) {
  std::vector<History> all;
  HistoryQuery query;
  query.conversation = conversation;
  query.after = after;
  query.after_event = EventNo{};
  query.limit = 7;
  for (bool more = true; more;) {
    auto page = life_->ask(life_->api().messages.history(as(reader), query));
    if (!page || !*page) break;
    query.after = (*page)->up_to_seq;
    query.after_event = (*page)->event_no;
    more = (*page)->has_more;
    all.push_back(*std::move(*page));
  }
  return all;
}

// As a client syncs: what is news against its cursors, each from where it stands.
void World::catch_up(Person& person) {
  std::vector<SyncCursor> cursors;
  for (const auto& [conversation, shown] : person.shown) {
    cursors.push_back({conversation, shown.up_to, shown.event_no});
  }
  const auto news = life_->ask(life_->api().messages.news(as(person), std::move(cursors)));
  if (!news) return;
  for (const SyncedConversation& one : **news) {
    const ConversationId& id = one.listed.conversation.head.id;
    auto& shown = person.shown[id];
    for (const History& page : pages(person, id, one.from.seq)) {
      for (const ShownMessage& message : page.messages) {
        shown.messages[message.message.seq.number()] = message.message;
      }
      shown.up_to = std::max(shown.up_to, page.up_to_seq);
      shown.begun = true;
      shown.event_no = std::max(shown.event_no, page.event_no);
    }
  }
}

std::vector<std::string> World::history(Person& reader, const ConversationId& conversation) {
  std::vector<std::string> said;
  for (const History& page : pages(reader, conversation, Seq{})) {
    for (const ShownMessage& one : page.messages) said.push_back(one.message.content);
  }
  return said;
}

std::vector<std::string> World::shown(const Person& person, const ConversationId& conversation) {
  std::vector<std::string> said;
  const auto screen = person.shown.find(conversation);
  if (screen == person.shown.end()) return said;
  for (const auto& [seq, message] : screen->second.messages) said.push_back(message.content);
  return said;
}

std::size_t World::stored() const {
  std::size_t count = 0;
  for (const Person& person : people_) {
    for (const auto& [id, said] : person.said) count += said.seq ? 1 : 0;
  }
  return count;
}

std::uint64_t World::tasks_done() const {
  std::uint64_t sum = 0;
  life_->tasks().counts().done.each([&](const auto&, const auto& cell) { sum += cell.value(); });
  return sum;
}

std::uint64_t World::unread(Person& person, const ConversationId& conversation) {
  const auto listed = life_->ask(life_->api().conversations.get(as(person), conversation));
  return (*listed)->conversation.unread();
}

}  // namespace gochat::scenario
