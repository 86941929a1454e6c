// Copies that should have been removed and could not be, because the cache was away: they are not
// believed until they are gone, and their removal is tried again with the next question.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_set>
#include <vector>

namespace gochat::repo {

class LostRemovals {
 public:
  // What does not fit stays in the cache until its time is over.
  static constexpr std::size_t keys_max = 100'000;

  void add(const std::string& key) {
    if (keys_.size() < keys_max) keys_.insert(key);
  }
  void removed(const std::string& key) { keys_.erase(key); }
  bool has(const std::string& key) const { return keys_.contains(key); }
  bool empty() const { return keys_.empty(); }
  // Some of them, to be tried again.
  std::vector<std::string> some(std::size_t count) const {
    std::vector<std::string> some;
    for (const std::string& key : keys_) {
      if (some.size() == count) break;
      some.push_back(key);
    }
    return some;
  }

 private:
  std::unordered_set<std::string> keys_;
};

}  // namespace gochat::repo
