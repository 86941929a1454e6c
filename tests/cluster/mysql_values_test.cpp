// Values that a column cannot keep, and a server that is named rather than numbered.
#include "cluster/mysql_stores_fixture.hpp"

namespace gochat::cluster {
namespace {

class MysqlValues : public MysqlStoresTest {};

TEST_F(MysqlValues, refuses_a_text_above_its_column_as_what_was_asked_wrongly) {
  NewUser made;
  made.user.id = ann;
  made.user.username = made.username_key = std::string(51, 'a');
  const auto refused = run(store().users().create(std::move(made)));
  EXPECT_EQ(refused.code(), ErrorCode::invalid_params);
  EXPECT_EQ(ask("SELECT COUNT(*) FROM users")[0].int64(0), 0);
}

TEST_F(MysqlValues, finds_a_server_by_its_name) {
  mysql::ServerOptions named = database_->server();
  named.host = "localhost";
  PoolOnLoop by_name{named};
  EXPECT_EQ(by_name.ask("SELECT 1")[0].int64(0), 1);
}

}  // namespace
}  // namespace gochat::cluster
