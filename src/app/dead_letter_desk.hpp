// What an operator can see of the records that were given up, and what can be done about them: the
// same on both wirings.
#pragma once

#include <cstdint>
#include <string>

#include "ports/dead_letters.hpp"
#include "ports/message_queue.hpp"
#include "protocol/dead_letter_topics.hpp"

namespace gochat::app {

class DeadLetterDesk {
 public:
  static constexpr std::size_t page_letters = 100;
  static constexpr Duration publish_time_max = std::chrono::seconds{5};

  DeadLetterDesk(DeadLetters& letters, MessageQueue& queue, Timers& timers)
      : letters_{letters}, queue_{queue}, timers_{timers} {}

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
  // the two is done twice, which those who do it expect.
  Task<Result<Page>> replay(Replay wanted);

 private:
  Task<Result<std::string>> replay_one(KeptLetter kept, std::string topic, bool again);
  Task<Result<Page>> replay_id(std::string topic, std::uint64_t id, bool again);
  Task<Result<Page>> replay_page(std::string topic, std::uint64_t from, bool again);

  DeadLetters& letters_;
  MessageQueue& queue_;
  Timers& timers_;
};

}  // namespace gochat::app
