// Copies in front of the database, one kind of things each. Reading: the copy, else the database,
// and the copy is filled in. Writing: the database, then the copy is removed. A copy that was read
// before a change and comes after it is not taken, because it carries the stamp of before.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "async/gather.hpp"
#include "ports/cache.hpp"
#include "repo/copy_counts.hpp"
#include "repo/lost_removals.hpp"
#include "repo/single_flight.hpp"

namespace gochat::repo {

struct CopyTimes {
  Duration value = std::chrono::hours{24};
  Duration absence = std::chrono::seconds{30};  // of somebody who was asked for and is not there
  // How long a slow reader is held off; the database answers no question later than that.
  Duration removal = std::chrono::minutes{1};
};

// Lives on one loop.
template <class Id, class T>
class ReadCache {
 public:
  // How a thing is kept: the key before its id, its text, and whose text it is.
  struct Shape {
    std::string_view family;
    std::string (*write)(const T&);
    std::optional<T> (*read)(std::string_view);
    Id (*id_of)(const T&);
  };
  // Asks the database; missing ones are left out.
  using Load = std::function<Task<Result<std::vector<T>>>(std::vector<Id>)>;

  ReadCache(Cache& cache, const Timers& timers, Shape shape, CopyTimes times, Load load)
      : cache_{cache}, timers_{timers}, shape_{shape}, times_{times}, load_{std::move(load)} {}

  // Missing ones are left out; any order.
  Task<Result<std::vector<T>>> get(std::vector<Id> ids) {
    std::ranges::sort(ids);
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    std::vector<typename Flights::Shared> others;
    std::vector<typename Flights::Ticket> own;
    for (const Id id : ids) {
      if (auto flight = flights_.under_way(id)) {
        others.push_back(std::move(flight));
      } else {
        own.push_back(flights_.go(id));
      }
    }
    auto found = co_await fetch(std::move(own));
    for (const auto& flight : others) {
      auto landed = co_await flight->landing(flight);
      if (!landed) co_return std::move(landed).error();
      if (found && *landed) found->push_back(**std::move(landed));
    }
    co_return found;
  }

  // They changed. When this has returned nobody is given what was before, unless the cache was
  // away: then this process does not believe it, and tries again.
  Task<> forget(std::vector<Id> ids) {
    std::vector<Task<bool>> removals;
    for (const Id id : ids) {
      flights_.changed(id);
      removals.push_back(remove(key_of(id)));
    }
    co_await gather(std::move(removals));
  }

  const CopyCounts& counts() const { return counts_; }

 private:
  using Flights = SingleFlight<Id, std::optional<T>>;
  struct Look {
    bool answered = false;  // by the cache: it may be filled in
    bool hit = false;
    std::optional<T> thing{};  // of a hit; none: it is known to be absent
    std::uint64_t stamp = 0;
  };

  Task<Result<std::vector<T>>> fetch(std::vector<typename Flights::Ticket> tickets) {
    std::vector<T> found;
    if (tickets.empty()) co_return found;
    co_await settle();
    std::vector<Task<Look>> looking;
    for (const auto& ticket : tickets) looking.push_back(look(ticket.key()));
    const auto looks = co_await gather(std::move(looking));
    std::vector<Id> missing;
    for (std::size_t n = 0; n < tickets.size(); ++n) {
      if (!looks[n].hit) {
        missing.push_back(tickets[n].key());
        continue;
      }
      if (looks[n].thing) found.push_back(*looks[n].thing);
      tickets[n].land(looks[n].thing);
    }
    if (missing.empty()) co_return found;
    auto loaded = co_await load_(std::move(missing));
    std::unordered_map<Id, T> by_id;
    if (loaded) {
      for (T& one : *loaded) by_id.emplace(shape_.id_of(one), std::move(one));
    }
    std::vector<Task<bool>> fills;
    for (std::size_t n = 0; n < tickets.size(); ++n) {
      if (looks[n].hit || !loaded || !looks[n].answered) continue;
      fills.push_back(fill(tickets[n].key(), thing_in(by_id, tickets[n].key()), looks[n].stamp));
    }
    co_await gather(std::move(fills));
    for (std::size_t n = 0; n < tickets.size(); ++n) {
      if (looks[n].hit) continue;
      if (loaded) {
        tickets[n].land(thing_in(by_id, tickets[n].key()));
      } else {
        tickets[n].land(loaded.error());
      }
    }
    if (!loaded) co_return std::move(loaded).error();
    for (auto& [id, thing] : by_id) found.push_back(std::move(thing));
    co_return found;
  }

  static std::optional<T> thing_in(const std::unordered_map<Id, T>& things, Id id) {
    const auto there = things.find(id);
    return there == things.end() ? std::optional<T>{} : there->second;
  }

  // A stamp is taken before the database is asked.
  Task<Look> look(Id id) {
    Look look;
    const std::string key = key_of(id);
    if (lost_.has(key)) co_return look;
    const MonoTime since = timers_.now();
    auto held = co_await cache_.get(key);
    counts_.seconds.observe(timers_.now() - since);
    if (!held) {
      counts_.errors.add();
      co_return look;
    }
    if (*held) {
      const std::string& text = (*held)->bytes;
      if (!text.empty()) look.thing = shape_.read(text);
      look.hit = text.empty() || (look.thing && shape_.id_of(*look.thing) == id);
      if (look.hit) {
        counts_.hits.add();
        co_return look;
      }
      look.thing.reset();
      counts_.wrong.add();
      co_await remove(key);
    }
    counts_.misses.add();
    const auto stamp = co_await cache_.stamp(key);
    look.answered = stamp.ok();
    if (stamp) look.stamp = *stamp;
    if (!stamp) counts_.errors.add();
    co_return look;
  }

  Task<bool> fill(Id id, std::optional<T> thing, std::uint64_t stamp) {
    std::string text = thing ? shape_.write(*thing) : std::string{};
    const auto filled = co_await cache_.fill(key_of(id), {std::move(text), stamp},
                                             thing ? times_.value : times_.absence);
    if (!filled) counts_.errors.add();
    if (filled && !*filled) counts_.stale.add();
    co_return filled && *filled;
  }

  Task<bool> remove(std::string key) {
    auto stamp = co_await cache_.stamp(key);
    bool gone = false;
    if (stamp) {
      const auto removed = co_await cache_.invalidate(key, *stamp, times_.removal);
      gone = removed.ok();
    }
    if (gone) {
      lost_.removed(key);
    } else {
      counts_.errors.add();
      lost_.add(key);
    }
    co_return gone;
  }

  Task<> settle() {
    if (lost_.empty() || settling_) co_return;
    settling_ = true;
    std::vector<Task<bool>> removals;
    for (std::string& key : lost_.some(settled_at_once)) {
      removals.push_back(remove(std::move(key)));
    }
    co_await gather(std::move(removals));
    settling_ = false;
  }

  std::string key_of(Id id) const { return std::string{shape_.family} + id.text(); }

  static constexpr std::size_t settled_at_once = 100;

  Cache& cache_;
  const Timers& timers_;
  const Shape shape_;
  const CopyTimes times_;
  const Load load_;
  CopyCounts counts_;
  Flights flights_;
  LostRemovals lost_;
  bool settling_ = false;
};

}  // namespace gochat::repo
