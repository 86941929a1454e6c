// The suite of DeadLetters: what a queue publishes into their topics is there to be read.
#pragma once

#include <string>
#include <vector>

#include "contract/subject.hpp"
#include "ports/dead_letters.hpp"
#include "ports/message_queue.hpp"

namespace gochat::contract {

struct LettersAndQueue {
  DeadLetters& letters;
  MessageQueue& queue;
};

class DeadLettersContract : public PortContract<LettersAndQueue> {
 protected:
  void prepare() override {
    topic_ = own("work") + "-dlq";
    get(port().queue.ensure_topic(topic_, 1));
  }
  // "text" of each, those that are settled in brackets.
  std::vector<std::string> texts(std::uint64_t from = 0, std::size_t limit = 100);
  std::vector<KeptLetter> all() { return get(port().letters.page(topic_, 0, 100)); }
  void lay(const std::string& text) {
    get(port().queue.publish({topic_, "key", text, ""},
                             loop().timers().now() + std::chrono::seconds{15}));
  }

  std::string topic_;
};

}  // namespace gochat::contract
