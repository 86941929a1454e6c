// Holds the copies in Redis against the database, for an operator and for tests: beside a cluster
// that runs, or without one. What differs twice in a row, with the same copy, is a finding.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/mysql/store.hpp"
#include "adapters/mysql/store_check.hpp"
#include "adapters/redis/client.hpp"

namespace gochat::app {

// Lives on the loop of both.
class CacheCheck {
 public:
  CacheCheck(redis::Client& redis, mysql::Store& store, mysql::Mending mending)
      : redis_{redis}, store_{store}, mending_{mending} {}

  // In a finding `stored` is how much a copy says, and `counted` how much of it the database says
  // too. What differs is deleted when mending is on: the next reader fills it in.
  Task<Result<std::vector<mysql::Finding>>> run();

 private:
  // How much of a copy is so; equal numbers: all of it.
  struct Agreement {
    std::uint64_t stored = 0;
    std::uint64_t counted = 0;
    bool operator==(const Agreement&) const = default;
  };
  using Compare = Task<Result<Agreement>> (CacheCheck::*)(std::string);
  struct Kind {
    std::string family;
    std::string_view what;
    Compare compare;
  };

  Task<Result<void>> check(const Kind* kind);
  Task<Result<void>> check_one(redis::Key key, const Kind* kind);
  Task<Result<Agreement>> compare_person(std::string id);
  Task<Result<Agreement>> compare_group(std::string id);
  Task<Result<Agreement>> compare_members(std::string id);
  Task<Result<Agreement>> compare_list(std::string user);
  static Agreement agreement_of(std::vector<std::string> copies, std::vector<std::string> rows);
  Task<Result<Agreement>> compare_hot(std::string conversation);
  Task<Result<Agreement>> compare_inbox(std::string user);
  Task<Result<std::vector<Message>>> newest_of(Conversation head);

  redis::Client& redis_;
  mysql::Store& store_;
  const mysql::Mending mending_;
  std::vector<mysql::Finding> findings_;
};

}  // namespace gochat::app
