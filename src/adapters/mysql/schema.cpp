#include "adapters/mysql/schema.hpp"

#include <array>

// What MySQL 8 and MariaDB 10.11 both understand. Ids, client ids and keys are bytes: a collation
// would fold case or drop trailing spaces, and another message would count as a duplicate. Texts
// are utf8mb4_bin. Times are milliseconds since 1970.
namespace gochat::mysql {
namespace {

constexpr std::array<std::string_view, 8> people{
    R"sql(
CREATE TABLE IF NOT EXISTS meta (
  id TINYINT NOT NULL PRIMARY KEY,
  epoch BIGINT UNSIGNED NOT NULL,
  environment VARCHAR(64) NOT NULL,
  revoked_counter BIGINT UNSIGNED NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin)sql",
    // username_key and nickname_key are the forms that are searched; the latter is the nickname in
    // lower ASCII case.
    R"sql(
CREATE TABLE IF NOT EXISTS users (
  id BIGINT NOT NULL PRIMARY KEY,
  username VARCHAR(50) NOT NULL,
  username_key VARBINARY(768) NOT NULL,
  email VARBINARY(255) NULL,
  password_hash VARCHAR(255) NOT NULL,
  password_version INT UNSIGNED NOT NULL DEFAULT 1,
  nickname VARCHAR(50) NOT NULL DEFAULT '',
  nickname_key VARBINARY(200) NOT NULL,
  avatar_url VARCHAR(255) NOT NULL DEFAULT '',
  status TINYINT UNSIGNED NOT NULL,
  role TINYINT UNSIGNED NOT NULL,
  is_guest TINYINT UNSIGNED NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE KEY users_username (username_key),
  UNIQUE KEY users_email (email),
  KEY users_nickname (nickname_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin)sql",
    R"sql(
CREATE TABLE IF NOT EXISTS sessions (
  id BIGINT NOT NULL PRIMARY KEY,
  user_id BIGINT NOT NULL,
  device VARCHAR(255) NOT NULL,
  gen INT UNSIGNED NOT NULL,
  gen_used TINYINT UNSIGNED NOT NULL,
  rotated_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT NULL,
  revoked_no BIGINT UNSIGNED NULL,
  revoke_code SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  KEY sessions_user (user_id),
  UNIQUE KEY sessions_revoked (revoked_no),
  KEY sessions_expiry (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin)sql",
    R"sql(
CREATE TABLE IF NOT EXISTS friendships (
  user_id BIGINT NOT NULL,
  friend_id BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, friend_id),
  KEY friendships_reverse (friend_id, user_id)
) ENGINE=InnoDB)sql",
    R"sql(
CREATE TABLE IF NOT EXISTS blocks (
  user_id BIGINT NOT NULL,
  blocked_id BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, blocked_id),
  KEY blocks_reverse (blocked_id, user_id)
) ENGINE=InnoDB)sql",
    R"sql(
CREATE TABLE IF NOT EXISTS idempotency_keys (
  user_id BIGINT NOT NULL,
  route VARBINARY(128) NOT NULL,
  `key` VARBINARY(255) NOT NULL,
  body_hash BIGINT UNSIGNED NOT NULL,
  answer MEDIUMTEXT NULL,
  begun_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, route, `key`),
  KEY idempotency_keys_age (begun_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin)sql",
    R"sql(
CREATE TABLE IF NOT EXISTS audit_log (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  actor_id BIGINT NOT NULL,
  action VARCHAR(64) NOT NULL,
  subject BIGINT NOT NULL,
  at BIGINT NOT NULL,
  details TEXT NOT NULL,
  KEY audit_log_subject (subject)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin)sql",
    R"sql(
CREATE TABLE IF NOT EXISTS lane_fences (
  topic VARBINARY(249) NOT NULL,
  `partition` INT NOT NULL,
  fence BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (topic, `partition`)
) ENGINE=InnoDB)sql",
};

constexpr std::array<std::string_view, 8> conversations{
    R"sql(
CREATE TABLE IF NOT EXISTS `groups` (
  id BIGINT NOT NULL PRIMARY KEY,
  name VARCHAR(50) NOT NULL,
  description VARCHAR(500) NOT NULL,
  avatar_url VARCHAR(255) NOT NULL,
  owner_id BIGINT NOT NULL,
  member_count INT UNSIGNED NOT NULL DEFAULT 0,
  max_members INT UNSIGNED NOT NULL DEFAULT 200,
  join_policy TINYINT UNSIGNED NOT NULL,
  history_visible TINYINT UNSIGNED NOT NULL,
  disbanded TINYINT UNSIGNED NOT NULL DEFAULT 0,
  version BIGINT UNSIGNED NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  KEY groups_owner (owner_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin)sql",
    R"sql(
CREATE TABLE IF NOT EXISTS group_members (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  group_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  role TINYINT UNSIGNED NOT NULL DEFAULT 1,
  muted_until BIGINT NOT NULL,
  join_seq BIGINT UNSIGNED NOT NULL,
  left_seq BIGINT UNSIGNED NULL,
  left_event_no BIGINT UNSIGNED NOT NULL DEFAULT 0,
  joined_at BIGINT NOT NULL,
  UNIQUE KEY group_members_pair (group_id, user_id),
  KEY group_members_user (user_id, left_seq)
) ENGINE=InnoDB)sql",
    R"sql(
CREATE TABLE IF NOT EXISTS conversations (
  id VARBINARY(64) NOT NULL PRIMARY KEY,
  type TINYINT UNSIGNED NOT NULL,
  user_lo BIGINT NULL,
  user_hi BIGINT NULL,
  group_id BIGINT NULL,
  name VARCHAR(50) NOT NULL DEFAULT '',
  avatar_url VARCHAR(255) NOT NULL DEFAULT '',
  last_seq BIGINT UNSIGNED NOT NULL DEFAULT 0,
  last_event_no BIGINT UNSIGNED NOT NULL DEFAULT 0,
  member_version BIGINT UNSIGNED NOT NULL DEFAULT 1,
  last_message_id BIGINT NOT NULL DEFAULT 0,
  last_message_at BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE KEY conversations_pair (user_lo, user_hi),
  KEY conversations_user_hi (user_hi),
  UNIQUE KEY conversations_group (group_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin)sql",
    R"sql(
CREATE TABLE IF NOT EXISTS messages (
  id BIGINT NOT NULL PRIMARY KEY,
  conversation_id VARBINARY(64) NOT NULL,
  sender_id BIGINT NOT NULL,
  client_msg_id VARBINARY(64) NOT NULL,
  content_hash BIGINT UNSIGNED NOT NULL,
  message_type TINYINT UNSIGNED NOT NULL DEFAULT 1,
  content TEXT NOT NULL,
  reply_to BIGINT NOT NULL DEFAULT 0,
  seq_id BIGINT UNSIGNED NOT NULL,
  status TINYINT UNSIGNED NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  UNIQUE KEY messages_order (conversation_id, seq_id),
  KEY messages_time (conversation_id, created_at),
  UNIQUE KEY messages_sent (sender_id, client_msg_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin)sql",
    R"sql(
CREATE TABLE IF NOT EXISTS conversation_events (
  conversation_id VARBINARY(64) NOT NULL,
  event_no BIGINT UNSIGNED NOT NULL,
  at_seq BIGINT UNSIGNED NOT NULL,
  kind TINYINT UNSIGNED NOT NULL,
  actor_id BIGINT NOT NULL,
  subject BIGINT NOT NULL,
  argument BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (conversation_id, event_no)
) ENGINE=InnoDB)sql",
    R"sql(
CREATE TABLE IF NOT EXISTS read_positions (
  user_id BIGINT NOT NULL,
  conversation_id VARBINARY(64) NOT NULL,
  read_seq BIGINT UNSIGNED NOT NULL DEFAULT 0,
  ack_seq BIGINT UNSIGNED NOT NULL DEFAULT 0,
  muted TINYINT UNSIGNED NOT NULL DEFAULT 0,
  pinned TINYINT UNSIGNED NOT NULL DEFAULT 0,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, conversation_id)
) ENGINE=InnoDB)sql",
    R"sql(
CREATE TABLE IF NOT EXISTS session_positions (
  sid BIGINT NOT NULL,
  conversation_id VARBINARY(64) NOT NULL,
  ack_seq BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (sid, conversation_id)
) ENGINE=InnoDB)sql",
    // Everybody is in the world room, and nobody opens it.
    R"sql(
INSERT IGNORE INTO conversations (id, type, created_at, updated_at) VALUES ('world', 3, 0, 0))sql",
};

constexpr std::array steps{SchemaStep{1, "people", people},
                           SchemaStep{2, "conversations", conversations}};

}  // namespace

std::span<const SchemaStep> schema_steps() { return steps; }

}  // namespace gochat::mysql
