// Accounts, conversations and sockets for a run, over all doors of what is measured.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "async/loop.hpp"
#include "bench/subject.hpp"
#include "net/http_client.hpp"
#include "net/ws_client.hpp"

namespace gochat::bench {

struct Person {
  std::string id;
  std::string token;
};

class People {
 public:
  using Socket = std::unique_ptr<net::WsClient>;

  // Names of two runs against one cluster differ.
  People(Loop& loop, std::vector<Door> doors);

  Task<Result<std::vector<Person>>> sign_up(std::string prefix, std::size_t count);
  // The ids of the conversations of each speaker with the listener of the same place.
  Task<Result<std::vector<std::string>>> open_singles(std::vector<Person> speakers,
                                                      std::vector<Person> listeners);
  // Any number of members.
  Task<Result<std::string>> create_group(Person owner, std::string name,
                                         std::vector<std::string> members);
  // Open sockets that have been greeted; `run` people in a row come through one door. Two lists
  // with runs of 1 and of as many as there are doors meet in all pairs of doors equally often.
  Task<Result<std::vector<Socket>>> connect_all(std::vector<Person> people, std::size_t run = 1);
  Task<Result<Socket>> connect(Person person, Door door);
  const std::vector<Door>& doors() const { return doors_; }

 private:
  // The n-th of some work, by the given client.
  using Step = std::function<Task<Result<void>>(std::size_t n, net::HttpClient* client)>;

  Task<Result<void>> side_by_side(std::size_t count, Step step);
  Task<Result<void>> take_turns(std::size_t* next, std::size_t count, const Step* step,
                                net::HttpClient* client);
  Task<Result<std::string>> call(net::HttpClient* client, net::HttpCall request, std::string token);
  Task<Result<void>> sign_up_one(net::HttpClient* client, std::string name, Person* into);
  Task<Result<void>> open_one(net::HttpClient* client, Person with, std::string peer,
                              std::string* into);
  Task<Result<void>> connect_one(Person person, Door door, Socket* into);
  Deadline soon() const { return loop_.timers().now() + std::chrono::seconds{60}; }

  Loop& loop_;
  std::vector<Door> doors_;
  std::string run_;
  std::vector<std::unique_ptr<net::HttpClient>> clients_;
};

// The text behind `"name":"` in JSON that this program's own server wrote.
std::string_view text_member(std::string_view json, std::string_view name);

}  // namespace gochat::bench
