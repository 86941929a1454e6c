// Carries what one thread says to another in batches: what is said during one turn of a loop
// travels as one posted call, in order.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace gochat::net {

template <class Letter>
class BatchMailbox {
 public:
  using Open = std::function<void(std::vector<Letter>)>;

  // put() is called on `from`, `open` on `to`. The mailbox goes when one of the two threads has
  // ended and on the other; letters that are still on their way then are not opened.
  BatchMailbox(boost::asio::io_context& from, boost::asio::io_context& to, Open open)
      : state_{std::make_shared<State>(from, to, std::move(open))} {}
  ~BatchMailbox() { state_->open = nullptr; }
  BatchMailbox(const BatchMailbox&) = delete;
  BatchMailbox& operator=(const BatchMailbox&) = delete;

  void put(Letter letter) {
    state_->letters.push_back(std::move(letter));
    if (std::exchange(state_->collecting, true)) return;
    boost::asio::post(state_->from, [state = state_] { carry(state); });
  }

 private:
  struct State {
    State(boost::asio::io_context& sender, boost::asio::io_context& receiver, Open opener)
        : from{sender}, to{receiver}, open{std::move(opener)} {}

    boost::asio::io_context& from;
    boost::asio::io_context& to;
    Open open;
    std::vector<Letter> letters{};
    bool collecting = false;
  };

  static void carry(const std::shared_ptr<State>& state) {
    state->collecting = false;
    if (!state->open) return;
    boost::asio::post(state->to, [state, letters = std::exchange(state->letters, {})]() mutable {
      if (state->open) state->open(std::move(letters));
    });
  }

  std::shared_ptr<State> state_;
};

}  // namespace gochat::net
