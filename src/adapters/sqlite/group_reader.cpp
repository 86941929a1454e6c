#include "adapters/sqlite/group_reader.hpp"

#include "adapters/sqlite/judge.hpp"
#include "adapters/sqlite/query.hpp"
#include "adapters/sqlite/rows.hpp"
#include "domain/conversation.hpp"

namespace gochat::sqlite {
namespace {

const std::string select_members =
    select(member_columns, "FROM group_members m WHERE m.group_id = ? ORDER BY m.user_id");

const std::string select_groups = select(
    group_columns, "FROM \"groups\" g WHERE g.id > ? AND NOT g.disbanded ORDER BY g.id LIMIT ?");

Error no_group() { return refused(ErrorCode::not_found, "this group does not exist"); }

Result<std::shared_ptr<const MemberList>> read_members(Connection& db, GroupId id) {
  auto snapshot = db.begin_read();
  if (!snapshot) return std::move(snapshot).error();
  auto version =
      query_number(db, "SELECT member_version FROM conversations WHERE group_id = ?", 0, id);
  if (!version) return std::move(version).error();
  if (*version == 0) return no_group();
  auto rows = query_all(db, select_members, [](const Statement& s) { return member_row(s); }, id);
  if (!rows) return std::move(rows).error();
  auto list = std::make_shared<MemberList>();
  list->version = MemberVersion{static_cast<std::uint64_t>(*version)};
  list->rows = std::move(*rows);
  return std::shared_ptr<const MemberList>{std::move(list)};
}

}  // namespace

Task<Result<Group>> SqliteGroupStore::find(GroupId id) {
  co_return co_await readers_.read([id](Connection& db) -> Result<Group> {
    auto group = find_group(db, id);
    if (!group) return std::move(group).error();
    if (!*group) return no_group();
    return std::move(**group);
  });
}

SqliteGroupStore::SharedList SqliteGroupStore::kept(GroupId id) const {
  const auto key = recent_.key_of(group_conversation_id(id));
  if (!key) return nullptr;
  const SharedHead head = recent_.head(*key);
  if (!head) return nullptr;
  MutexLock lock{mutex_};
  const auto found = lists_.find(id);
  if (found == lists_.end() || found->second->version != head->member_version) return nullptr;
  return found->second;
}

void SqliteGroupStore::keep(GroupId id, SharedList list) {
  MutexLock lock{mutex_};
  const auto [at, is_new] = lists_.insert_or_assign(id, std::move(list));
  if (!is_new) return;
  order_.push_back(id);
  if (order_.size() <= lists_max_) return;
  lists_.erase(order_.front());
  order_.pop_front();
}

Task<Result<std::shared_ptr<const MemberList>>> SqliteGroupStore::members(GroupId id) {
  if (auto list = kept(id)) co_return list;
  co_return co_await readers_.read([this, id](Connection& db) {
    auto list = read_members(db, id);
    if (list) keep(id, *list);
    return list;
  });
}

Task<Result<std::optional<Membership>>> SqliteGroupStore::member(GroupId id, UserId user) {
  co_return co_await readers_.read(
      [id, user](Connection& db) { return find_member(db, id, user); });
}

Task<Result<std::vector<Group>>> SqliteGroupStore::list(GroupId after, std::size_t limit) {
  co_return co_await readers_.read([after, limit](Connection& db) {
    return query_all(
        db, select_groups, [](const Statement& s) { return group_row(s); }, after, limit);
  });
}

}  // namespace gochat::sqlite
