// Has the batches of one conversation carried out in the order in which they were called. Calls
// that are open side by side may overtake each other on their way, so a batch waits for those
// before it that touch one of its conversations. A lane, which has one batch open at a time, never
// waits.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <set>
#include <vector>

#include "async/task.hpp"
#include "ports/conversation_log.hpp"

namespace gochat::rpc {

class SaveOrder {
  struct Save;
  using Saves = std::list<std::shared_ptr<Save>>;

 public:
  // Held while the batch is carried out. Those behind go on when it goes.
  class Turn {
   public:
    Turn(std::shared_ptr<Saves> saves, std::shared_ptr<Save> own);
    Turn(Turn&&) = default;
    Turn& operator=(Turn&&) = delete;
    ~Turn();
    // Returns when nothing stands before it any more.
    Task<> come();

   private:
    std::shared_ptr<Saves> saves_;
    std::shared_ptr<Save> own_;
    std::vector<std::shared_ptr<Save>> before_;
  };

  Turn queue(const LogBatch& batch);

 private:
  std::shared_ptr<Saves> saves_ = std::make_shared<Saves>();
};

}  // namespace gochat::rpc
