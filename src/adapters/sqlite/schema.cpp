#include "adapters/sqlite/schema.hpp"

#include <array>

namespace gochat::sqlite {
namespace {

// People and what belongs to no conversation.
constexpr std::string_view people = R"sql(
CREATE TABLE meta (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  epoch INTEGER NOT NULL,
  environment TEXT NOT NULL,
  revoked_counter INTEGER NOT NULL DEFAULT 0,
  sip_k0 INTEGER NOT NULL,
  sip_k1 INTEGER NOT NULL,
  message_watermark INTEGER NOT NULL DEFAULT 0,
  position_watermark INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  username TEXT NOT NULL,
  username_key TEXT NOT NULL UNIQUE,
  email TEXT UNIQUE,
  password_hash TEXT NOT NULL,
  password_version INTEGER NOT NULL DEFAULT 1,
  nickname TEXT NOT NULL,
  avatar_url TEXT NOT NULL,
  status INTEGER NOT NULL,
  role INTEGER NOT NULL,
  is_guest INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE INDEX users_nickname ON users (nickname COLLATE NOCASE);
CREATE TABLE sessions (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL,
  device TEXT NOT NULL,
  gen INTEGER NOT NULL,
  gen_used INTEGER NOT NULL,
  rotated_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER,
  revoked_no INTEGER,
  revoke_code INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE UNIQUE INDEX sessions_revoked ON sessions (revoked_no) WHERE revoked_no IS NOT NULL;
CREATE INDEX sessions_expiry ON sessions (expires_at);
CREATE TABLE friendships (
  user_id INTEGER NOT NULL,
  friend_id INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, friend_id)
) WITHOUT ROWID;
CREATE TABLE blocks (
  user_id INTEGER NOT NULL,
  blocked_id INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, blocked_id)
) WITHOUT ROWID;
CREATE INDEX blocks_reverse ON blocks (blocked_id, user_id);
CREATE TABLE idempotency_keys (
  user_id INTEGER NOT NULL,
  route TEXT NOT NULL,
  key TEXT NOT NULL,
  body_hash INTEGER NOT NULL,
  answer TEXT,
  begun_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, route, key)
) WITHOUT ROWID;
CREATE INDEX idempotency_keys_age ON idempotency_keys (begun_at);
CREATE TABLE audit_log (
  id INTEGER PRIMARY KEY,
  actor_id INTEGER NOT NULL,
  action TEXT NOT NULL,
  subject INTEGER NOT NULL,
  at INTEGER NOT NULL,
  details TEXT NOT NULL
);
CREATE TABLE session_tails (
  sid INTEGER NOT NULL,
  connection_id INTEGER NOT NULL,
  entries BLOB NOT NULL,
  saved_at INTEGER NOT NULL,
  PRIMARY KEY (sid, connection_id)
) WITHOUT ROWID;
CREATE TABLE push_tasks (
  conversation INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (conversation, seq)
) WITHOUT ROWID;
CREATE TABLE dead_letters (
  id INTEGER PRIMARY KEY,
  record BLOB NOT NULL,
  cause TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE TABLE lane_fences (
  topic TEXT NOT NULL,
  partition INTEGER NOT NULL,
  fence INTEGER NOT NULL,
  PRIMARY KEY (topic, partition)
) WITHOUT ROWID;
)sql";

// Conversations, and messages log first: `messages` is the log, in the order of its rowids and
// without a second index. heads, message_order, message_dedup and the read positions lag behind it
// up to the watermarks in meta; what lies above them is read back from the log at start.
constexpr std::string_view conversations = R"sql(
CREATE TABLE "groups" (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  avatar_url TEXT NOT NULL,
  owner_id INTEGER NOT NULL,
  member_count INTEGER NOT NULL,
  max_members INTEGER NOT NULL,
  join_policy INTEGER NOT NULL,
  history_visible INTEGER NOT NULL,
  disbanded INTEGER NOT NULL DEFAULT 0,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE INDEX groups_owner ON "groups" (owner_id);
CREATE TABLE group_members (
  id INTEGER PRIMARY KEY,
  group_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  role INTEGER NOT NULL,
  muted_until INTEGER NOT NULL,
  join_seq INTEGER NOT NULL,
  left_seq INTEGER,
  left_event_no INTEGER NOT NULL,
  joined_at INTEGER NOT NULL,
  UNIQUE (group_id, user_id)
);
CREATE INDEX group_members_user ON group_members (user_id);
CREATE TABLE conversations (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  kind INTEGER NOT NULL,
  user_lo INTEGER,
  user_hi INTEGER,
  group_id INTEGER UNIQUE,
  last_event_no INTEGER NOT NULL DEFAULT 0,
  member_version INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (user_lo, user_hi)
);
CREATE INDEX conversations_user_hi ON conversations (user_hi) WHERE user_hi IS NOT NULL;
CREATE TABLE conversation_events (
  conversation INTEGER NOT NULL,
  event_no INTEGER NOT NULL,
  at_seq INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  actor_id INTEGER NOT NULL,
  subject INTEGER NOT NULL,
  argument INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (conversation, event_no)
) WITHOUT ROWID;
CREATE TABLE messages (
  id INTEGER PRIMARY KEY,
  conversation INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  sender_id INTEGER NOT NULL,
  client_msg_id TEXT NOT NULL,
  content_hash INTEGER NOT NULL,
  message_type INTEGER NOT NULL,
  content TEXT NOT NULL,
  reply_to INTEGER NOT NULL,
  status INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE TABLE heads (
  conversation INTEGER PRIMARY KEY,
  last_seq INTEGER NOT NULL,
  last_message_id INTEGER NOT NULL,
  last_sender INTEGER NOT NULL,
  last_message_at INTEGER NOT NULL,
  preview TEXT NOT NULL
);
CREATE TABLE message_order (
  conversation INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  id INTEGER NOT NULL,
  PRIMARY KEY (conversation, seq)
) WITHOUT ROWID;
CREATE TABLE message_dedup (
  generation INTEGER NOT NULL,
  hash INTEGER NOT NULL,
  id INTEGER NOT NULL,
  PRIMARY KEY (generation, hash, id)
) WITHOUT ROWID;
CREATE TABLE dedup_generations (
  generation INTEGER PRIMARY KEY,
  level INTEGER NOT NULL,
  rows INTEGER NOT NULL
);
CREATE TABLE dedup_filters (
  generation INTEGER NOT NULL,
  part INTEGER NOT NULL,
  bits BLOB NOT NULL,
  PRIMARY KEY (generation, part)
);
CREATE TABLE position_log (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL,
  conversation INTEGER NOT NULL,
  sid INTEGER NOT NULL,
  read_seq INTEGER NOT NULL,
  ack_seq INTEGER NOT NULL
);
CREATE TABLE read_positions (
  user_id INTEGER NOT NULL,
  conversation INTEGER NOT NULL,
  read_seq INTEGER NOT NULL,
  ack_seq INTEGER NOT NULL,
  muted INTEGER NOT NULL DEFAULT 0,
  pinned INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (user_id, conversation)
) WITHOUT ROWID;
CREATE TABLE session_positions (
  sid INTEGER NOT NULL,
  conversation INTEGER NOT NULL,
  ack_seq INTEGER NOT NULL,
  PRIMARY KEY (sid, conversation)
) WITHOUT ROWID;
)sql";

// Tails of sockets run out by age.
constexpr std::string_view tails_by_age = R"sql(
CREATE INDEX session_tails_age ON session_tails (saved_at);
)sql";

// The first table had no topic, and nothing wrote it. The letter itself says the cause.
constexpr std::string_view letters_by_topic = R"sql(
DROP TABLE dead_letters;
CREATE TABLE dead_letters (
  id INTEGER PRIMARY KEY,
  topic TEXT NOT NULL,
  letter BLOB NOT NULL,
  at INTEGER NOT NULL,
  settled INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX dead_letters_topic ON dead_letters (topic, id);
)sql";

constexpr std::array steps{SchemaStep{1, people}, SchemaStep{2, conversations},
                           SchemaStep{3, tails_by_age}, SchemaStep{4, letters_by_topic}};

}  // namespace

std::span<const SchemaStep> schema_steps() { return steps; }

}  // namespace gochat::sqlite
