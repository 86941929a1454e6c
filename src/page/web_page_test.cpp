#include "page/web_page.hpp"

#include <gmock/gmock.h>

#include "page/document.hpp"

namespace gochat::page {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

net::HttpRequest get(std::string path, net::HttpHeaders headers = {}) {
  net::HttpRequest request;
  request.path = std::move(path);
  request.headers = std::move(headers);
  return request;
}

TEST(WebPage, is_at_the_root_and_nowhere_else) {
  const WebPage page;
  EXPECT_TRUE(page.answer(get("/")));
  EXPECT_FALSE(page.answer(get("/api/v1/users/info")));
  EXPECT_FALSE(page.answer(get("/index.html")));
  auto post = get("/");
  post.method = net::HttpMethod::post;
  EXPECT_FALSE(page.answer(post));
}

TEST(WebPage, is_one_document_that_asks_no_other_host) {
  const auto response = WebPage{}.answer(get("/"));
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->headers.get("Content-Type"), "text/html; charset=utf-8");
  EXPECT_THAT(std::string{response->content()}, StartsWith("<!doctype html>"));
  EXPECT_THAT(std::string{response->content()}, Not(HasSubstr("src=\"http")));
  EXPECT_THAT(std::string{response->content()}, Not(HasSubstr("href=\"http")));
}

TEST(WebPage, allows_its_own_script_and_style_by_hash_only) {
  const auto response = WebPage{}.answer(get("/"));
  const std::string policy{response->headers.get("Content-Security-Policy")};
  EXPECT_THAT(policy, StartsWith("default-src 'none'; script-src 'sha256-"));
  EXPECT_THAT(policy, HasSubstr("style-src 'sha256-"));
  EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
  EXPECT_EQ(response->headers.get("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(response->headers.get("Referrer-Policy"), "no-referrer");
}

TEST(WebPage, is_packed_for_those_who_unpack) {
  const WebPage page;
  const auto packed = page.answer(get("/", {{"Accept-Encoding", "gzip, deflate, br"}}));
  EXPECT_EQ(packed->headers.get("Content-Encoding"), "gzip");
  EXPECT_EQ(packed->content(), document().gzip);
  EXPECT_LE(packed->content().size(), 60U * 1024U);
  EXPECT_EQ(packed->headers.get("Vary"), "Accept-Encoding");
  EXPECT_FALSE(page.answer(get("/", {{"Accept-Encoding", "br"}}))->headers.has("Content-Encoding"));
}

TEST(WebPage, reads_the_weights_of_encodings) {
  const auto accepts = [](std::string value) {
    return accepts_gzip(get("/", {{"Accept-Encoding", std::move(value)}}));
  };
  EXPECT_TRUE(accepts("GZIP"));
  EXPECT_TRUE(accepts("br;q=1.0, gzip;q=0.5"));
  EXPECT_TRUE(accepts("*"));
  EXPECT_FALSE(accepts("gzip;q=0"));
  EXPECT_FALSE(accepts("gzip; q=0.000, *"));
  EXPECT_FALSE(accepts("identity"));
  EXPECT_FALSE(accepts_gzip(get("/")));
}

TEST(WebPage, is_not_sent_again_to_those_who_have_it) {
  const WebPage page;
  const std::string tag{page.answer(get("/"))->headers.get("ETag")};
  const auto again = page.answer(get("/", {{"If-None-Match", "\"other\", W/" + tag}}));
  EXPECT_EQ(again->status, 304);
  EXPECT_TRUE(again->content().empty());
  EXPECT_EQ(again->headers.get("ETag"), tag);
  // Another representation has another tag.
  const auto packed = page.answer(get("/", {{"Accept-Encoding", "gzip"}, {"If-None-Match", tag}}));
  EXPECT_EQ(packed->status, 200);
  EXPECT_NE(packed->headers.get("ETag"), tag);
}

}  // namespace
}  // namespace gochat::page
