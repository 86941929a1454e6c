#include "adapters/etcd/candidacy.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "async/wakeup.hpp"
#include "base/log.hpp"

namespace gochat::etcd {
namespace {

constexpr int looks_per_lease = 10;

}  // namespace

struct Candidate::State {
  Client& client;
  Timers& timers;
  CandidacyOptions options;
  LeaseId lease = no_lease;
  std::string key{};
  bool leads = false;
  MonoTime leads_until{};
  bool resigned = false;
  Wakeup wakeup{};
};

Candidate::Candidate(Client& client, Gate& gate, Timers& timers, CandidacyOptions options)
    : state_{std::make_shared<State>(client, timers, std::move(options))} {
  gate.spawn(stand(state_));
}

Candidate::~Candidate() {
  state_->resigned = true;
  state_->wakeup.notify();
}

bool Candidate::held() const { return state_->leads && state_->timers.now() < state_->leads_until; }

Task<> Candidate::stand(std::shared_ptr<State> state) {
  while (!state->resigned) {
    const bool led = state->leads;
    co_await look(*state);
    if (led != state->leads) {
      log::info(state->leads ? "leads an election" : "leads an election no more",
                {{log::Field::key, state->options.election}});
    }
    if (state->resigned) break;
    co_await state->wakeup.wait(state->timers, state->options.lease / looks_per_lease);
  }
  state->leads = false;
  if (state->lease != no_lease) (void)co_await state->client.revoke(state->lease);
}

// Whatever is not answered changes nothing: who leads does so until its own deadline.
Task<> Candidate::look(State& state) {
  const MonoTime asked = state.timers.now();
  const std::string begins = fmt::format("elections/{}/", state.options.election);
  if (state.lease == no_lease) {
    const auto lease = co_await state.client.grant(state.options.lease);
    if (!lease) co_return;
    state.key = fmt::format("{}{:016x}", begins, *lease);
    if (!co_await state.client.write(state.key, state.options.instance, *lease)) co_return;
    state.lease = *lease;
  } else {
    const auto alive = co_await state.client.keep_alive(state.lease);
    if (!alive) co_return;
    if (!*alive) {
      state.lease = no_lease;
      state.leads = false;
      co_return;
    }
  }
  const auto standing = co_await state.client.list(begins);
  if (!standing) co_return;
  const auto longest = std::ranges::min_element(*standing, {}, &Entry::created);
  state.leads = longest != standing->end() && longest->key == state.key;
  if (state.leads) state.leads_until = asked + state.options.lease - state.options.margin;
}

}  // namespace gochat::etcd
