// The client against a server that says what a test wishes, right or wrong.
#include "adapters/redis/client.hpp"

#include <gmock/gmock.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <deque>

#include "adapters/redis/resp.hpp"
#include "async/drive.hpp"

namespace gochat::redis {
namespace {

using boost::asio::ip::tcp;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Greets every client, and gives the commands of all of them the answers in turn; when it has none
// left it closes the connection instead.
class Puppet {
 public:
  explicit Puppet(boost::asio::io_context& context)
      : acceptor_{context, {boost::asio::ip::address_v4::loopback(), 0}} {
    boost::asio::co_spawn(context, listen(), boost::asio::detached);
  }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  std::deque<std::string> answers;
  std::vector<std::string> heard;  // without the greetings
  int clients = 0;

 private:
  Task<> listen() {
    while (true) {
      tcp::socket socket = co_await acceptor_.async_accept(boost::asio::use_awaitable);
      ++clients;
      boost::asio::co_spawn(acceptor_.get_executor(), serve(std::move(socket)),
                            boost::asio::detached);
    }
  }

  Task<> serve(tcp::socket socket) {
    ReplyReader commands{1'000'000};
    std::array<char, 4096> bytes{};
    while (true) {
      const std::size_t n =
          co_await socket.async_read_some(boost::asio::buffer(bytes), boost::asio::use_awaitable);
      GOCHAT_ASSERT(commands.feed({bytes.data(), n}).ok());
      while (true) {
        auto command = commands.next();
        if (!command || !*command) break;
        std::string answer = "+PONG\r\n";
        if (const std::string name = (*command)->items[0].text; name != "PING") {
          heard.push_back(name);
          if (answers.empty()) co_return;
          answer = std::move(answers.front());
          answers.pop_front();
        }
        co_await boost::asio::async_write(socket, boost::asio::buffer(answer),
                                          boost::asio::use_awaitable);
      }
    }
  }

  tcp::acceptor acceptor_;
};

class ClientTest : public ::testing::Test {
 protected:
  ~ClientTest() override {
    if (client_) drive(context_, client_->stop());
  }

  Client& client() {
    if (client_) return *client_;
    options_.addresses = {{"127.0.0.1", puppet_.port()}};
    auto made = Client::make(context_, timers_, [] { return std::uint64_t{1} << 63; }, options_);
    GOCHAT_ASSERT(made.ok());
    client_ = std::move(*made);
    return *client_;
  }
  Result<Reply> call(std::string_view name, bool again = true) {
    Command command{.name = name, .key = client().keys().make("k:", "1")};
    command.again = again;
    return drive(context_, client().call(std::move(command)));
  }

  boost::asio::io_context context_{1};
  SteadyTimers timers_{context_};
  Puppet puppet_{context_};
  Options options_;
  std::unique_ptr<Client> client_;
};

TEST_F(ClientTest, answers_commands_in_their_order) {
  puppet_.answers = {"+one\r\n", ":2\r\n", "$5\r\nthree\r\n"};
  std::vector<Command> commands;
  for (const char* name : {"A", "B", "C"}) {
    commands.push_back({.name = name, .key = client().keys().make("k:", "1")});
  }
  const auto replies = drive(context_, client().all_of(std::move(commands)));
  ASSERT_TRUE(replies);
  EXPECT_THAT(puppet_.heard, ElementsAre("A", "B", "C"));
  EXPECT_EQ((*replies)[0].text, "one");
  EXPECT_EQ((*replies)[1].number, 2);
  EXPECT_EQ((*replies)[2].text, "three");
  EXPECT_EQ(puppet_.clients, 1);
}

TEST_F(ClientTest, sends_again_what_may_be_when_it_was_refused_for_the_moment) {
  puppet_.answers = {"-LOADING Redis is loading\r\n", "-READONLY You can't write\r\n", "+OK\r\n"};
  EXPECT_EQ(call("SET")->text, "OK");
  EXPECT_EQ(client().counts().retries.value(), 2U);
  puppet_.answers = {"-LOADING Redis is loading\r\n", "+OK\r\n"};
  const auto once = call("GETDEL", false);
  EXPECT_EQ(once.code(), ErrorCode::unavailable);
  EXPECT_THAT(once.error().detail, HasSubstr("Redis refuses GETDEL: LOADING"));
  EXPECT_EQ(puppet_.answers.size(), 1U);
}

TEST_F(ClientTest, sends_nothing_again_for_ever) {
  for (int n = 0; n < 10; ++n) puppet_.answers.emplace_back("-ERR no\r\n");
  EXPECT_EQ(call("SET").code(), ErrorCode::unavailable);
  EXPECT_EQ(puppet_.heard.size(), 3U);
  EXPECT_EQ(client().counts().errors.value(), 3U);
}

TEST_F(ClientTest, repeats_no_word_of_a_command_that_a_server_does_not_know) {
  puppet_.answers = {"-ERR unknown command 'GETDEL', with args beginning with: 'secret' \r\n"};
  const auto refused = call("GETDEL", false);
  EXPECT_EQ(refused.error().detail, "Redis refuses GETDEL: ERR unknown command 'GETDEL'");
}

TEST_F(ClientTest, leaves_a_server_that_sends_no_replies) {
  puppet_.answers = {"HTTP/1.1 400 Bad Request\r\n"};
  const auto odd = call("GET", false);
  EXPECT_EQ(odd.code(), ErrorCode::unavailable);
  EXPECT_THAT(odd.error().detail, HasSubstr("is no reply"));
  EXPECT_EQ(client().counts().disconnects.value(), 1U);
}

TEST_F(ClientTest, leaves_a_server_that_answers_what_nobody_asked) {
  puppet_.answers = {"+OK\r\n+stray\r\n", "+OK\r\n"};
  EXPECT_TRUE(call("GET", false));
  const auto next = call("GET", false);
  EXPECT_EQ(client().counts().disconnects.value(), 1U);
  EXPECT_FALSE(next);
}

TEST_F(ClientTest, takes_no_reply_that_is_longer_than_allowed) {
  options_.limits.reply_bytes_max = 100;
  puppet_.answers = {"$1000\r\n" + std::string(1'000, 'x') + "\r\n"};
  const auto cut = call("GET", false);
  EXPECT_EQ(cut.code(), ErrorCode::unavailable);
  EXPECT_THAT(cut.error().detail, HasSubstr("longer than allowed"));
}

TEST_F(ClientTest, connects_again_by_itself_when_a_connection_is_lost) {
  puppet_.answers = {"+OK\r\n"};
  EXPECT_TRUE(call("GET", false));
  EXPECT_FALSE(call("GET", false));  // no answer is left: it closes
  puppet_.answers = {"+OK\r\n"};
  while (client().figures().connections == 0) drive(context_, timers_.sleep(Duration{1'000'000}));
  EXPECT_TRUE(call("GET", false));
  EXPECT_EQ(puppet_.clients, 2);
}

TEST_F(ClientTest, refuses_everything_once_it_was_stopped) {
  puppet_.answers = {"+OK\r\n"};
  EXPECT_TRUE(call("GET"));
  drive(context_, client().stop());
  EXPECT_EQ(call("GET").code(), ErrorCode::unavailable);
  EXPECT_EQ(client().figures().connections, 0U);
}

}  // namespace
}  // namespace gochat::redis
