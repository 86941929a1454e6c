#include "app/verbs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace gochat::app {
namespace {

constexpr Operand name_operand[] = {{"NAME", "username"}};
constexpr Operand prefix_operand[] = {{"[PREFIX]", "prefix"}};
constexpr Operand role_operands[] = {{"NAME", "username"}, {"user|admin", "role"}};
constexpr Operand key_operand[] = {{"[KEY]", "key"}};
constexpr Operand level_operand[] = {{"[LEVEL]", "level"}};
constexpr Operand letters_operand[] = {{"[TOPIC]", "topic"}};
constexpr Operand topic_operand[] = {{"TOPIC", "topic"}};

constexpr VerbFlag password_flag{"--password-stdin", "", "password",
                                 "the first line of standard input is the password; without it "
                                 "one is drawn and shown once",
                                 true};
constexpr VerbFlag create_flags[] = {
    {"--role", "user|admin", "role", "admin for whoever looks after this server"},
    {"--nickname", "TEXT", "nickname", "what others see instead of the name"},
    {"--email", "ADDRESS", "email", "kept, and shown to nobody else"},
    password_flag};
constexpr VerbFlag reset_flags[] = {password_flag};
constexpr VerbFlag revoke_flags[] = {
    {"--session", "ID", "session", "only this one, as session list shows it"}};
constexpr VerbFlag letters_flags[] = {{"--all", "", "all", "also those that were replayed"}};
constexpr VerbFlag replay_flags[] = {
    {"--id", "ID", "id", "only this one, as dlq list shows it"},
    {"--all", "", "all", "all of the topic that were not replayed yet"},
    {"--again", "", "again", "also what was replayed before"}};

constexpr Column user_columns[] = {{"ID", "userId", 19},         {"ROLE", "role", 5},
                                   {"STATUS", "status", 8},      {"GUEST", "guest", 5},
                                   {"CREATED", "createdAt", 24}, {"NAME", "username", 20},
                                   {"NICKNAME", "nickname", 0}};
constexpr Column group_columns[] = {{"ID", "groupId", 19},         {"OWNER", "ownerId", 19},
                                    {"MEMBERS", "memberCount", 7}, {"MAX", "maxMembers", 6},
                                    {"CREATED", "createdAt", 24},  {"NAME", "groupName", 0}};
constexpr Column session_columns[] = {{"ID", "sessionId", 19},
                                      {"CREATED", "createdAt", 24},
                                      {"LAST SEEN", "lastSeenAt", 24},
                                      {"EXPIRES", "expiresAt", 24},
                                      {"DEVICE", "device", 0}};
constexpr Column letter_columns[] = {{"TOPIC", "topic", 31},      {"ID", "id", 6},
                                     {"WHEN", "failedAt", 24},    {"TRIES", "tries", 5},
                                     {"REPLAYED", "replayed", 8}, {"KEY", "key", 26},
                                     {"CAUSE", "cause", 40},      {"ABOUT", "about", 0}};
constexpr Column replay_columns[] = {
    {"TOPIC", "topic", 31}, {"ID", "id", 6}, {"OUTCOME", "outcome", 0}};

constexpr Column configuration_columns[] = {
    {"KEY", "key", 34}, {"VALUE", "value", 20}, {"WAITS", "waits", 5}, {"FROM", "from", 0}};

constexpr Verb table[] = {
    {"user",
     "list",
     prefix_operand,
     {},
     "Everybody, or those whose name or nickname begins so.",
     "gochat user list --json | wc -l",
     user_columns},
    {"user",
     "create",
     name_operand,
     create_flags,
     "Makes an account, also while registration is closed.",
     "gochat user create alice --role admin",
     {},
     "{username} has an account, id {userId}"},
    {"user",
     "disable",
     name_operand,
     {},
     "Ends all sessions of an account and lets nobody sign in to it.",
     "gochat user disable mallory",
     {},
     "{username} is disabled"},
    {"user",
     "enable",
     name_operand,
     {},
     "Lets a disabled account sign in again.",
     "gochat user enable mallory",
     {},
     "{username} is enabled"},
    {"user",
     "reset-password",
     name_operand,
     reset_flags,
     "Gives an account another password and ends all its sessions.",
     "gochat user reset-password alice",
     {},
     "{username} has another password"},
    {"user",
     "set-role",
     role_operands,
     {},
     "Marks an account as an administrator's, or no longer; so far nothing asks for it.",
     "gochat user set-role alice admin",
     {},
     "{username} is {role} now"},
    {"group",
     "list",
     {},
     {},
     "All groups that were not disbanded.",
     "gochat group list --json",
     group_columns},
    {"session",
     "list",
     name_operand,
     {},
     "Where somebody is signed in.",
     "gochat session list alice",
     session_columns},
    {"session",
     "revoke",
     name_operand,
     revoke_flags,
     "Signs somebody out everywhere, or on one device.",
     "gochat session revoke alice --session 712345678901234567",
     {},
     "{username} is signed out of {count} sessions"},
    {"dlq", "list", letters_operand, letters_flags,
     "Records that were given up, each with its cause and without what anybody wrote.",
     "gochat dlq list im-task-topic --json", letter_columns},
    {"dlq", "replay", topic_operand, replay_flags,
     "Gives background tasks that were given up another chance.",
     "gochat dlq replay im-task-large-group-fanout-topic --id 41", replay_columns},
    {"log",
     "level",
     level_operand,
     {},
     "Shows the least severe lines that are written, or changes it until the server ends.",
     "gochat log level debug",
     {},
     "the log level is {level}"},
    {"config",
     "running",
     key_operand,
     {},
     "Every value that is in force, where it is from, and whether another waits for a start.",
     "gochat config running limits.sends_burst",
     configuration_columns},
};

std::string call_of(const Verb& verb) {
  std::string line = fmt::format("gochat {} {}", verb.noun, verb.name);
  for (const Operand& operand : verb.operands) line += fmt::format(" {}", operand.shown);
  return line;
}

}  // namespace

std::span<const Verb> verbs() { return table; }

bool is_noun(std::string_view word) {
  return std::ranges::any_of(table, [&](const Verb& verb) { return verb.noun == word; });
}

const Verb* find_verb(std::string_view noun, std::string_view name) {
  const auto found = std::ranges::find_if(
      table, [&](const Verb& verb) { return verb.noun == noun && verb.name == name; });
  return found == std::end(table) ? nullptr : found;
}

std::string summary_of_verbs(std::string_view noun) {
  std::string text;
  for (const Verb& verb : table) {
    if (!noun.empty() && verb.noun != noun) continue;
    text += fmt::format("  {:37} {}\n", call_of(verb), verb.meaning);
  }
  return text;
}

std::string help_of(const Verb& verb) {
  std::string text = fmt::format("{}\n\n  {}", verb.meaning, call_of(verb));
  if (!verb.flags.empty()) text += " [flags]";
  text += "\n\nFlags\n";
  for (const VerbFlag& flag : verb.flags) {
    const std::string shown =
        flag.value.empty() ? std::string{flag.name} : fmt::format("{} {}", flag.name, flag.value);
    text += fmt::format("  {:22} {}\n", shown, flag.meaning);
  }
  text += fmt::format("  {:22} {}\n", "--json",
                      verb.is_list() ? "one JSON object per line" : "the answer as a JSON object");
  text += fmt::format("  {:22} {}\n", "--data FOLDER", "of the server that is meant");
  if (verb.on_backends()) {
    text += fmt::format("  {:22} {}\n", "--config FILE",
                        "of a cluster's process: asks its backends, no process need run");
  }
  return text + fmt::format("\nExample\n  {}\n", verb.example);
}

}  // namespace gochat::app
