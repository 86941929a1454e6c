#include "adapters/kafka/bell.hpp"

#include <boost/asio/post.hpp>
#include <utility>

namespace gochat::kafka {

struct Bell::State : std::enable_shared_from_this<State> {
  State(boost::asio::any_io_executor on, std::function<void()> call)
      : executor{std::move(on)}, rung{std::move(call)} {}
  boost::asio::any_io_executor executor;
  std::function<void()> rung;  // on the loop alone; empty once the bell is gone
};

Bell::Bell(rd_kafka_queue_t* queue, boost::asio::any_io_executor executor,
           std::function<void()> rung)
    : queue_{queue}, state_{std::make_shared<State>(std::move(executor), std::move(rung))} {
  rd_kafka_queue_cb_event_enable(queue_, ring, state_.get());
  ring(nullptr, state_.get());
}

// librdkafka rings under the queue's lock, and takes that lock here: nobody is within ring() then.
Bell::~Bell() {
  rd_kafka_queue_cb_event_enable(queue_, nullptr, nullptr);
  state_->rung = nullptr;
}

void Bell::ring(rd_kafka_t*, void* state) {
  auto shared = static_cast<State*>(state)->shared_from_this();
  boost::asio::post(shared->executor, [shared] {
    if (const auto rung = shared->rung) rung();
  });
}

}  // namespace gochat::kafka
