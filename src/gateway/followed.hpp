// What is kept of a socket whose client never asks for what it missed: how far it is known to have
// read, and which of its sends it may not have the answer to. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/ids.hpp"
#include "net/frame.hpp"

namespace gochat::gateway {

// Where a socket stands in one conversation. A record is sent in seq order and once: what is below
// is dropped, the next one is sent, a later one is held until the gap before it is filled.
struct Entry {
  Seq sent;
  std::map<Seq, net::EncodedFrame> held;

  // Of followed sockets. While `sent` is below `owed`, history is drawn up to there, and everything
  // newer waits for its turn.
  Seq owed;
  Seq asked;           // what the open question covers
  Seq got;             // what is known to have been read
  bool moved = false;  // sent rose since the last question

  bool drawing() const { return sent < owed; }
};

// The sends of one socket whose answer is not known to have been read.
class OpenSends {
 public:
  static constexpr std::size_t kept_max = 256;  // above, the oldest is forgotten

  enum class State : std::uint8_t { unknown, open, answered };
  void begin(std::string client_msg_id);
  void answered(const std::string& client_msg_id);
  State state(const std::string& client_msg_id) const;
  std::vector<std::string> open() const;
  // All of them: an answer that was sent may not have been read.
  std::vector<std::string> unread() const;

  // A question leaves behind all answers so far; it was answered: those were read.
  void asked();
  void confirmed();
  bool has_answered() const;
  bool empty() const { return sends_.empty(); }

 private:
  enum class Step : std::uint8_t { open, answered, asked };
  struct Send {
    std::string client_msg_id;
    Step step = Step::open;
  };
  const Send* find(const std::string& client_msg_id) const;

  std::deque<Send> sends_;
};

class Followed {
 public:
  OpenSends sends;
  std::deque<ConversationId> to_draw;
  bool drawing = false;      // a coroutine draws them
  bool placed = false;       // what the socket before left open was taken on
  bool changed = true;       // since it was saved
  bool listed = false;       // for the next question
  bool succeeded = false;    // a newer socket went on from here, and this one was silent since
  std::uint64_t beside = 0;  // of the user's mark, what no entry counts: events, left conversations

  // Entries are named by address: those of a followed socket are never evicted.
  void moved(Entry& entry);
  // A ping must carry this mark; none: a question is open, or there is nothing to ask.
  std::optional<std::uint32_t> ask();
  // false: not the question that is open.
  bool answered(std::uint32_t mark);
  // It was sent something that it is not known to have read.
  bool owes() const { return !moved_.empty() || asking_; }
  bool unsettled() const { return owes() || !sends.empty(); }

 private:
  std::vector<Entry*> moved_;
  std::vector<Entry*> asked_;
  std::uint32_t mark_ = 0;
  bool asking_ = false;
};

}  // namespace gochat::gateway
