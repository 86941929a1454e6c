#include "protocol/copies.hpp"

#include <concepts>
#include <limits>
#include <type_traits>

#include "protocol/json_writer.hpp"
#include "protocol/strict_json.hpp"

namespace gochat::protocol {
namespace {

// Ids are written as numbers: no browser reads these texts.
class Writer {
 public:
  Writer() { out_.begin_object(); }
  Writer& text(std::string_view name, std::string_view value) {
    out_.member(name, value);
    return *this;
  }
  template <class Number>
  Writer& number(std::string_view name, Number value) {
    if constexpr (std::is_enum_v<Number>) {
      out_.member(name, static_cast<std::int64_t>(value));
    } else {
      out_.member(name, value);
    }
    return *this;
  }
  template <class Tag, class Number>
  Writer& number(std::string_view name, StrongId<Tag, Number> id) {
    return number(name, id.number());
  }
  Writer& time(std::string_view name, WallTime at) { return number(name, ms(at)); }
  Writer& flag(std::string_view name, bool value) {
    out_.member(name, value);
    return *this;
  }
  std::string done() {
    out_.end_object();
    return std::move(out_).take();
  }

 private:
  JsonWriter out_;
};

// Reads members by name; the first that is missing or of another kind spoils the whole.
class Reader {
 public:
  explicit Reader(std::string_view text) {
    const auto parsed = strict::parse(text);
    if (!parsed || parsed->get_object().get(members_) != simdjson::SUCCESS) good_ = false;
  }

  std::string text(std::string_view name) { return std::string{value<std::string_view>(name)}; }
  bool flag(std::string_view name) { return value<bool>(name); }
  WallTime time(std::string_view name) { return wall_time(value<std::int64_t>(name)); }
  template <class Id>
  Id id(std::string_view name) {
    return Id{value<std::decay_t<decltype(Id{}.number())>>(name)};
  }
  std::uint64_t count(std::string_view name) { return value<std::uint64_t>(name); }
  std::uint32_t small(std::string_view name) {
    return static_cast<std::uint32_t>(at_most(name, std::numeric_limits<std::uint32_t>::max()));
  }
  // The enumerators are 1 and those that follow it.
  template <class Enum>
  Enum one_of(std::string_view name, Enum last) {
    const std::uint64_t number = at_most(name, static_cast<std::uint64_t>(last));
    if (number == 0) good_ = false;
    return static_cast<Enum>(number);
  }
  bool has(std::string_view name) const {
    return good_ && members_.at_key(name).error() == simdjson::SUCCESS;
  }

  template <class T>
  std::optional<T> whole(T value) const {
    return good_ ? std::optional<T>{std::move(value)} : std::nullopt;
  }

 private:
  template <class T>
  T value(std::string_view name) {
    T found{};
    if (good_ && members_.at_key(name).get(found) != simdjson::SUCCESS) good_ = false;
    return good_ ? found : T{};
  }
  std::uint64_t at_most(std::string_view name, std::uint64_t most) {
    const std::uint64_t number = count(name);
    if (number > most) good_ = false;
    return good_ ? number : 0;
  }

  strict::object members_;
  bool good_ = true;
};

}  // namespace

std::string copy_of(const User& user) {
  return Writer{}
      .number("id", user.id)
      .text("username", user.username)
      .text("nickname", user.nickname)
      .text("avatar", user.avatar)
      .text("email", user.email)
      .number("status", user.status)
      .number("role", user.role)
      .flag("guest", user.is_guest)
      .number("passwordVersion", user.password_version)
      .time("createdAt", user.created_at)
      .done();
}

std::optional<User> user_of_copy(std::string_view text) {
  Reader in{text};
  User user;
  user.id = in.id<UserId>("id");
  user.username = in.text("username");
  user.nickname = in.text("nickname");
  user.avatar = in.text("avatar");
  user.email = in.text("email");
  user.status = in.one_of("status", UserStatus::erased);
  user.role = in.one_of("role", UserRole::admin);
  user.is_guest = in.flag("guest");
  user.password_version = in.small("passwordVersion");
  user.created_at = in.time("createdAt");
  return in.whole(std::move(user));
}

std::string copy_of(const Group& group) {
  return Writer{}
      .number("id", group.id)
      .text("name", group.name)
      .text("description", group.description)
      .text("avatar", group.avatar)
      .number("owner", group.owner)
      .number("memberCount", group.member_count)
      .number("maxMembers", group.max_members)
      .number("joinPolicy", group.join_policy)
      .flag("historyVisible", group.history_visible)
      .flag("disbanded", group.disbanded)
      .number("version", group.version)
      .time("createdAt", group.created_at)
      .done();
}

std::optional<Group> group_of_copy(std::string_view text) {
  Reader in{text};
  Group group;
  group.id = in.id<GroupId>("id");
  group.name = in.text("name");
  group.description = in.text("description");
  group.avatar = in.text("avatar");
  group.owner = in.id<UserId>("owner");
  group.member_count = in.small("memberCount");
  group.max_members = in.small("maxMembers");
  group.join_policy = in.one_of("joinPolicy", JoinPolicy::invite);
  group.history_visible = in.flag("historyVisible");
  group.disbanded = in.flag("disbanded");
  group.version = in.count("version");
  group.created_at = in.time("createdAt");
  return in.whole(std::move(group));
}

std::string copy_of(const Membership& row) {
  Writer out;
  out.number("user", row.user).number("role", row.role).time("mutedUntil", row.muted_until);
  out.number("joinSeq", row.join_seq);
  if (row.left_seq) out.number("leftSeq", *row.left_seq);
  out.number("leftEventNo", row.left_event_no).time("joinedAt", row.joined_at);
  return out.done();
}

std::optional<Membership> membership_of_copy(std::string_view text) {
  Reader in{text};
  Membership row;
  row.user = in.id<UserId>("user");
  row.role = in.one_of("role", Role::owner);
  row.muted_until = in.time("mutedUntil");
  row.join_seq = in.id<Seq>("joinSeq");
  if (in.has("leftSeq")) row.left_seq = in.id<Seq>("leftSeq");
  row.left_event_no = in.id<EventNo>("leftEventNo");
  row.joined_at = in.time("joinedAt");
  return in.whole(std::move(row));
}

std::string copy_of(const MessageCopy& copy) {
  const Message& message = copy.message;
  return Writer{}
      .number("id", message.id)
      .text("conversation", message.conversation.text())
      .number("sender", message.sender)
      .text("clientMsgId", message.client_msg_id)
      .number("contentHash", message.content_hash)
      .number("type", message.type)
      .text("content", message.content)
      .number("replyTo", message.reply_to)
      .number("seq", message.seq)
      .flag("recalled", message.recalled)
      .time("sentAt", message.sent_at)
      .number("lastEventNo", copy.as_of)
      .done();
}

std::optional<MessageCopy> message_of_copy(std::string_view text) {
  Reader in{text};
  MessageCopy copy;
  Message& message = copy.message;
  message.id = in.id<MessageId>("id");
  message.conversation = ConversationId{in.text("conversation")};
  message.sender = in.id<UserId>("sender");
  message.client_msg_id = in.text("clientMsgId");
  message.content_hash = in.count("contentHash");
  message.type = in.one_of("type", MessageType::image);
  message.content = in.text("content");
  message.reply_to = in.id<MessageId>("replyTo");
  message.seq = in.id<Seq>("seq");
  message.recalled = in.flag("recalled");
  message.sent_at = in.time("sentAt");
  copy.as_of = in.id<EventNo>("lastEventNo");
  return in.whole(std::move(copy));
}

}  // namespace gochat::protocol
