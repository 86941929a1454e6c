#include "bench/people.hpp"

#include <fmt/format.h>

#include "async/gather.hpp"

namespace gochat::bench {
namespace {

// Enough that several processes behind a door have work, few enough to be no load of their own.
constexpr std::size_t side_by_side_max = 8;
constexpr std::size_t members_per_request = 1'000;

std::string id_list(const std::vector<std::string>& ids, std::size_t first) {
  std::string list;
  for (std::size_t n = first; n < std::min(first + members_per_request, ids.size()); ++n) {
    list += fmt::format("{}\"{}\"", list.empty() ? "" : ",", ids[n]);
  }
  return list;
}

}  // namespace

std::string_view text_member(std::string_view json, std::string_view name) {
  const std::string key = fmt::format("\"{}\":\"", name);
  const auto at = json.find(key);
  if (at == std::string_view::npos) return {};
  const auto begin = at + key.size();
  return json.substr(begin, json.find('"', begin) - begin);
}

People::People(Loop& loop, std::vector<Door> doors)
    : loop_{loop},
      doors_{std::move(doors)},
      run_{fmt::format("{:x}", loop.timers().now().time_since_epoch().count() / 1'000'000)} {
  for (std::size_t n = 0; n < side_by_side_max; ++n) {
    const Door& door = doors_[n % doors_.size()];
    clients_.push_back(
        std::make_unique<net::HttpClient>(loop.context(), loop.timers(), door.host, door.port));
  }
}

Task<Result<void>> People::side_by_side(std::size_t count, Step step) {
  std::size_t next = 0;
  std::vector<Task<Result<void>>> turns;
  for (const auto& client : clients_) {
    turns.push_back(take_turns(&next, count, &step, client.get()));
  }
  const auto ended = co_await gather(std::move(turns));
  for (const auto& one : ended) {
    if (!one) co_return one.error();
  }
  co_return Result<void>{};
}

Task<Result<void>> People::take_turns(std::size_t* next, std::size_t count, const Step* step,
                                      net::HttpClient* client) {
  while (*next < count) {
    const std::size_t n = (*next)++;
    if (auto done = co_await (*step)(n, client); !done) {
      *next = count;
      co_return done;
    }
  }
  co_return Result<void>{};
}

Task<Result<std::string>> People::call(net::HttpClient* client, net::HttpCall request,
                                       std::string token) {
  request.headers.add("Content-Type", "application/json");
  if (!token.empty()) request.headers.add("Authorization", "Bearer " + token);
  const std::string what = request.method + " " + request.target;
  auto reply = co_await client->request(std::move(request), soon());
  if (!reply) co_return reply.error();
  if (reply->status >= 300) {
    co_return failed(ErrorCode::internal,
                     fmt::format("{}: {} {}", what, reply->status, reply->body));
  }
  co_return std::move(reply->body);
}

Task<Result<std::vector<Person>>> People::sign_up(std::string prefix, std::size_t count) {
  std::vector<Person> people(count);
  auto done = co_await side_by_side(count, [&](std::size_t n, net::HttpClient* client) {
    return sign_up_one(client, fmt::format("{}{}_{}", prefix, n, run_), &people[n]);
  });
  if (!done) co_return done.error();
  co_return people;
}

Task<Result<void>> People::sign_up_one(net::HttpClient* client, std::string name, Person* into) {
  std::string body = fmt::format(R"({{"username":"{}","password":"password"}})", name);
  auto reply = co_await call(client, {"POST", "/api/v1/auth/register", {}, std::move(body)}, {});
  if (!reply) co_return reply.error();
  *into = {std::string{text_member(*reply, "userId")}, std::string{text_member(*reply, "token")}};
  co_return Result<void>{};
}

Task<Result<std::vector<std::string>>> People::open_singles(std::vector<Person> speakers,
                                                            std::vector<Person> listeners) {
  std::vector<std::string> ids(speakers.size());
  auto done = co_await side_by_side(ids.size(), [&](std::size_t n, net::HttpClient* client) {
    return open_one(client, speakers[n], listeners[n].id, &ids[n]);
  });
  if (!done) co_return done.error();
  co_return ids;
}

Task<Result<void>> People::open_one(net::HttpClient* client, Person with, std::string peer,
                                    std::string* into) {
  std::string body = fmt::format(R"({{"targetUserId":"{}"}})", peer);
  auto reply =
      co_await call(client, {"POST", "/api/v1/conversations", {}, std::move(body)}, with.token);
  if (!reply) co_return reply.error();
  *into = text_member(*reply, "conversationId");
  co_return Result<void>{};
}

Task<Result<std::string>> People::create_group(Person owner, std::string name,
                                               std::vector<std::string> members) {
  net::HttpClient* client = clients_.front().get();
  std::string body = fmt::format(R"({{"groupName":"{}","maxMembers":{},"members":[{}]}})", name,
                                 members.size() + 1, id_list(members, 0));
  auto made = co_await call(client, {"POST", "/api/v1/groups", {}, std::move(body)}, owner.token);
  if (!made) co_return made.error();
  const std::string target =
      fmt::format("/api/v1/groups/{}/members", text_member(*made, "groupId"));
  for (std::size_t n = members_per_request; n < members.size(); n += members_per_request) {
    std::string more = fmt::format(R"({{"members":[{}]}})", id_list(members, n));
    auto added = co_await call(client, {"POST", target, {}, std::move(more)}, owner.token);
    if (!added) co_return added.error();
  }
  co_return std::string{text_member(*made, "conversationId")};
}

Task<Result<std::vector<People::Socket>>> People::connect_all(std::vector<Person> people,
                                                              std::size_t run) {
  std::vector<Socket> sockets(people.size());
  auto done = co_await side_by_side(people.size(), [&](std::size_t n, net::HttpClient*) {
    return connect_one(people[n], doors_[n / run % doors_.size()], &sockets[n]);
  });
  if (!done) co_return done.error();
  co_return sockets;
}

Task<Result<void>> People::connect_one(Person person, Door door, Socket* into) {
  auto socket = co_await connect(std::move(person), std::move(door));
  if (!socket) co_return socket.error();
  *into = std::move(*socket);
  co_return Result<void>{};
}

Task<Result<People::Socket>> People::connect(Person person, Door door) {
  auto client = std::make_unique<net::WsClient>(loop_.context(), loop_.timers());
  net::WsAddress address{.host = door.host, .port = door.port};
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
