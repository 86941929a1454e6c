// The members of large groups, read once per version however many shards ask.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/bounded_map.hpp"
#include "ports/repo_api.hpp"

namespace gochat::task {

using SharedMembers = std::shared_ptr<const MemberList>;

class MemberLists {
 public:
  static constexpr std::size_t groups_max = 1'024;
  // Over all groups: 64 bytes each.
  static constexpr std::size_t rows_max = 1'000'000;

  explicit MemberLists(GroupRepo& groups) : groups_{groups}, lists_{groups_max} {}

  // The list at this version or a later one; `unavailable` while only an older one can be read.
  Task<Result<SharedMembers>> at_least(GroupId group, MemberVersion version);

 private:
  using Answer = Result<SharedMembers>;
  using Waiting = std::vector<std::move_only_function<void(Answer)>>;

  Task<Answer> read(GroupId group);
  void keep(GroupId group, const SharedMembers& list);

  GroupRepo& groups_;
  BoundedMap<GroupId, SharedMembers> lists_;
  std::size_t rows_ = 0;
  std::unordered_map<GroupId, Waiting> reading_;
};

}  // namespace gochat::task
