#include "net/http_head.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/http_body.hpp"
#include "net/http_encode.hpp"
#include "net/http_target.hpp"

namespace gochat::net {
namespace {

using testing::ElementsAre;
using testing::Pair;
using namespace std::string_literals;

constexpr int whole = 0;       // a head that was read
constexpr int unfinished = 1;  // a head that is waited for

int outcome(std::string_view bytes, const Limits& limits = {}) {
  const RequestHead head = parse_request_head(bytes, limits);
  if (head.refusal) return head.refusal->status;
  return head.consumed == 0 ? unfinished : whole;
}

// The first portion of the bytes that is refused or whole must say what all of them say.
int outcome_bytewise(std::string_view bytes, const Limits& limits = {}) {
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    const int early = outcome(bytes.substr(0, size), limits);
    if (early != unfinished) return early;
  }
  return outcome(bytes, limits);
}

std::string get(std::string_view fields, std::string_view target = "/") {
  return "GET " + std::string{target} + " HTTP/1.1\r\nHost: a\r\n" + std::string{fields} + "\r\n";
}

TEST(HttpHead, reads_a_request) {
  const std::string text =
      "POST /api/v1/messages/a%20b?x=1&y=%E4%B8%96+%2B&x=2&flag HTTP/1.1\r\nHost: "
      "chat.example:8080\r\n"
      "Content-Length: 5\r\nX-Thing:  two words \t\r\n\r\nhello";
  const RequestHead head = parse_request_head(text, {});
  ASSERT_FALSE(head.refusal);
  EXPECT_EQ(head.consumed, text.size() - 5);
  EXPECT_EQ(head.request.method, HttpMethod::post);
  EXPECT_EQ(head.request.method_name, "POST");
  EXPECT_EQ(head.request.path, "/api/v1/messages/a b");
  EXPECT_THAT(head.request.query, ElementsAre(Pair("x", "1"), Pair("y", "\xE4\xB8\x96 +"),
                                              Pair("x", "2"), Pair("flag", "")));
  EXPECT_EQ(head.request.param("x"), "1");
  EXPECT_EQ(head.request.param("z"), std::nullopt);
  EXPECT_EQ(head.request.headers.get("x-thing"), "two words");
  EXPECT_EQ(head.framing.kind, BodyFraming::Kind::length);
  EXPECT_EQ(head.framing.length, 5u);
  EXPECT_TRUE(head.keep_alive);
}

TEST(HttpHead, knows_when_a_connection_is_kept) {
  const auto kept = [](std::string_view text) { return parse_request_head(text, {}).keep_alive; };
  EXPECT_TRUE(kept(get("")));
  EXPECT_TRUE(kept(get("Connection: keep-alive, upgrade\r\n")));
  EXPECT_FALSE(kept(get("Connection: Close\r\n")));
  EXPECT_FALSE(kept(get("Connection: x\r\nConnection: y , close\r\n")));
  EXPECT_FALSE(kept("GET / HTTP/1.0\r\n\r\n"));
}

TEST(HttpHead, refuses_what_two_parsers_could_read_differently) {
  struct Case {
    const char* name;
    std::string text;
    int status;
  };
  const std::string post = "POST / HTTP/1.1\r\nHost: a\r\n";
  const std::vector<Case> cases{
      {"plain", get(""), whole},
      {"one empty line first", "\r\n" + get(""), whole},
      {"two empty lines first", "\r\n\r\n" + get(""), 400},
      {"bare LF", "GET / HTTP/1.1\nHost: a\n\n", 400},
      {"bare LF in the fields", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400},
      {"bare CR in a value", get("X: a\rb\r\n"), 400},
      {"CR CR LF", get("X: a\r\r\n"), 400},
      {"NUL in a value", get("X: a\0b\r\n"s), 400},
      {"NUL in a name", get("X\0: a\r\n"s), 400},
      {"DEL in a value", get("X: a\x7F\r\n"), 400},
      {"folded line", get("X: a\r\n b\r\n"), 400},
      {"folded with a tab", get("X: a\r\n\tb\r\n"), 400},
      {"space before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
      {"space before the colon", get("X : a\r\n"), 400},
      {"no colon", get("nonsense\r\n"), 400},
      {"no name", get(": a\r\n"), 400},
      {"brackets in a name", get("X[1]: a\r\n"), 400},
      {"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"two Hosts", get("Host: b\r\n"), 400},
      {"two equal Hosts", get("Host: a\r\n"), 400},
      {"two Hosts in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"Host with a space", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
      {"Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
      {"Host with a user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400},
      {"both lengths", post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"both lengths, the other way",
       post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", 400},
      {"two lengths", post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", 400},
      {"two equal lengths", post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\n", 400},
      {"a list of lengths", post + "Content-Length: 5, 5\r\n\r\n", 400},
      {"signed length", post + "Content-Length: +5\r\n\r\n", 400},
      {"negative length", post + "Content-Length: -1\r\n\r\n", 400},
      {"hexadecimal length", post + "Content-Length: 0x5\r\n\r\n", 400},
      {"empty length", post + "Content-Length:\r\n\r\n", 400},
      {"length with a space inside", post + "Content-Length: 1 0\r\n\r\n", 400},
      {"length beyond 64 bits", post + "Content-Length: 18446744073709551617\r\n\r\n", 400},
      {"zero length", post + "Content-Length: 0\r\n\r\n", whole},
      {"chunked", post + "Transfer-Encoding: chunked\r\n\r\n", whole},
      {"Chunked", post + "Transfer-Encoding: Chunked\r\n\r\n", whole},
      {"chunked twice", post + "Transfer-Encoding: chunked, chunked\r\n\r\n", 400},
      {"chunked in two fields",
       post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"no coding", post + "Transfer-Encoding:\r\n\r\n", 400},
      {"gzip, chunked", post + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {"chunked, identity", post + "Transfer-Encoding: chunked, identity\r\n\r\n", 501},
      {"xchunked", post + "Transfer-Encoding: xchunked\r\n\r\n", 501},
      {"chunked with a parameter", post + "Transfer-Encoding: chunked;a=b\r\n\r\n", 501},
      {"chunked after a vertical tab",
       post + "Transfer-Encoding: \x0b"
              "chunked\r\n\r\n",
       400},
      {"chunked in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
      {"lower case version", "GET / http/1.1\r\nHost: a\r\n\r\n", 505},
      {"no version", "GET /\r\nHost: a\r\n\r\n", 400},
      {"two spaces after the method", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"two spaces before the version", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"a tab in the request line", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"space after the version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
      {"a method that is no token", "GE(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"an unknown method", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", whole},
      {"TRACE", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", whole},
      {"CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", whole},
      {"GET *", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"absolute form", "GET http://a/x?y HTTP/1.1\r\nHost: a\r\n\r\n", whole},
      {"absolute form of another host", "GET http://b/x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"fragment", get("", "/a#b"), 400},
      {"raw bytes in the path", get("", "/\xE4\xB8\x96"), 400},
      {"unknown expectation", get("Expect: tea\r\n"), 417},
      {"bytes above ASCII in a value", get("X: \xE4\xB8\x96\r\n"), whole},
      {"TLS hello", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n"s, 400},
      {"half", "GET / HTTP/1.1\r\nHost: a\r\n", unfinished},
  };
  for (const auto& [name, text, status] : cases) {
    SCOPED_TRACE(name);
    EXPECT_EQ(outcome(text), status);
    if (status != whole && status != unfinished) {
      EXPECT_EQ(outcome_bytewise(text), status);
    }
  }
}

TEST(HttpHead, absolute_form_is_routed_by_its_path) {
  const auto path = [](std::string_view target) {
    return parse_request_head("GET " + std::string{target} + " HTTP/1.1\r\nHost: a:1\r\n\r\n", {})
        .request.path;
  };
  EXPECT_EQ(path("http://a:1/x/y"), "/x/y");
  EXPECT_EQ(path("HTTPS://A:1"), "/");
}

TEST(HttpHead, each_limit_holds_at_its_value_and_not_above) {
  Limits limits;
  limits.head_fields_max = 3;
  EXPECT_EQ(outcome(get("X: 1\r\nX: 2\r\n"), limits), whole);
  EXPECT_EQ(outcome_bytewise(get("X: 1\r\nX: 2\r\nX: 3\r\n"), limits), 431);

  limits = {};
  limits.uri_bytes_max = 100;
  EXPECT_EQ(outcome(get("", "/" + std::string(99, 'a')), limits), whole);
  EXPECT_EQ(outcome(get("", "/" + std::string(100, 'a')), limits), 414);
  EXPECT_EQ(outcome(get("", "/" + std::string(100'000, 'a')), limits), 414);
  EXPECT_EQ(outcome_bytewise("GET /" + std::string(1000, 'a'), limits), 414);

  limits = {};
  const std::size_t used = get("X: \r\n").size();
  EXPECT_EQ(outcome(get("X: " + std::string(limits.head_bytes_max - used, 'a') + "\r\n")), whole);
  EXPECT_EQ(outcome(get("X: " + std::string(limits.head_bytes_max - used + 3, 'a') + "\r\n")), 431);
  EXPECT_EQ(outcome(get("X: " + std::string(1'000'000, 'a') + "\r\n")), 431);

  const auto post = [](std::size_t length) {
    return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
  };
  EXPECT_EQ(outcome(post(limits.body_bytes_max)), whole);
  EXPECT_EQ(outcome(post(limits.body_bytes_max + 1)), 413);

  std::string params = "/?a";
  for (std::size_t n = 1; n < limits.query_params_max; ++n) params += "&a";
  EXPECT_EQ(outcome(get("", params)), whole);
  EXPECT_EQ(outcome(get("", params + "&a")), 400);
}

TEST(HttpTarget, decodes_a_path_that_is_safe_to_route_by) {
  const auto path = [](std::string_view target) {
    const auto parsed = parse_target(target, 64);
    return parsed ? parsed->path : "refused";
  };
  EXPECT_EQ(path("/"), "/");
  EXPECT_EQ(path("/a//b/"), "/a//b/");
  EXPECT_EQ(path("/%E5%BC%A0%E4%B8%89"), "/\xE5\xBC\xA0\xE4\xB8\x89");
  EXPECT_EQ(path("/a+b"), "/a+b");
  EXPECT_EQ(path("/..."), "/...");
  EXPECT_EQ(path("/%2e%2e%2e"), "/...");
  for (const char* bad :
       {"",        "a",      "/.",         "/..",   "/a/../b", "/a/./b", "/%2e%2e/b", "/%2E",
        "/.%2e/x", "/a%2fb", "/a%2Fb",     "/%",    "/%1",     "/%zz",   "/%00",      "/%0a",
        "/%7f",    "/%ff",   "/%ed%a0%80", "/?a=%", "/?%00",   "/?a=%80"}) {
    EXPECT_EQ(path(bad), "refused") << bad;
  }
}

struct Fed {
  std::string body;
  std::string rest;
  int status = 0;
  bool done = false;

  bool operator==(const Fed&) const = default;
};

Fed feed_whole(std::string_view bytes, BodyFraming framing, std::size_t max) {
  BodyReader reader{framing, max};
  const auto step = reader.feed(bytes);
  return {reader.body(), std::string{bytes.substr(step.consumed)},
          step.refusal ? step.refusal->status : 0, step.done};
}

Fed feed_bytewise(std::string_view bytes, BodyFraming framing, std::size_t max) {
  BodyReader reader{framing, max};
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const auto step = reader.feed(bytes.substr(at, 1));
    if (step.refusal) return {reader.body(), "", step.refusal->status, false};
    if (step.done) return {reader.body(), std::string{bytes.substr(at + 1)}, 0, true};
  }
  return {reader.body(), "", 0, false};
}

TEST(HttpBody, reads_a_counted_body_and_leaves_what_follows) {
  const BodyFraming five{BodyFraming::Kind::length, 5};
  EXPECT_EQ(feed_whole("helloGET", five, 10), (Fed{"hello", "GET", 0, true}));
  EXPECT_EQ(feed_bytewise("helloGET", five, 10), (Fed{"hello", "GET", 0, true}));
  EXPECT_EQ(feed_whole("hell", five, 10), (Fed{"hell", "", 0, false}));
}

TEST(HttpBody, reads_chunks_strictly) {
  const BodyFraming chunked{BodyFraming::Kind::chunked, 0};
  const std::vector<std::pair<std::string, Fed>> cases{
      {"5\r\nhello\r\n0\r\n\r\nGET", {"hello", "GET", 0, true}},
      {"3\r\nhel\r\n2;ext=\"1\"\r\nlo\r\n000\r\n\r\n", {"hello", "", 0, true}},
      {"A\r\n0123456789\r\n0\r\nTrailer: x\r\nOther: y\r\n\r\nGET", {"0123456789", "GET", 0, true}},
      {"0\r\n\r\n", {"", "", 0, true}},
      {"5\r\nhel", {"hel", "", 0, false}},
  };
  for (const auto& [text, fed] : cases) {
    SCOPED_TRACE(text);
    EXPECT_EQ(feed_whole(text, chunked, 100), fed);
    EXPECT_EQ(feed_bytewise(text, chunked, 100), fed);
  }
  for (const std::string& bad : {"\r\n"s,
                                 "g\r\n"s,
                                 "-1\r\n"s,
                                 "+5\r\nhello"s,
                                 "0x5\r\nhello"s,
                                 " 5\r\nhello"s,
                                 "5 \r\nhello"s,
                                 "5\nhello"s,
                                 "5\r\nhelloX\r\n"s,
                                 "5\r\nhello\n0\r\n\r\n"s,
                                 "5\r\nhello\r0\r\n\r\n"s,
                                 "5\r\nhelloworld\r\n"s,
                                 "100000000\r\n"s,
                                 "00000000000000005\r\nhello"s,
                                 "5;\0\r\nhello"s,
                                 "5;a\rb\r\nhello"s,
                                 "0\r\nno colon\r\n\r\n"s,
                                 "0\r\n folded: x\r\n\r\n"s,
                                 "0\r\nX : y\r\n\r\n"s,
                                 "0\r\nX: y\n\r\n"s,
                                 "5;"s + std::string(300, 'x') + "\r\nhello",
                                 "0\r\nX: "s + std::string(300, 'x') + "\r\n\r\n"}) {
    SCOPED_TRACE(testing::PrintToString(bad));
    EXPECT_EQ(feed_whole(bad, chunked, 100).status, 400);
    EXPECT_EQ(feed_bytewise(bad, chunked, 100).status, 400);
  }
}

TEST(HttpBody, is_bounded_however_it_is_framed) {
  const BodyFraming chunked{BodyFraming::Kind::chunked, 0};
  EXPECT_EQ(feed_whole("5\r\nhello\r\n0\r\n\r\n", chunked, 5).status, 0);
  EXPECT_EQ(feed_whole("5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", chunked, 5).status, 413);
  EXPECT_EQ(feed_whole("6\r\n", chunked, 5).status, 413);
  EXPECT_EQ(feed_whole("x", {BodyFraming::Kind::length, 6}, 5).status, 413);
  std::string trailers = "0\r\n";
  for (int n = 0; n < 100; ++n) trailers += "X: " + std::string(100, 'x') + "\r\n";
  EXPECT_EQ(feed_whole(trailers + "\r\n", chunked, 5).status, 400);
}

std::string encoded(const HttpResponse& response, bool keep_alive = true, bool with_body = true) {
  std::string out;
  for (const auto& block : encode_response(response, keep_alive, with_body)) out += block.view();
  return out;
}

TEST(HttpEncode, frames_an_answer_by_itself) {
  EXPECT_EQ(encoded({.status = 201, .headers = {{"Content-Type", "text/plain"}}, .body = "hi"}),
            "HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi");
  EXPECT_EQ(encoded({.body = "hi"}, false, false),
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(encoded({.status = 204}), "HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_EQ(encoded({.headers = {{"content-length", "9"},
                                 {"Transfer-Encoding", "chunked"},
                                 {"X", "a\r\nY: b"}}}),
            "HTTP/1.1 200 OK\r\nX: a  Y: b\r\nContent-Length: 0\r\n\r\n");
}

TEST(HttpEncode, sends_a_shared_body_without_copying_it) {
  const SharedBytes asset = SharedBytes::of(std::string(20'000, 'a'));
  const auto blocks = encode_response({.shared_body = asset}, true, true);
  ASSERT_EQ(blocks.size(), 2u);
  EXPECT_EQ(blocks[1].view().data(), asset.view().data());
}

}  // namespace
}  // namespace gochat::net
