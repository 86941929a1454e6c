#include "app/dead_letter_desk.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "protocol/json_writer.hpp"

namespace gochat::app {
namespace {

using protocol::DeadLetterTopic;

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return number;
}

Error no_such_topic(const std::string& name) {
  std::string known;
  for (const DeadLetterTopic& one : protocol::dead_letter_topics()) {
    known += (known.empty() ? "" : ", ") + std::string{one.topic};
  }
  return refused(ErrorCode::not_found, fmt::format("no topic {}; there are {}", name, known));
}

const DeadLetterTopic* find_topic(std::string_view name) {
  for (const DeadLetterTopic& one : protocol::dead_letter_topics()) {
    if (one.topic == name || one.letters == name) return &one;
  }
  return nullptr;
}

std::string line_of(const KeptLetter& kept, std::string_view topic) {
  protocol::JsonWriter out;
  out.begin_object().member("topic", topic).member("id", kept.id);
  out.member("replayed", kept.settled);
  if (const auto letter = protocol::decode_dead_letter(kept.letter)) {
    out.member("of", letter->topic).member("partition", letter->partition);
    out.member("offset", letter->offset).member("key", letter->key);
    out.member("code", error_row(letter->code).name).member("cause", letter->cause);
    out.member("tries", letter->tries).member("failedAt", letter->failed_at);
    out.member("about", protocol::summary(*letter));
  } else {
    out.member("cause", "this letter cannot be read: " + letter.error().detail);
  }
  out.end_object();
  return std::move(out).take() + '\n';
}

std::string told(std::string_view topic, std::uint64_t id, std::string_view outcome) {
  protocol::JsonWriter out;
  out.begin_object().member("topic", topic).member("id", id).member("outcome", outcome);
  out.end_object();
  return std::move(out).take() + '\n';
}

Error no_such_page() { return refused(ErrorCode::invalid_params, "no page begins there"); }

bool was_laid_since(const KeptLetter& kept, WallTime began) {
  const auto letter = protocol::decode_dead_letter(kept.letter);
  return letter && letter->failed_at >= began;
}

std::string_view first_word(std::string_view& text) {
  const auto gap = text.find(' ');
  const auto word = text.substr(0, gap);
  text.remove_prefix(gap == text.npos ? text.size() : gap + 1);
  return word;
}

}  // namespace

std::optional<DeadLetterDesk::Place> DeadLetterDesk::place_of(std::string_view after) {
  const auto* topic = find_topic(first_word(after));
  const auto from = number_of(first_word(after));
  if (topic == nullptr || !from) return std::nullopt;
  if (after.empty()) return Place{topic, *from, std::nullopt};
  const auto began_ms = number_of(after);
  if (!began_ms) return std::nullopt;
  return Place{topic, *from, wall_time(static_cast<std::int64_t>(*began_ms))};
}

std::string DeadLetterDesk::text(const Place& place) {
  auto said = fmt::format("{} {}", place.topic->topic, place.from);
  if (place.began) said += fmt::format(" {}", ms(*place.began));
  return said;
}

Task<Result<DeadLetterDesk::Page>> DeadLetterDesk::list(List wanted) {
  const auto topics = protocol::dead_letter_topics();
  const auto* only = wanted.topic.empty() ? nullptr : find_topic(wanted.topic);
  if (!wanted.topic.empty() && only == nullptr) co_return no_such_topic(wanted.topic);
  Place place{only ? only : topics.data(), 0, std::nullopt};
  if (!wanted.after.empty()) {
    const auto said = place_of(wanted.after);
    if (!said || (only && said->topic != only)) co_return no_such_page();
    place = *said;
  }
  Page page;
  const auto* last = only ? only : &topics.back();
  for (; place.topic <= last && page.next.empty(); ++place.topic, place.from = 0) {
    const auto kept =
        co_await letters_.page(std::string{place.topic->letters}, place.from, page_letters);
    if (!kept) co_return kept.error();
    for (const KeptLetter& one : *kept) {
      if (!one.settled || wanted.replayed_too) page.lines += line_of(one, place.topic->topic);
    }
    if (kept->size() == page_letters) {
      page.next = text({place.topic, kept->back().id + 1, std::nullopt});
    }
  }
  co_return page;
}

Task<Result<std::string>> DeadLetterDesk::replay_one(KeptLetter kept, std::string topic,
                                                     bool again) {
  const auto outcome = [&](std::string_view what) { return told(topic, kept.id, what); };
  if (kept.settled && !again) co_return outcome("was replayed before");
  auto letter = protocol::decode_dead_letter(kept.letter);
  if (!letter || !protocol::is_readable(*letter)) {
    const bool cut = letter && letter->cut;
    co_return outcome(cut ? "left, it was cut" : "left, this program cannot read it");
  }
  auto published = co_await queue_.publish(
      {letter->topic, std::move(letter->key), std::move(letter->value), std::move(letter->trace)},
      timers_.now() + publish_time_max);
  if (!published) co_return published.error();
  auto settled = co_await letters_.settle(protocol::dead_letter_topic(topic), kept.id);
  if (!settled) co_return settled.error();
  log::info("operator", {{log::Field::verb, "dlq replay"},
                         {log::Field::topic, topic},
                         {log::Field::offset, static_cast<std::int64_t>(kept.id)}});
  co_return outcome("replayed");
}

Task<Result<DeadLetterDesk::Page>> DeadLetterDesk::replay_id(std::string topic, std::uint64_t id,
                                                             bool again) {
  auto found = co_await letters_.page(protocol::dead_letter_topic(topic), id, 1);
  if (!found) co_return found.error();
  if (found->empty() || found->front().id != id) {
    co_return refused(ErrorCode::not_found, fmt::format("{} has no dead letter {}", topic, id));
  }
  auto line = co_await replay_one(std::move(found->front()), std::move(topic), again);
  if (!line) co_return line.error();
  co_return Page{*std::move(line), {}};
}

// When a letter cannot be replayed for now, the page ends before it, and the next one begins with
// it and says why.
Task<Result<DeadLetterDesk::Page>> DeadLetterDesk::replay_page(Place place, bool again) {
  const std::string topic{place.topic->topic};
  auto found = co_await letters_.page(std::string{place.topic->letters}, place.from, page_letters);
  if (!found) co_return found.error();
  const bool full = found->size() == page_letters;
  Page page;
  for (KeptLetter& kept : *found) {
    place.from = kept.id;
    if (was_laid_since(kept, *place.began)) co_return page;
    if (kept.settled && !again) continue;
    auto line = co_await replay_one(std::move(kept), topic, again);
    if (!line) {
      if (page.lines.empty()) co_return line.error();
      page.next = text(place);
      co_return page;
    }
    page.lines += *line;
  }
  ++place.from;
  if (full) page.next = text(place);
  co_return page;
}

Task<Result<DeadLetterDesk::Page>> DeadLetterDesk::replay(Replay wanted) {
  const auto* topic = find_topic(wanted.topic);
  if (topic == nullptr) co_return no_such_topic(wanted.topic);
  if (!topic->kept_because.empty()) {
    co_return refused(ErrorCode::forbidden, fmt::format("a dead letter of {} is never replayed: {}",
                                                        topic->topic, topic->kept_because));
  }
  if (!wanted.id.empty()) {
    const auto id = number_of(wanted.id);
    if (!id)
      co_return refused(ErrorCode::invalid_params, "an id is a number, as dlq list shows it");
    co_return co_await replay_id(std::string{topic->topic}, *id, wanted.again);
  }
  Place place{topic, 0, clock_.now()};
  if (!wanted.after.empty()) {
    const auto said = place_of(wanted.after);
    if (!said || said->topic != topic || !said->began) co_return no_such_page();
    place = *said;
  }
  co_return co_await replay_page(place, wanted.again);
}

}  // namespace gochat::app
