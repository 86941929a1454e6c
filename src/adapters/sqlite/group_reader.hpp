// GroupStore over the tables, with the member lists that were read last.
#pragma once

#include <deque>
#include <unordered_map>

#include "adapters/sqlite/reader_pool.hpp"
#include "adapters/sqlite/recent.hpp"
#include "ports/group_store.hpp"

namespace gochat::sqlite {

class SqliteGroupStore final : public GroupStore {
 public:
  SqliteGroupStore(const Recent& recent, ReaderPool& readers, std::size_t lists_max)
      : recent_{recent}, readers_{readers}, lists_max_{lists_max} {}

  Task<Result<Group>> find(GroupId id) override;
  Task<Result<std::shared_ptr<const MemberList>>> members(GroupId id) override;
  Task<Result<std::optional<Membership>>> member(GroupId id, UserId user) override;
  Task<Result<std::vector<Group>>> list(GroupId after, std::size_t limit) override;

 private:
  using SharedList = std::shared_ptr<const MemberList>;

  // The list of a group that has this version, as memory knows it; null otherwise.
  SharedList kept(GroupId id) const;
  void keep(GroupId id, SharedList list);

  const Recent& recent_;
  ReaderPool& readers_;
  const std::size_t lists_max_;
  mutable Mutex mutex_;
  std::unordered_map<GroupId, SharedList> lists_ GOCHAT_GUARDED_BY(mutex_);
  std::deque<GroupId> order_ GOCHAT_GUARDED_BY(mutex_);
};

}  // namespace gochat::sqlite
