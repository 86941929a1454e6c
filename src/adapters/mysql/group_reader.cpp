#include "adapters/mysql/group_reader.hpp"

#include <algorithm>

#include "adapters/mysql/records.hpp"

namespace gochat::mysql {
namespace {

const std::string select_group = select(group_columns, "FROM `groups` g WHERE g.id = ?");
const std::string select_groups = select(
    group_columns, "FROM `groups` g WHERE g.id > ? AND g.disbanded = 0 ORDER BY g.id LIMIT ?");
const std::string select_member =
    select(member_columns, "FROM group_members m WHERE m.group_id = ? AND m.user_id = ?");
// One statement sees one state, so the version is that of these rows.
const std::string select_members =
    select(member_columns,
           ", c.member_version FROM conversations c LEFT JOIN group_members m ON m.group_id = "
           "c.group_id WHERE c.group_id = ?");
constexpr std::size_t version_at = member_columns_count;

Error no_group() { return refused(ErrorCode::not_found, "this group does not exist"); }

}  // namespace

Task<Result<Group>> MysqlGroupStore::find(GroupId id) {
  auto rows = co_await pool_.read(Sql::lasting(select_group), {id}, pool_.soon());
  if (!rows) co_return std::move(rows).error();
  if (rows->empty()) co_return no_group();
  co_return group_record((*rows)[0]);
}

Task<Result<std::shared_ptr<const MemberList>>> MysqlGroupStore::members(GroupId id) {
  auto rows = co_await pool_.read(Sql::lasting(select_members), {id}, pool_.soon());
  if (!rows) co_return std::move(rows).error();
  if (rows->empty()) co_return no_group();
  auto list = std::make_shared<MemberList>();
  list->version = (*rows)[0].id<MemberVersion>(version_at);
  list->rows.reserve(rows->size());
  for (const Row row : *rows) {
    if (!row.is_null(0)) list->rows.push_back(member_record(row));
  }
  // Asked of the server, the order would cost a sort in a temporary table.
  std::ranges::sort(list->rows, {}, &Membership::user);
  co_return std::shared_ptr<const MemberList>{std::move(list)};
}

Task<Result<std::optional<Membership>>> MysqlGroupStore::member(GroupId id, UserId user) {
  auto rows = co_await pool_.read(Sql::lasting(select_member), {id, user}, pool_.soon());
  if (!rows) co_return std::move(rows).error();
  if (rows->empty()) co_return std::optional<Membership>{};
  co_return std::optional{member_record((*rows)[0])};
}

Task<Result<std::vector<Group>>> MysqlGroupStore::list(GroupId after, std::size_t limit) {
  auto rows = co_await pool_.read(Sql::lasting(select_groups), {after, limit}, pool_.soon());
  if (!rows) co_return std::move(rows).error();
  std::vector<Group> groups;
  groups.reserve(rows->size());
  for (const Row row : *rows) groups.push_back(group_record(row));
  co_return groups;
}

}  // namespace gochat::mysql
