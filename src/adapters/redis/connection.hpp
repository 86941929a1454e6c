// One connection to one server. Commands are written as they come and answered in their order;
// those that come in one turn of the loop leave in one write.
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/redis/byte_stream.hpp"
#include "adapters/redis/command.hpp"
#include "adapters/redis/figures.hpp"
#include "adapters/redis/resp.hpp"

namespace gochat::redis {

// What a connection needs around it, and who it is there.
struct Ground {
  boost::asio::io_context& context;
  Timers& timers;
  StreamSource& streams;
  const ClientLimits& limits;
  Counts& counts;
};

struct Identity {
  Credentials credentials;
  std::uint32_t database = 0;
  bool of_a_master = false;  // a server that is none is refused
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // `closed` comes once, before the commands that had no reply are told; nobody is called after it
  // but them. `pushed` gets what comes unasked; without it that is an error.
  struct Events {
    std::move_only_function<void()> ready;
    std::move_only_function<void(const Error&)> closed;
    std::move_only_function<void(Reply)> pushed;
  };

  Connection(const Ground& ground, Address address, Identity identity, Events events);
  void start();

  // Commands that come before the connection is ready wait for it.
  void send(const Command& command, bool with_source, Deadline deadline, Done done);
  // ASKING and the command, with nothing between them.
  void send_asking(const Command& command, bool with_source, Deadline deadline, Done done);
  void close(const Error& why);

  const Address& address() const { return address_; }
  bool ready() const { return state_ == State::ready; }
  bool closed() const { return state_ == State::closed; }
  std::size_t in_flight() const { return in_flight_.size(); }

 private:
  enum class State : std::uint8_t { connecting, ready, closed };
  struct Waiting {
    Deadline deadline;
    MonoTime sent;
    Done done;  // none: it was told that its time is over
  };

  void connected(boost::system::error_code error);
  void greet();
  void greet_with(std::vector<std::string> words, const char* refusal);
  void become_ready();
  void flush_soon();
  void flush();
  void read();
  void take(std::string_view bytes);
  void answer(Reply reply);
  void expect(Deadline deadline, Done done);
  void watch(MonoTime when);
  void look();
  Error trouble(const std::string& what) const;

  const Ground ground_;
  const Address address_;
  const Identity identity_;
  Events events_;
  State state_ = State::connecting;
  std::unique_ptr<ByteStream> stream_;
  ReplyReader reader_;
  std::array<char, 64 * 1024> read_buffer_{};
  std::string greeting_;
  MonoTime greeted_by_{};
  std::string queued_;
  std::string writing_;
  bool flush_posted_ = false;
  std::deque<Waiting> in_flight_;
  MonoTime last_read_{};
  MonoTime looks_at_ = MonoTime::max();
  Timer look_timer_;
};

}  // namespace gochat::redis
