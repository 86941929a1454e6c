#include "bench/people.hpp"

#include <fmt/format.h>

namespace gochat::bench {

std::string_view text_member(std::string_view json, std::string_view name) {
  const std::string key = fmt::format("\"{}\":\"", name);
  const auto at = json.find(key);
  if (at == std::string_view::npos) return {};
  const auto begin = at + key.size();
  return json.substr(begin, json.find('"', begin) - begin);
}

Task<Result<std::string>> People::call(std::string method, std::string target, std::string token,
                                       std::string body) {
  net::HttpCall request{std::move(method), std::move(target), {}, std::move(body)};
  request.headers.add("Content-Type", "application/json");
  if (!token.empty()) request.headers.add("Authorization", "Bearer " + token);
  const std::string what = request.method + " " + request.target;
  auto reply = co_await http_.request(std::move(request), soon());
  if (!reply) co_return reply.error();
  if (reply->status >= 300) {
    co_return failed(ErrorCode::internal,
                     fmt::format("{}: {} {}", what, reply->status, reply->body));
  }
  co_return std::move(reply->body);
}

Task<Result<std::vector<Person>>> People::sign_up(std::string prefix, std::size_t count) {
  std::vector<Person> people;
  for (std::size_t n = 0; n < count; ++n) {
    std::string body = fmt::format(R"({{"username":"{}{}","password":"password"}})", prefix, n);
    auto reply = co_await call("POST", "/api/v1/auth/register", {}, std::move(body));
    if (!reply) co_return reply.error();
    people.push_back(
        {std::string{text_member(*reply, "userId")}, std::string{text_member(*reply, "token")}});
  }
  co_return people;
}

Task<Result<std::string>> People::open_single(Person with, std::string peer) {
  std::string body = fmt::format(R"({{"targetUserId":"{}"}})", peer);
  auto reply = co_await call("POST", "/api/v1/conversations", with.token, std::move(body));
  if (!reply) co_return reply.error();
  co_return std::string{text_member(*reply, "conversationId")};
}

Task<Result<std::string>> People::create_group(Person owner, std::string name,
                                               std::vector<std::string> members) {
  std::string list;
  for (const auto& id : members) list += fmt::format("{}\"{}\"", list.empty() ? "" : ",", id);
  std::string body = fmt::format(R"({{"groupName":"{}","maxMembers":{},"members":[{}]}})", name,
                                 members.size() + 1, list);
  auto reply = co_await call("POST", "/api/v1/groups", owner.token, std::move(body));
  if (!reply) co_return reply.error();
  co_return std::string{text_member(*reply, "conversationId")};
}

Task<Result<std::unique_ptr<net::WsClient>>> People::connect(Person person) {
  auto client = std::make_unique<net::WsClient>(loop_.context(), loop_.timers());
  net::WsAddress address{.port = port_};
  address.headers.add("Authorization", "Bearer " + person.token);
  address.headers.add("Sec-WebSocket-Protocol", "gochat.v1.json");
  auto reply = co_await client->connect(std::move(address), soon());
  if (!reply) co_return reply.error();
  if (reply->status != 101) {
    co_return failed(ErrorCode::internal,
                     fmt::format("upgrade: {} {}", reply->status, reply->body));
  }
  auto greeting = co_await client->receive(soon());
  if (!greeting) co_return greeting.error();
  co_return std::move(client);
}

}  // namespace gochat::bench
