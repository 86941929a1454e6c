#include "adapters/memory/memory_coordinator.hpp"

#include <algorithm>
#include <list>
#include <utility>

#include "domain/snowflake.hpp"

namespace gochat::memory {

struct MemoryCoordinator::Elections {
  // Who stands in an election, in the order of coming.
  using Candidates = std::list<std::string>;
  std::map<std::string, Candidates, std::less<>> standing;

  // Shares the elections, so that it may outlive the coordinator.
  class Candidacy final : public Leadership {
   public:
    Candidacy(std::shared_ptr<Elections> elections, Candidates& candidates, std::string instance)
        : elections_{std::move(elections)},
          candidates_{candidates},
          place_{candidates.insert(candidates.end(), std::move(instance))} {}
    ~Candidacy() override { candidates_.erase(place_); }
    bool held() const override { return place_ == candidates_.begin(); }

   private:
    std::shared_ptr<Elections> elections_;
    Candidates& candidates_;
    Candidates::iterator place_;
  };
};

MemoryCoordinator::MemoryCoordinator() : elections_{std::make_shared<Elections>()} {}
MemoryCoordinator::~MemoryCoordinator() = default;

Task<Result<MachineLease>> MemoryCoordinator::lease_machine(std::string instance) {
  const auto next = static_cast<std::int64_t>(machines_.size());
  const auto known = machines_.find(instance);
  if (known == machines_.end() && next > snowflake_layout.machine_max()) {
    co_return failed(ErrorCode::unavailable, "every machine number is taken");
  }
  const std::int64_t machine =
      known != machines_.end() ? known->second : (machines_[std::move(instance)] = next);
  co_return MachineLease{machine, floors_[machine], Deadline::max()};
}

Task<Result<void>> MemoryCoordinator::keep_floor(std::int64_t machine, std::int64_t issued) {
  std::int64_t& floor = floors_[machine];
  floor = std::max(floor, issued);
  co_return Result<void>{};
}

Task<Result<std::unique_ptr<Leadership>>> MemoryCoordinator::campaign(std::string election,
                                                                      std::string instance) {
  Elections::Candidates& candidates = elections_->standing[std::move(election)];
  co_return std::make_unique<Elections::Candidacy>(elections_, candidates, std::move(instance));
}

}  // namespace gochat::memory
