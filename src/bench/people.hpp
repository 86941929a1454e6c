// Accounts, conversations and sockets for a run.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "async/loop.hpp"
#include "net/http_client.hpp"
#include "net/ws_client.hpp"

namespace gochat::bench {

struct Person {
  std::string id;
  std::string token;
};

class People {
 public:
  People(Loop& loop, std::uint16_t port)
      : loop_{loop}, port_{port}, http_{loop.context(), loop.timers(), "127.0.0.1", port} {}

  Task<Result<std::vector<Person>>> sign_up(std::string prefix, std::size_t count);
  // The id of the conversation.
  Task<Result<std::string>> open_single(Person with, std::string peer);
  Task<Result<std::string>> create_group(Person owner, std::string name,
                                         std::vector<std::string> members);
  // An open socket that has been greeted.
  Task<Result<std::unique_ptr<net::WsClient>>> connect(Person person);

 private:
  Task<Result<std::string>> call(std::string method, std::string target, std::string token,
                                 std::string body);
  Deadline soon() const { return loop_.timers().now() + std::chrono::seconds{20}; }

  Loop& loop_;
  std::uint16_t port_;
  net::HttpClient http_;
};

// The text behind `"name":"` in JSON that this program's own server wrote.
std::string_view text_member(std::string_view json, std::string_view name);

}  // namespace gochat::bench
