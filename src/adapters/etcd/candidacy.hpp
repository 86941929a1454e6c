// One candidate of one election. Each stands as an entry under a lease of its own; the one that has
// stood longest leads.
#pragma once

#include <memory>
#include <string>

#include "adapters/etcd/etcd_client.hpp"
#include "async/gate.hpp"
#include "ports/coordinator.hpp"

namespace gochat::etcd {

struct CandidacyOptions {
  std::string election;
  std::string instance;
  Duration lease;
  Duration margin;  // what a leader gives up before etcd lets the next one follow
};

class Candidate final : public Leadership {
 public:
  Candidate(Client& client, Gate& gate, Timers& timers, CandidacyOptions options);
  // Resigns in the background.
  ~Candidate() override;
  Candidate(const Candidate&) = delete;
  Candidate& operator=(const Candidate&) = delete;

  bool held() const override;

 private:
  struct State;
  static Task<> stand(std::shared_ptr<State> state);
  static Task<> look(State& state);

  std::shared_ptr<State> state_;
};

}  // namespace gochat::etcd
