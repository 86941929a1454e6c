// A service for the tests of the mechanism, servers of it and their clients. Its descriptor is made
// here, for proto/ holds only what the product serves.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/wrappers.pb.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "adapters/grpc/calls.hpp"
#include "adapters/grpc/server.hpp"
#include "async/drive.hpp"

namespace gochat::rpc {

using Text = google::protobuf::StringValue;

inline constexpr std::string_view echo_service = "gochat.test.Echo";
inline constexpr Method say{echo_service, "Say", false};
inline constexpr Method ask{echo_service, "Ask", true, true};  // the same, but idempotent
inline constexpr Method repeat{"gochat.test.Alias", "Repeat", true};

inline std::uint64_t longest_pauses() { return ~std::uint64_t{0}; }

inline void declare_echo() {
  static const bool declared = [] {
    google::protobuf::FileDescriptorProto file;
    file.set_name("gochat/test/echo.proto");
    file.set_package("gochat.test");
    file.add_dependency("google/protobuf/wrappers.proto");
    const std::vector<std::pair<std::string, std::vector<std::string>>> services{
        {"Echo", {"Say", "Ask"}}, {"Alias", {"Repeat"}}};
    for (const auto& [name, methods] : services) {
      auto* service = file.add_service();
      service->set_name(name);
      for (const std::string& method : methods) {
        auto* one = service->add_method();
        one->set_name(method);
        one->set_input_type(".google.protobuf.StringValue");
        one->set_output_type(".google.protobuf.StringValue");
      }
    }
    // Referred to, so that the linker keeps what it depends on.
    google::protobuf::StringValue::descriptor();
    static const std::string bytes = file.SerializeAsString();
    google::protobuf::DescriptorPool::InternalAddGeneratedFile(bytes.data(),
                                                               static_cast<int>(bytes.size()));
    return true;
  }();
  static_cast<void>(declared);
}

// Answers with its name and the words; `refusals` has it answer with errors, and "slowly" makes it
// take longer than anybody waits.
class Echo : public std::enable_shared_from_this<Echo> {
 public:
  Echo(Timers& timers, std::string name) : timers_{timers}, name_{std::move(name)} {}

  MethodTable table() {
    const Handler handler = handled_by(shared_from_this(), &Echo::answer);
    MethodTable table;
    serve_as(table, {echo_service}, {say.name, ask.name}, handler);
    serve_as(table, {repeat.service}, {repeat.name}, handler);
    return table;
  }

  std::map<std::string, Error> refusals;
  std::map<std::string, int> heard;
  std::string traceparent;  // of the last call
  Duration left{};          // until the last call's deadline

 private:
  Task<Result<Text>> answer(CallContext call, Text words) {
    ++heard[words.value()];
    traceparent = call.traceparent;
    left = call.deadline - timers_.now();
    if (words.value() == "slowly") co_await timers_.sleep(std::chrono::milliseconds{400});
    const auto refusal = refusals.find(words.value());
    if (refusal != refusals.end()) co_return refusal->second;
    words.set_value(name_ + ": " + words.value());
    co_return words;
  }

  Timers& timers_;
  std::string name_;
};

// Servers and clients on one loop, which is the thread of the test.
class EchoTest : public ::testing::Test {
 protected:
  struct Node {
    Node(EchoTest& test, const std::string& name, const ServerOptions& options)
        : echo{std::make_shared<Echo>(test.timers_, name)},
          server{std::make_unique<Server>(test.context_.get_executor(), test.timers_, options)} {}
    std::shared_ptr<Echo> echo;
    std::unique_ptr<Server> server;
    std::string address() const { return "127.0.0.1:" + std::to_string(server->port()); }
  };

  void SetUp() override { declare_echo(); }

  std::unique_ptr<Node> serve(const std::string& name, ServerOptions options = {}) {
    auto node = std::make_unique<Node>(*this, name, options);
    node->server->add(node->echo->table());
    const auto started = node->server->start();
    if (!started) throw std::runtime_error{started.error().detail};
    node->server->set_serving(true);
    return node;
  }
  // An address on which nothing listens any more.
  std::string nowhere() { return serve("gone")->address(); }

  std::unique_ptr<Calls> calls(std::vector<std::string> addresses, CallsOptions options = {}) {
    options.role = "echo";
    options.addresses = std::move(addresses);
    return std::make_unique<Calls>(context_.get_executor(), timers_, nullptr, longest_pauses,
                                   std::move(options));
  }

  template <class T>
  T run(Task<T> task) {
    return drive(context_, std::move(task));
  }
  Result<Text> call(Calls& client, const std::string& words, Method method = ask,
                    Duration patience = std::chrono::seconds{5}) {
    Text text;
    text.set_value(words);
    return run(client.unary<Text>(method, std::move(text), timers_.now() + patience));
  }
  // The words of the answer, or the name of the error.
  std::string told(Calls& client, const std::string& words, Method method = ask) {
    const auto answer = call(client, words, method);
    return answer ? answer->value() : std::string{error_row(answer.code()).name};
  }

  // A call that the node is still working on; where it will have ended, what came of it.
  std::shared_ptr<Result<Text>> call_slowly(Calls& client, Node& node, Method method) {
    auto outcome = std::make_shared<Result<Text>>(ErrorCode::ok);
    boost::asio::co_spawn(context_, keep_slow_answer(client, timers_, method, outcome),
                          [](const std::exception_ptr&) {});
    while (node.echo->heard["slowly"] == 0) turn();
    return outcome;
  }
  // Runs the loop on by one step; it may have stood still before.
  void turn() {
    context_.restart();
    context_.run_one();
  }
  void let_end(Calls& client) {
    while (client.calls_open() != 0) turn();
  }

  boost::asio::io_context context_;
  SteadyTimers timers_{context_};

 private:
  static Task<> keep_slow_answer(Calls& client, Timers& timers, Method method,
                                 std::shared_ptr<Result<Text>> outcome) {
    Text words;
    words.set_value("slowly");
    *outcome = co_await client.unary<Text>(method, std::move(words),
                                           timers.now() + std::chrono::seconds{5});
  }
};

}  // namespace gochat::rpc
