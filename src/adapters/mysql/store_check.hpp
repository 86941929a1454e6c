// Holds the tables against each other: what is kept ready against what it was counted from, and
// rows against those that they belong to. For an operator and for tests, never on the road of a
// message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "adapters/mysql/pool.hpp"

namespace gochat::mysql {

struct CheckLimits {
  // Conversations, groups or people that one statement looks at, and how long it may take.
  std::size_t subjects_at_once = 200;
  Duration statement_max = std::chrono::minutes{5};
  // Findings of one kind that are told; there may be more.
  std::size_t findings_max = 1'000;
};

struct Finding {
  std::string_view what;
  std::string subject;  // the conversation, group, session or person
  std::uint64_t stored = 0;
  std::uint64_t counted = 0;
  bool mendable = false;
  bool mended = false;
};

enum class Mending : bool { off, on };

// Every finding, in the order of the checks. With mending on, what can be derived from other rows
// is derived anew, one subject at a time, under the lock that whoever writes into it takes. What is
// lost is not invented: a missing message stays a void, and no seq or event number is given again.
Task<Result<std::vector<Finding>>> check_store(Pool* pool, Mending mending,
                                               CheckLimits limits = {});

}  // namespace gochat::mysql
