#include "net/server_fixture.hpp"

namespace gochat::net {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class ServerHttp : public ServerTest {
 protected:
  HttpReply ask(HttpClient& client, HttpCall call) {
    auto reply = run(client.request(std::move(call), soon()));
    EXPECT_TRUE(reply.ok()) << (reply ? "" : reply.error().detail);
    return reply ? *reply : HttpReply{};
  }
  std::unique_ptr<HttpClient> client() {
    return std::make_unique<HttpClient>(loop, timers, "127.0.0.1", server->port());
  }
  std::vector<std::string> paths() {
    std::vector<std::string> seen;
    for (const auto& request : owner.requests) seen.push_back(request.path);
    return seen;
  }
};

std::string get(std::string_view path, std::string_view fields = "") {
  return "GET " + std::string{path} + " HTTP/1.1\r\nHost: a\r\n" + std::string{fields} + "\r\n";
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

TEST_F(ServerHttp, answers_many_requests_on_one_connection) {
  start();
  auto c = client();
  EXPECT_EQ(ask(*c, {.target = "/a?b=c"}).body, "/a");
  EXPECT_EQ(ask(*c, {.method = "POST", .target = "/b", .body = "hello"}).body, "/bhello");
  EXPECT_EQ(
      ask(*c, {.method = "PUT", .target = "/c", .body = std::string(1024 * 1024, 'x')}).body.size(),
      1024 * 1024 + 2u);
  EXPECT_EQ(ask(*c, {.method = "DELETE", .target = "/d"}).status, 200);
  EXPECT_EQ(server->counts().accepted, 1u);
  EXPECT_EQ(owner.requests[0].param("b"), "c");
  EXPECT_EQ(owner.requests[0].remote_address, "127.0.0.1");
}

TEST_F(ServerHttp, answers_a_pipeline_in_order_also_when_the_owner_takes_its_time) {
  owner.holds_http = true;
  start();
  const auto heard = begin(converse({get("/1") + get("/2") + get("/3", "Connection: close\r\n")}));
  for (int n = 1; n <= 3; ++n) {
    until([&] { return !owner.http_held.empty(); });
    settle();
    ASSERT_EQ(owner.http_held.size(), 1u) << "one at a time";
    EXPECT_EQ(owner.requests.back().path, "/" + std::to_string(n));
    owner.http_held.front().send({.body = "answer" + std::to_string(n)});
    owner.http_held.clear();
  }
  until([&] { return heard->has_value(); });
  const std::string& text = **heard;
  EXPECT_EQ(count_of(text, "HTTP/1.1 200 OK"), 3u);
  EXPECT_LT(text.find("answer1"), text.find("answer2"));
  EXPECT_LT(text.find("answer2"), text.find("answer3"));
}

TEST_F(ServerHttp, a_long_pipeline_with_long_answers_is_bounded_and_complete) {
  start();
  owner.answer = [](const HttpRequest&) { return HttpResponse{.body = std::string(50'000, 'x')}; };
  std::string many;
  for (int n = 0; n < 500; ++n) many += get("/");
  many += get("/", "Connection: close\r\n");
  EXPECT_EQ(count_of(said(many), "HTTP/1.1 200 OK"), 501u);
}

TEST_F(ServerHttp, reads_requests_however_they_are_cut) {
  start();
  const std::string text =
      "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3;e=1\r\n "
      "wo\r\n0\r\nT: x\r\n\r\n" +
      get("/y", "Connection: close\r\n");
  std::vector<std::string> single;
  for (char byte : text) single.emplace_back(1, byte);
  const std::string heard = run(converse(single));
  EXPECT_EQ(count_of(heard, "HTTP/1.1 200 OK"), 2u);
  EXPECT_THAT(heard, HasSubstr("/xhello wo"));
  EXPECT_THAT(paths(), ElementsAre("/x", "/y"));
}

// One request in, one seen: what follows a refused head is never taken for a request of its own.
TEST_F(ServerHttp, a_refused_request_ends_its_connection_and_smuggles_nothing) {
  start();
  const std::string smuggled = get("/smuggled");
  const std::vector<std::pair<std::string, std::string>> cases{
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: "
       "chunked\r\n\r\n0\r\n\r\n",
       "400"},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n", "400"},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n",
       "400"},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n",
       "400"},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", "501"},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n", "413"},
      {"GET / HTTP/1.1\nHost: a\n\n", "400"},
      {"GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: a\r\nX: a\0\r\n\r\n"s, "400"},
      {"GET /" + std::string(5000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", "414"},
      {get("/", "X: " + std::string(9000, 'a') + "\r\n"), "431"},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505"},
      {get("/", "Expect: tea\r\n"), "417"},
  };
  for (const auto& [text, status] : cases) {
    SCOPED_TRACE(testing::PrintToString(text.substr(0, 100)));
    const std::string heard = said(text + smuggled + smuggled, false);
    EXPECT_THAT(heard, StartsWith("HTTP/1.1 " + status + " "));
    EXPECT_THAT(heard, HasSubstr("Connection: close\r\n"));
    EXPECT_EQ(count_of(heard, "Content-Length: "), 1u);
  }
  EXPECT_THAT(owner.requests, IsEmpty());
  until([&] { return server->counts().connections == 0; });
}

TEST_F(ServerHttp, a_body_is_not_taken_for_the_next_request) {
  start();
  const std::string heard = said("POST /one HTTP/1.1\r\nHost: a\r\nContent-Length: 35\r\n\r\n" +
                                 get("/smuggled") + get("/two"));
  EXPECT_EQ(get("/smuggled").size(), 35u);
  EXPECT_THAT(paths(), ElementsAre("/one", "/two"));
}

TEST_F(ServerHttp, early_ends_are_answered_when_something_had_begun) {
  start();
  EXPECT_EQ(said(""), "");
  EXPECT_THAT(said("GET / HT"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(said("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel"),
              StartsWith("HTTP/1.1 400 "));
  EXPECT_EQ(count_of(said(get("/whole")), "HTTP/1.1 200 OK"), 1u)
      << "the end of sending is not the end of listening";
  EXPECT_THAT(paths(), ElementsAre("/whole"));
}

TEST_F(ServerHttp, says_100_before_a_body_that_waits_for_it) {
  start();
  const std::string head =
      "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: "
      "close\r\n\r\n";
  ClientStream stream{loop, timers};
  PaddedBuffer heard;
  ASSERT_TRUE(run(stream.connect("127.0.0.1", server->port(), soon())).ok());
  ASSERT_TRUE(run(stream.write(head, soon())).ok());
  ASSERT_TRUE(run(stream.read(heard, soon())).ok());
  EXPECT_EQ(heard.view(), "HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_TRUE(run(stream.write("hello", soon())).ok());
  const auto reply = run(read_reply(stream, heard, false, soon()));
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->body, "/xhello");
  // Too large: the refusal comes instead of the invitation.
  EXPECT_THAT(
      said("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\nExpect: 100-continue\r\n\r\n",
           false),
      StartsWith("HTTP/1.1 413 "));
  // The body is already there: no invitation.
  EXPECT_THAT(said(head + "hello"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(ServerHttp, HEAD_is_told_the_length_and_given_no_body) {
  start();
  const std::string heard =
      said("HEAD /abc HTTP/1.1\r\nHost: a\r\n\r\n" + get("/next", "Connection: close\r\n"));
  EXPECT_THAT(heard, HasSubstr("Content-Length: 4\r\n\r\nHTTP/1.1 200 OK"));
  EXPECT_THAT(heard, testing::EndsWith("/next"));
}

TEST_F(ServerHttp, other_methods_are_the_owners_to_judge) {
  start();
  auto c = client();
  EXPECT_EQ(ask(*c, {.method = "OPTIONS", .target = "/a"}).status, 200);
  EXPECT_EQ(ask(*c, {.method = "TRACE", .target = "/a"}).status, 200);
  EXPECT_EQ(owner.requests[0].method, HttpMethod::options);
  EXPECT_EQ(owner.requests[1].method, HttpMethod::other);
  EXPECT_EQ(owner.requests[1].method_name, "TRACE");
}

TEST_F(ServerHttp, what_follows_a_last_request_is_not_read) {
  owner.holds_http = true;
  start();
  const auto heard =
      begin(converse({get("/last", "Connection: close\r\n") + get("/after")}, false));
  until([&] { return !owner.http_held.empty(); });
  owner.http_held.front().send({.body = std::string(10'000'000, 'x')});
  until([&] { return heard->has_value(); });
  EXPECT_GT((*heard)->size(), 10'000'000u);
  EXPECT_THAT(paths(), ElementsAre("/last"));
}

TEST_F(ServerHttp, HTTP_1_0_is_answered_and_closed) {
  start();
  const std::string heard = said("GET /old HTTP/1.0\r\n\r\n", false);
  EXPECT_THAT(heard, StartsWith("HTTP/1.1 200 OK"));
  EXPECT_THAT(heard, HasSubstr("Connection: close"));
}

TEST_F(ServerHttp, a_forgotten_answer_is_500) {
  owner.holds_http = true;
  start();
  auto c = client();
  const auto reply = begin(c->request({}, soon()));
  until([&] { return !owner.http_held.empty(); });
  owner.http_held.clear();
  until([&] { return reply->has_value(); });
  EXPECT_EQ((**reply)->status, 500);
}

TEST_F(ServerHttp, an_answer_for_a_client_that_has_gone_is_dropped) {
  owner.holds_http = true;
  start();
  auto c = client();
  const auto reply = begin(c->request({}, soon()));
  until([&] { return !owner.http_held.empty(); });
  c->close();
  until([&] { return reply->has_value(); });
  owner.http_held.front().send({.body = std::string(10'000'000, 'x')});
  until([&] { return server->counts().connections == 0; });
}

TEST_F(ServerHttp, a_slow_head_is_answered_with_408_in_time) {
  start(manual);
  const auto heard = begin(converse({"GET / HTTP/1.1\r\nHost"}, false));
  settle();
  manual.advance(options.limits.head_time_max - 1s);
  settle();
  EXPECT_FALSE(heard->has_value());
  manual.advance(1s + TimerWheel::tick);
  until([&] { return heard->has_value(); });
  EXPECT_THAT(**heard, StartsWith("HTTP/1.1 408 "));
}

TEST_F(ServerHttp, single_bytes_do_not_buy_more_time) {
  start(manual);
  ClientStream stream{loop, timers};
  ASSERT_TRUE(run(stream.connect("127.0.0.1", server->port(), soon())).ok());
  const std::string text = get("/", "X: a long field that comes very slowly\r\n");
  for (std::size_t n = 0;
       n < text.size() && server->counts().accepted >= server->counts().connections; ++n) {
    if (!run(stream.write(text.substr(n, 1), soon()))) break;
    settle();
    manual.advance(1s);
  }
  EXPECT_THAT(owner.requests, IsEmpty());
}

TEST_F(ServerHttp, a_slow_body_is_answered_with_408_in_time) {
  start(manual);
  const auto heard =
      begin(converse({"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel"}, false));
  settle();
  manual.advance(options.limits.body_time_max + TimerWheel::tick);
  until([&] { return heard->has_value(); });
  EXPECT_THAT(**heard, StartsWith("HTTP/1.1 408 "));
}

TEST_F(ServerHttp, silence_is_ended_without_a_word) {
  start(manual);
  const auto never_spoke = begin(converse({}, false));
  const auto kept = begin(converse({get("/")}, false));
  until([&] { return owner.requests.size() == 1 && server->counts().connections == 2; });
  settle();
  manual.advance(options.limits.head_time_max + TimerWheel::tick);
  until([&] { return never_spoke->has_value(); });
  EXPECT_EQ(**never_spoke, "");
  settle();
  EXPECT_FALSE(kept->has_value()) << "between requests there is more time";
  manual.advance(options.limits.idle_time_max);
  until([&] { return kept->has_value(); });
  EXPECT_EQ(count_of(**kept, "HTTP/1.1 "), 1u);
}

TEST_F(ServerHttp, who_does_not_take_an_answer_is_cut_off) {
  start(manual);
  owner.answer = [](const HttpRequest&) {
    return HttpResponse{.body = std::string(50'000'000, 'x')};
  };
  ClientStream stream{loop, timers};
  ASSERT_TRUE(run(stream.connect("127.0.0.1", server->port(), soon())).ok());
  ASSERT_TRUE(run(stream.write(get("/"), soon())).ok());
  until([&] { return owner.requests.size() == 1; });
  settle();
  EXPECT_EQ(server->counts().connections, 1u);
  manual.advance(options.limits.write_time_max + TimerWheel::tick);
  until([&] { return server->counts().connections == 0; });
}

TEST_F(ServerHttp, an_answer_that_is_taken_slowly_is_sent_whole) {
  start();
  owner.answer = [](const HttpRequest&) {
    return HttpResponse{.shared_body = SharedBytes::of(std::string(20'000'000, 'x'))};
  };
  auto c = client();
  EXPECT_EQ(ask(*c, {}).body.size(), 20'000'000u);
}

TEST_F(ServerHttp, two_listeners_are_told_apart) {
  options.listen = {{.tag = 1}, {.tag = 2}};
  start();
  EXPECT_NE(server->port(0), server->port(1));
  HttpClient internal{loop, timers, "localhost", server->port(1)};
  ask(internal, {});
  auto c = client();
  ask(*c, {});
  EXPECT_EQ(owner.requests[0].listener_tag, 2);
  EXPECT_EQ(owner.requests[1].listener_tag, 1);
}

TEST_F(ServerHttp, a_port_in_use_is_refused_by_name) {
  start();
  RecordingOwner other;
  Server second{loop, timers, other, {.listen = {{.port = server->port()}}}};
  const auto started = second.start();
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().hint, "cannot listen on 127.0.0.1:" + std::to_string(server->port()) +
                                      ": Address already in use");
  Server third{loop, timers, other, {.listen = {{.address = "nowhere"}}}};
  EXPECT_EQ(third.start().error().hint, "`nowhere` is not an IP address");
}

}  // namespace
}  // namespace gochat::net
