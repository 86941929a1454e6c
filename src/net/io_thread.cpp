#include "net/io_thread.hpp"

#include "base/thread_name.hpp"

namespace gochat::net {

IoThread::IoThread(boost::asio::io_context& main, ShardEvents& events, const Limits& limits,
                   std::uint32_t number)
    : events_{loop_, main, events, [this] { order([](Shard& shard) { shard.relieve(); }); }},
      shard_{loop_, timers_, events_, limits, number},
      orders_{main, loop_,
              [this](std::vector<Order> orders) {
                for (Order& carried : orders) carried(shard_);
              }},
      work_{boost::asio::make_work_guard(loop_)},
      thread_{[this, number] {
        name_this_thread("net-" + std::to_string(number));
        loop_.run();
      }} {}

IoThread::~IoThread() {
  // The shard has stopped: what is left in the loop is an alarm that nobody waits for.
  loop_.stop();
  thread_.join();
}

}  // namespace gochat::net
