// What an operator can see of the records that were given up, and what can be done about them: the
// same on both wirings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ports/clock.hpp"
#include "ports/dead_letters.hpp"
#include "ports/message_queue.hpp"
#include "protocol/dead_letter_topics.hpp"

namespace gochat::app {

class DeadLetterDesk {
 public:
  static constexpr std::size_t page_letters = 100;
  static constexpr Duration publish_time_max = std::chrono::seconds{5};

  DeadLetterDesk(DeadLetters& letters, MessageQueue& queue, Timers& timers, Clock& clock)
      : letters_{letters}, queue_{queue}, timers_{timers}, clock_{clock} {}

  // One JSON object per line; where to go on, empty at the end.
  struct Page {
    std::string lines;
    std::string next;
  };
  struct List {
    std::string topic;  // empty: of all
    bool replayed_too = false;
    std::string after;  // the `next` of the page before
  };
  Task<Result<Page>> list(List wanted);

  struct Replay {
    std::string topic;
    std::string id;      // empty: all of them
    bool again = false;  // also what was replayed before
    std::string after;
  };
  // Publishes the record anew and settles the letter, in this order: what a crash leaves between
  // the two is done twice, which those who do it expect. All are those that were laid before the
  // first page, so what fails again and is laid anew does not go round for ever.
  Task<Result<Page>> replay(Replay wanted);

 private:
  // "im-task-topic 41": the first letter of the next page. A replay says behind it when it began.
  struct Place {
    const protocol::DeadLetterTopic* topic;
    std::uint64_t from = 0;
    std::optional<WallTime> began;
  };
  static std::optional<Place> place_of(std::string_view after);
  static std::string text(const Place& place);

  Task<Result<std::string>> replay_one(KeptLetter kept, std::string topic, bool again);
  Task<Result<Page>> replay_id(std::string topic, std::uint64_t id, bool again);
  Task<Result<Page>> replay_page(Place place, bool again);

  DeadLetters& letters_;
  MessageQueue& queue_;
  Timers& timers_;
  Clock& clock_;
};

}  // namespace gochat::app
