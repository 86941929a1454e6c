// A client of logic and an instance that answers it samples.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "adapters/grpc/logic_fixture.hpp"

namespace gochat::rpc {

class LogicServiceTest : public ::testing::Test {
 protected:
  std::unique_ptr<Calls> calls(std::vector<std::string> addresses, CallsOptions options = {}) {
    options.role = "logic";
    options.addresses = std::move(addresses);
    return std::make_unique<Calls>(
        context_.get_executor(), timers_, nullptr, [] { return 0; }, std::move(options));
  }
  template <class T>
  T run(Task<T> task) {
    return drive(context_, std::move(task));
  }
  template <class Answer, class Request>
  Result<Answer> call(Method method, Request request) {
    return run(
        calls_->unary<Answer>(method, std::move(request), timers_.now() + std::chrono::seconds{5}));
  }

  // With samples of everything that the method takes, and of all that it answers.
  template <class Api, class Answer, class... Args>
  void round_trip(Api& api, const std::string& name, Task<Result<Answer>> (Api::*method)(Args...)) {
    for (const auto kind : {Samples::Kind::odd, Samples::Kind::even, Samples::Kind::sparse}) {
      node_.heard.calls.clear();
      node_.heard.kind = kind;
      Samples samples{kind};
      const std::tuple<Args...> args{samples.one<Args>()...};
      const auto answer =
          std::apply([&](const auto&... each) { return run((api.*method)(Args{each}...)); }, args);
      ASSERT_TRUE(answer.ok()) << name << ": " << answer.error().detail;
      std::string asked = name;
      std::apply([&](const auto&... each) { ((asked += ' ' + text_of(each)), ...); }, args);
      EXPECT_THAT(node_.heard.calls, ::testing::ElementsAre(asked));
      if constexpr (!std::is_void_v<Answer>) {
        EXPECT_EQ(text_of(*answer), text_of(Samples{kind}.one<Answer>())) << name;
      }
    }
  }

  boost::asio::io_context context_;
  SteadyTimers timers_{context_};
  LogicNode node_{context_, timers_};
  std::unique_ptr<Calls> calls_ = calls({node_.address()});
  LogicClient client_{*calls_};
  LogicApi api_ = client_.api();
  const Caller alice_{UserId{1}, SessionId{2}, false};
};

}  // namespace gochat::rpc
