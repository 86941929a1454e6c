// Of those who want the same at the same time one goes and the others wait for what it brings.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "async/executor.hpp"
#include "async/task.hpp"
#include "base/result.hpp"

namespace gochat::repo {

// Lives on one loop.
template <class Key, class Value>
class SingleFlight {
 public:
  class Flight {
   public:
    Task<Result<Value>> landing(std::shared_ptr<Flight> self) {
      if (!outcome_) {
        co_await await_callback<bool>([self](auto done) {
          self->waiting_.push_back([done = std::move(done)]() mutable { done(true); });
        });
      }
      co_return *outcome_;
    }
    void land(Result<Value> outcome) {
      outcome_.emplace(std::move(outcome));
      for (auto& wake : std::exchange(waiting_, {})) wake();
    }
    bool landed() const { return outcome_.has_value(); }

   private:
    std::optional<Result<Value>> outcome_;
    std::vector<std::move_only_function<void()>> waiting_;
  };
  using Shared = std::shared_ptr<Flight>;

  // Whoever went and does not come back, because its task was dropped, leaves nobody waiting.
  class Ticket {
   public:
    Ticket(SingleFlight& desk, Key key)
        : desk_{&desk}, key_{std::move(key)}, flight_{std::make_shared<Flight>()} {
      desk.under_way_[key_] = flight_;
    }
    Ticket(Ticket&& other) noexcept = default;
    Ticket& operator=(Ticket&&) = delete;
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;
    ~Ticket() {
      if (flight_ && !flight_->landed()) land(failed(ErrorCode::unavailable, "was given up"));
    }

    const Key& key() const { return key_; }
    void land(Result<Value> outcome) {
      const auto there = desk_->under_way_.find(key_);
      if (there != desk_->under_way_.end() && there->second == flight_) {
        desk_->under_way_.erase(there);
      }
      flight_->land(std::move(outcome));
    }

   private:
    SingleFlight* desk_;
    Key key_;
    Shared flight_;
  };

  // Null: nobody has gone.
  Shared under_way(const Key& key) const {
    const auto there = under_way_.find(key);
    return there == under_way_.end() ? nullptr : there->second;
  }
  Ticket go(Key key) { return Ticket{*this, std::move(key)}; }
  // It changed: whoever asks from now on waits for nobody who went before.
  void changed(const Key& key) { under_way_.erase(key); }

 private:
  std::unordered_map<Key, Shared> under_way_;
};

}  // namespace gochat::repo
