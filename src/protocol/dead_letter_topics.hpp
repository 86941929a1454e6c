// Where the records lie that were given up, and what may be said of them without their contents.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "protocol/task_records.hpp"

namespace gochat::protocol {

// What failed in a topic for good lies in the topic of this name behind it.
inline constexpr std::string_view dead_letter_suffix = "-dlq";
// One lane: a letter's place in it is its id.
inline constexpr std::int32_t dead_letter_lanes = 1;

struct DeadLetterTopic {
  std::string_view topic;  // "im-downstream" is every gateway's, im-task-topic every kind's
  std::string_view letters;
  std::string_view kept_because;  // empty: they may be replayed
};
std::span<const DeadLetterTopic> dead_letter_topics();

std::string dead_letter_topic(std::string_view topic);

// Whether this program can read the record: what it cannot would only come back.
bool is_readable(const DeadLetter& letter);
// Whom and what it is about, in ids and sizes.
std::string summary(const DeadLetter& letter);

}  // namespace gochat::protocol
