#include "app/admin_pages.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "app/admin_lines.hpp"
#include "base/log.hpp"
#include "protocol/json_writer.hpp"

namespace gochat::app {
namespace {

using protocol::JsonWriter;

constexpr std::int64_t page_rows = 500;
// What a process does for an operator without the role logic.
constexpr std::string_view everywhere[] = {"/log/level", "/config/running", "/dlq/list",
                                           "/dlq/replay"};

Result<UserRole> role_of(std::string_view name) {
  if (name == "admin") return UserRole::admin;
  if (name == "user") return UserRole::user;
  return refused(ErrorCode::invalid_params, "a role is user or admin");
}

template <class Rows>
std::string lines_of(const Rows& rows) {
  std::string lines;
  for (const auto& row : rows) lines += line_of(row);
  return lines;
}

// The last id of a full page: there may be more behind it.
template <class Rows>
std::string next_of(const Rows& rows) {
  return rows.size() == page_rows ? rows.back().id.text() : std::string{};
}

Result<std::string> text_of(const protocol::JsonObject& arguments, std::string_view field) {
  const auto given = arguments.text({field});
  if (!given) return given.error();
  return std::string{given->value_or("")};
}

Result<std::int64_t> after_of(const protocol::JsonObject& arguments) {
  const auto given = arguments.id({"after"});
  if (!given) return given.error();
  return given->value_or(0);
}

// Every act leaves a line; what was looked at only where somebody looks for it.
void note(std::string_view verb, UserId user) {
  log::info("operator", {{log::Field::verb, verb}, {log::Field::user_id, user.number()}});
}

net::HttpResponse refusal(const Error& error) {
  const ErrorRow& row = error_row(error.code);
  JsonWriter out;
  out.begin_object().member("code", row.name);
  out.member("message", error.hint.empty() ? error.detail : error.hint).end_object();
  net::HttpResponse response;
  response.status = row.http_status;
  response.headers.add("Content-Type", "application/json");
  response.body = std::move(out).take();
  return response;
}

}  // namespace

AdminPages::AdminPages(OperatorApi* logic, const Configuration* configuration,
                       DeadLetterDesk& letters, boost::asio::any_io_executor executor)
    : logic_{logic}, configuration_{configuration}, letters_{letters}, gate_{std::move(executor)} {}

const std::map<std::string_view, AdminPages::Handler>& AdminPages::handlers() {
  static const std::map<std::string_view, Handler> all{
      {"/user/list", &AdminPages::user_list},
      {"/user/create", &AdminPages::user_create},
      {"/user/disable", &AdminPages::user_disable},
      {"/user/enable", &AdminPages::user_enable},
      {"/user/reset-password", &AdminPages::user_reset_password},
      {"/user/set-role", &AdminPages::user_set_role},
      {"/group/list", &AdminPages::group_list},
      {"/session/list", &AdminPages::session_list},
      {"/session/revoke", &AdminPages::session_revoke},
      {"/log/level", &AdminPages::log_level},
      {"/config/running", &AdminPages::config_running},
      {"/dlq/list", &AdminPages::dlq_list},
      {"/dlq/replay", &AdminPages::dlq_replay},
  };
  return all;
}

void AdminPages::on_http(net::HttpRequest request, net::HttpResponder responder) {
  gate_.spawn(answer(std::move(request), std::move(responder)));
}

void AdminPages::on_upgrade(net::HttpRequest, net::UpgradeResponder responder) {
  responder.refuse(net::plain_response(404, "no sockets here\n"));
}

Task<> AdminPages::answer(net::HttpRequest request, net::HttpResponder responder) {
  auto response = co_await answer_to(std::move(request));
  responder.send(std::move(response));
}

Task<net::HttpResponse> AdminPages::answer_to(net::HttpRequest request) {
  auto outcome = co_await told(std::move(request));
  if (!outcome) co_return refusal(outcome.error());
  net::HttpResponse response;
  response.headers.add("Content-Type", "application/x-ndjson");
  if (!outcome->next.empty()) response.headers.add(std::string{next_page_header}, outcome->next);
  response.body = std::move(outcome->lines);
  co_return response;
}

Task<Result<AdminPages::Told>> AdminPages::told(net::HttpRequest request) {
  const auto handler = handlers().find(request.path);
  if (handler == handlers().end()) {
    co_return refused(ErrorCode::not_found, "this server has no verb " + request.path);
  }
  if (request.method != net::HttpMethod::post) {
    co_return refused(ErrorCode::method_not_allowed, "a verb is a POST");
  }
  if (logic_ == nullptr && std::ranges::find(everywhere, request.path) == std::end(everywhere)) {
    co_return refused(ErrorCode::unavailable,
                      "this process has no role that can do it; say it to one with the role logic, "
                      "by the --data of that one");
  }
  auto arguments = Arguments::parse(request.body);
  if (!arguments) co_return arguments.error();
  co_return co_await (this->*handler->second)(*std::move(arguments));
}

Task<Result<AdminPages::Told>> AdminPages::user_list(Arguments arguments) {
  auto prefix = text_of(arguments, "prefix");
  if (!prefix) co_return prefix.error();
  const auto after = after_of(arguments);
  if (!after) co_return after.error();
  const auto users = co_await logic_->users(*std::move(prefix), UserId{*after}, page_rows);
  if (!users) co_return users.error();
  co_return Told{lines_of(*users), next_of(*users)};
}

Task<Result<AdminPages::Told>> AdminPages::user_create(Arguments arguments) {
  NewAccount account;
  for (const auto& [field, place] : {std::pair{"username", &account.username},
                                     {"password", &account.password},
                                     {"nickname", &account.nickname},
                                     {"email", &account.email}}) {
    auto text = text_of(arguments, field);
    if (!text) co_return text.error();
    *place = *std::move(text);
  }
  const auto role = text_of(arguments, "role");
  if (!role) co_return role.error();
  const auto wanted = role_of(role->empty() ? "user" : *role);
  if (!wanted) co_return wanted.error();
  account.role = *wanted;
  const auto made = co_await logic_->create_user(std::move(account));
  if (!made) co_return made.error();
  note("user create", made->user.id);
  co_return Told{line_of(made->user, made->drawn_password)};
}

Task<Result<AdminPages::Told>> AdminPages::set_enabled(Arguments arguments, bool enabled) {
  const auto name = arguments.required_text({"username"});
  if (!name) co_return name.error();
  const auto user = co_await logic_->set_enabled(std::string{*name}, enabled);
  if (!user) co_return user.error();
  note(enabled ? "user enable" : "user disable", user->id);
  co_return Told{line_of(*user)};
}

Task<Result<AdminPages::Told>> AdminPages::user_disable(Arguments arguments) {
  return set_enabled(std::move(arguments), false);
}

Task<Result<AdminPages::Told>> AdminPages::user_enable(Arguments arguments) {
  return set_enabled(std::move(arguments), true);
}

Task<Result<AdminPages::Told>> AdminPages::user_reset_password(Arguments arguments) {
  const auto name = arguments.required_text({"username"});
  if (!name) co_return name.error();
  auto password = text_of(arguments, "password");
  if (!password) co_return password.error();
  const auto reset = co_await logic_->reset_password(std::string{*name}, *std::move(password));
  if (!reset) co_return reset.error();
  note("user reset-password", reset->user.id);
  co_return Told{line_of(reset->user, reset->drawn_password)};
}

Task<Result<AdminPages::Told>> AdminPages::user_set_role(Arguments arguments) {
  const auto name = arguments.required_text({"username"});
  if (!name) co_return name.error();
  const auto role = arguments.required_text({"role"});
  if (!role) co_return role.error();
  const auto wanted = role_of(*role);
  if (!wanted) co_return wanted.error();
  const auto user = co_await logic_->set_user_role(std::string{*name}, *wanted);
  if (!user) co_return user.error();
  note("user set-role", user->id);
  co_return Told{line_of(*user)};
}

Task<Result<AdminPages::Told>> AdminPages::group_list(Arguments arguments) {
  const auto after = after_of(arguments);
  if (!after) co_return after.error();
  const auto groups = co_await logic_->groups(GroupId{*after}, page_rows);
  if (!groups) co_return groups.error();
  co_return Told{lines_of(*groups), next_of(*groups)};
}

Task<Result<AdminPages::Told>> AdminPages::session_list(Arguments arguments) {
  const auto name = arguments.required_text({"username"});
  if (!name) co_return name.error();
  const auto sessions = co_await logic_->sessions(std::string{*name});
  if (!sessions) co_return sessions.error();
  co_return Told{lines_of(*sessions)};
}

Task<Result<AdminPages::Told>> AdminPages::session_revoke(Arguments arguments) {
  const auto name = arguments.required_text({"username"});
  if (!name) co_return name.error();
  const auto id = arguments.id({"session"});
  if (!id) co_return id.error();
  std::optional<SessionId> only;
  if (*id) only = SessionId{**id};
  const auto ended = co_await logic_->end_sessions(std::string{*name}, only);
  if (!ended) co_return ended.error();
  note("session revoke", ended->user.id);
  JsonWriter out;
  out.begin_object().member("userId", ended->user.id).member("username", ended->user.username);
  out.member("count", std::uint64_t{ended->count}).end_object();
  co_return Told{std::move(out).take() + '\n'};
}

Task<Result<AdminPages::Told>> AdminPages::config_running(Arguments arguments) {
  if (configuration_ == nullptr) {
    co_return refused(ErrorCode::unavailable, "nothing runs here whose configuration could change");
  }
  const auto wanted = text_of(arguments, "key");
  if (!wanted) co_return wanted.error();
  std::string lines;
  for (const Configuration::Row& row : configuration_->rows()) {
    if (!wanted->empty() && row.key->name != *wanted) continue;
    JsonWriter out;
    out.begin_object().member("key", row.key->name).member("value", row.value);
    out.member("from", row.from).member("waits", row.waits).end_object();
    lines += std::move(out).take() + '\n';
  }
  if (lines.empty()) {
    co_return refused(ErrorCode::not_found,
                      "there is no such key; gochat config docs lists them all");
  }
  co_return Told{std::move(lines)};
}

Task<Result<AdminPages::Told>> AdminPages::log_level(Arguments arguments) {
  const auto wanted = text_of(arguments, "level");
  if (!wanted) co_return wanted.error();
  if (!wanted->empty()) {
    const auto level = log::level_of(*wanted);
    if (!level) {
      co_return refused(ErrorCode::invalid_params, "a level is debug, info, warn or error");
    }
    log::set_level(*level);
    // At the new level, so that the change is in the log whatever it is.
    log::write(*level, "operator", {{log::Field::verb, "log level"}, {log::Field::level, *wanted}});
  }
  JsonWriter out;
  out.begin_object().member("level", log::name_of(log::level())).end_object();
  co_return Told{std::move(out).take() + '\n'};
}

Task<Result<AdminPages::Told>> AdminPages::dlq_list(Arguments arguments) {
  auto topic = text_of(arguments, "topic");
  const auto all = text_of(arguments, "all");
  auto after = text_of(arguments, "after");
  for (const auto* one : std::initializer_list<const Result<std::string>*>{&topic, &all, &after}) {
    if (!*one) co_return one->error();
  }
  auto page = co_await letters_.list({*std::move(topic), !all->empty(), *std::move(after)});
  if (!page) co_return page.error();
  co_return Told{std::move(page->lines), std::move(page->next)};
}

Task<Result<AdminPages::Told>> AdminPages::dlq_replay(Arguments arguments) {
  const auto topic = arguments.required_text({"topic"});
  if (!topic) co_return topic.error();
  const auto id = text_of(arguments, "id");
  const auto all = text_of(arguments, "all");
  const auto again = text_of(arguments, "again");
  const auto after = text_of(arguments, "after");
  for (const auto* one : {&id, &all, &again, &after}) {
    if (!*one) co_return one->error();
  }
  if (id->empty() == all->empty()) {
    co_return refused(ErrorCode::invalid_params, "say either --id or --all");
  }
  auto page = co_await letters_.replay({std::string{*topic}, *id, !again->empty(), *after});
  if (!page) co_return page.error();
  co_return Told{std::move(page->lines), std::move(page->next)};
}

}  // namespace gochat::app
