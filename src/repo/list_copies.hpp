// Which conversations each person has, as ranked sets in front of the database. They spare it the
// search for the rows, and never decide: the database says with the rows whether these are all.
// What somebody has or has left only grows, so the number of them is the version of a set.
#pragma once

#include <chrono>
#include <vector>

#include "ports/known_list.hpp"
#include "ports/set_cache.hpp"
#include "repo/copy_counts.hpp"

namespace gochat::repo {

// Lives on one loop.
class ListCopies {
 public:
  static constexpr Duration kept_for = std::chrono::hours{1};
  static constexpr Duration removal_kept_for = std::chrono::seconds{10};

  ListCopies(SetCache& sets, const Timers& timers, ConversationStore& conversations,
             KnownList& known)
      : sets_{sets}, timers_{timers}, conversations_{conversations}, known_{known} {}

  Task<Result<std::vector<UserConversation>>> get(UserId user);
  // They have another conversation now, or are in one no more. False: the cache was not told, and
  // the database will find the difference.
  Task<bool> changed(UserId user);

  const CopyCounts& counts() const { return counts_; }

 private:
  struct Look {
    bool answered = false;
    bool hit = false;
    std::vector<ConversationId> ids{};
  };
  Task<Look> look(UserId user);
  Task<> fill(UserId user, const std::vector<UserConversation>* list);

  SetCache& sets_;
  const Timers& timers_;
  ConversationStore& conversations_;
  KnownList& known_;
  CopyCounts counts_;
};

}  // namespace gochat::repo
