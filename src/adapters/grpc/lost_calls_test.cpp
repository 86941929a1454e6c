// Calls to instances that take them and do not answer.
#include <gmock/gmock.h>

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <tuple>

#include "adapters/grpc/echo_fixture.hpp"

namespace gochat::rpc {
namespace {

using namespace std::chrono_literals;

// Takes a call and dies before it has said a word about it, as often as it is called; or stays and
// says nothing.
class Dying {
 public:
  explicit Dying(boost::asio::io_context& context, bool stays = false)
      : stays_{stays}, acceptor_{context, {boost::asio::ip::address_v4::loopback(), 0}} {
    boost::asio::co_spawn(context, serve(), [](const std::exception_ptr&) {});
  }
  std::string address() const {
    return "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
  }
  int heard = 0;

 private:
  Task<> serve() {
    while (true) {
      auto socket = co_await acceptor_.async_accept(boost::asio::use_awaitable);
      constexpr std::array<unsigned char, 9> settings{0, 0, 0, 4};
      co_await boost::asio::async_write(socket, boost::asio::buffer(settings),
                                        boost::asio::use_awaitable);
      std::string read;
      while (!has_headers(read)) {
        std::array<char, 4096> part{};
        const auto size =
            co_await socket.async_read_some(boost::asio::buffer(part), boost::asio::use_awaitable);
        read.append(part.data(), size);
      }
      ++heard;
      if (stays_) open_.push_back(std::move(socket));
    }
  }
  // Whether a HEADERS frame, which opens a call, is among the whole frames behind the preface.
  static bool has_headers(const std::string& read) {
    constexpr std::size_t preface = 24;
    constexpr std::size_t head = 9;
    for (std::size_t at = preface; at + head <= read.size();) {
      const auto byte = [&](std::size_t n) { return static_cast<unsigned char>(read[at + n]); };
      if (byte(3) == 1) return true;
      at += head + (std::size_t{byte(0)} << 16U) + (std::size_t{byte(1)} << 8U) + byte(2);
    }
    return false;
  }

  const bool stays_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::vector<boost::asio::ip::tcp::socket> open_;
};

class LostCallsTest : public EchoTest {
 protected:
  static std::uint64_t sum(const metrics::Family<metrics::Counter>& family) {
    std::uint64_t all = 0;
    family.each([&](const auto&, const metrics::Counter& one) { all += one.value(); });
    return all;
  }
};

TEST_F(LostCallsTest, never_sends_twice_what_may_have_been_carried_out) {
  Dying dying{context_};
  const auto client = calls(
      {dying.address()}, {.channel = {.reconnect_first = 10ms, .reconnect_max = 10ms},
                          .retry = {.attempts_max = 10, .first_delay_max = 20ms, .delay_max = 20ms},
                          .breaker = {.failures_in_a_row_max = 100}});
  EXPECT_EQ(told(*client, "hello", say), "TIMEOUT");
  EXPECT_EQ(dying.heard, 1);
  told(*client, "hello", ask);
  EXPECT_GT(dying.heard, 2);
}

TEST_F(LostCallsTest, asks_another_instance_for_what_one_that_stands_still_does_not_answer) {
  Dying still{context_, true};
  const auto a = serve("a");
  const auto client = calls({still.address(), a->address()},
                            {.hedge_after = 10ms, .breaker = {.failures_in_a_row_max = 100}});
  while (still.heard == 0) EXPECT_EQ(told(*client, "hello", ask), "a: hello");
  EXPECT_GE(sum(client->counts().hedges), 1);
}

// It would be carried out by both, and the caller may hear of the earlier one.
TEST_F(LostCallsTest, asks_nobody_else_at_once_for_what_may_only_be_repeated) {
  Dying still{context_, true};
  const auto a = serve("a");
  const auto client = calls({still.address(), a->address()},
                            {.hedge_after = 10ms, .breaker = {.failures_in_a_row_max = 100}});
  const Method repeatable{echo_service, "Ask", true};
  while (still.heard == 0) std::ignore = call(*client, "hello", repeatable, 300ms);
  EXPECT_EQ(sum(client->counts().hedges), 0);
}

TEST_F(LostCallsTest,
       asks_nobody_else_for_what_must_not_be_done_twice_or_what_the_budget_does_not_bear) {
  Dying still{context_, true};
  const auto a = serve("a");
  CallsOptions options{.hedge_after = 10ms,
                       .retries_earned_per_call = 0,
                       .retries_saved_max = 1,
                       .breaker = {.failures_in_a_row_max = 100}};
  const auto client = calls({still.address(), a->address()}, options);
  const Duration patience = 1s;  // which the one that answers needs no part of
  int lost = 0;
  for (int n = 0; n < 2; ++n) {
    lost += call(*client, "hello", say, patience).code() == ErrorCode::timeout ? 1 : 0;
  }
  EXPECT_EQ(lost, 1);
  EXPECT_EQ(a->echo->heard["hello"], 1);
  EXPECT_EQ(sum(client->counts().retries), 0);
  while (sum(client->counts().hedges) == 0) {
    EXPECT_EQ(call(*client, "hello", ask, patience).code(), ErrorCode::ok);
  }
  // The one that lost has ended too: until then it counts as busy and is not asked.
  while (sum(client->counts().failures) < 2) run(timers_.sleep(10ms));
  lost = 0;
  for (int n = 0; n < 2; ++n) {
    lost += call(*client, "hello", ask, patience).code() == ErrorCode::timeout ? 1 : 0;
  }
  EXPECT_EQ(lost, 1);
  EXPECT_GE(client->counts().unspent.value(), 1);
}

}  // namespace
}  // namespace gochat::rpc
