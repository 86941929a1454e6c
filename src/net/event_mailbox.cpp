#include "net/event_mailbox.hpp"

namespace gochat::net {

namespace {

template <class... Cases>
struct Match : Cases... {
  using Cases::operator()...;
};

}  // namespace

EventMailbox::EventMailbox(boost::asio::io_context& shard_loop, boost::asio::io_context& main,
                           ShardEvents& hear, std::function<void()> relieved)
    : mailbox_{shard_loop, main, [this](std::vector<Letter> letters) { open(std::move(letters)); }},
      hear_{hear},
      relieved_{std::move(relieved)} {}

void EventMailbox::on_http(ConnectionId connection, HttpRequest request) {
  mailbox_.put({connection, std::make_unique<Http>(std::move(request), false)});
}

void EventMailbox::on_upgrade(ConnectionId connection, HttpRequest request) {
  mailbox_.put({connection, std::make_unique<Http>(std::move(request), true)});
}

void EventMailbox::on_message(ConnectionId connection, std::string_view payload, bool text) {
  Message message{{}, text};
  message.payload.append(payload);
  bytes_.fetch_add(payload.size() + sizeof(Letter), std::memory_order_relaxed);
  mailbox_.put({connection, std::move(message)});
}

void EventMailbox::on_written(ConnectionId connection, std::size_t bytes, std::size_t left) {
  mailbox_.put({connection, Written{bytes, left}});
}

void EventMailbox::on_alive(ConnectionId connection) { mailbox_.put({connection, Alive{}}); }

void EventMailbox::on_pong(ConnectionId connection, std::uint32_t mark) {
  mailbox_.put({connection, Pong{mark}});
}

void EventMailbox::on_close(ConnectionId connection, std::uint16_t code) {
  mailbox_.put({connection, Closed{code}});
}

void EventMailbox::on_gone(const AddressKey& address) { mailbox_.put({{}, Gone{address}}); }

void EventMailbox::on_stopped() { mailbox_.put({{}, Stopped{}}); }

bool EventMailbox::congested() const { return bytes_.load(std::memory_order_relaxed) > bytes_max; }

void EventMailbox::hear(ConnectionId connection, Message& message) {
  // A view of nothing still has padding to read.
  message.payload.reserve(1);
  hear_.on_message(connection, message.payload.view(), message.text);
  const std::size_t size = message.payload.size() + sizeof(Letter);
  const std::size_t before = bytes_.fetch_sub(size, std::memory_order_relaxed);
  if (before > bytes_max && before - size <= bytes_max) relieved_();
}

void EventMailbox::open(std::vector<Letter> letters) {
  for (Letter& letter : letters) {
    const ConnectionId connection = letter.connection;
    std::visit(
        Match{[&](Alive) { hear_.on_alive(connection); },
              [&](Pong pong) { hear_.on_pong(connection, pong.mark); },
              [&](Written written) { hear_.on_written(connection, written.bytes, written.left); },
              [&](Closed closed) { hear_.on_close(connection, closed.code); },
              [&](Gone gone) { hear_.on_gone(gone.address); }, [&](Stopped) { hear_.on_stopped(); },
              [&](Message& message) { hear(connection, message); },
              [&](std::unique_ptr<Http>& http) {
                if (http->upgrade) {
                  hear_.on_upgrade(connection, std::move(http->request));
                } else {
                  hear_.on_http(connection, std::move(http->request));
                }
              }},
        letter.event);
  }
}

}  // namespace gochat::net
