#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>

#include "adapters/kafka/handles.hpp"

namespace gochat::kafka {

// Calls back on the loop when something comes into an empty queue of librdkafka, and once at the
// beginning, for what came before. Whoever is called takes everything out, or will not be called
// again.
class Bell {
 public:
  Bell(rd_kafka_queue_t* queue, boost::asio::any_io_executor executor, std::function<void()> rung);
  // On the loop; no call comes afterwards.
  ~Bell();
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;

 private:
  struct State;
  static void ring(rd_kafka_t* client, void* state);

  rd_kafka_queue_t* queue_;
  std::shared_ptr<State> state_;
};

}  // namespace gochat::kafka
