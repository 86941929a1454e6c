#include "gateway/receipts.hpp"

namespace gochat::gateway {

std::string Receipts::expect() {
  std::string request = "http-" + std::to_string(++last_);
  places_[request];
  return request;
}

Result<protocol::Receipt> Receipts::outcome(const protocol::Receipt& receipt) {
  if (receipt.code == ErrorCode::ok) return receipt;
  return refused(receipt.code, receipt.hint);
}

Task<Result<protocol::Receipt>> Receipts::wait(std::string request, Duration time_max) {
  using Answer = Result<protocol::Receipt>;
  if (auto& place = places_[request]; place.early) {
    Answer answer = outcome(*place.early);
    places_.erase(request);
    co_return answer;
  }
  co_return co_await await_callback<Answer>([this, request, time_max](auto done) {
    Place& place = places_[request];
    place.done = std::move(done);
    place.timer = timers_.after(time_max, [this, request] {
      auto node = places_.extract(request);
      if (node) node.mapped().done(failed(ErrorCode::timeout, "no receipt in time"));
    });
  });
}

void Receipts::arrived(const protocol::Receipt& receipt) {
  const auto at = places_.find(receipt.request_id);
  if (at == places_.end()) return;
  if (!at->second.done) {
    at->second.early = receipt;
    return;
  }
  auto node = places_.extract(at);
  node.mapped().timer.cancel();
  node.mapped().done(outcome(receipt));
}

}  // namespace gochat::gateway
