#include "config/http_url.hpp"

#include <gtest/gtest.h>

namespace gochat::config {
namespace {

TEST(HttpUrl, takes_host_port_and_target_apart) {
  EXPECT_EQ(parse_http_url("http://push.example.org"), (HttpUrl{"push.example.org", 80, "/"}));
  EXPECT_EQ(parse_http_url("http://127.0.0.1:9100/push?to=all"),
            (HttpUrl{"127.0.0.1", 9100, "/push?to=all"}));
  EXPECT_EQ(parse_http_url("http://[::1]:9100"), (HttpUrl{"::1", 9100, "/"}));
  EXPECT_EQ(parse_http_url("http://[::1]/a"), (HttpUrl{"::1", 80, "/a"}));
  EXPECT_EQ(parse_http_url("http://here?a=1"), (HttpUrl{"here", 80, "/?a=1"}));
}

TEST(HttpUrl, refuses_what_it_cannot_tell) {
  for (const char* text :
       {"", "http://", "https://here", "here:80", "http://:80", "http://here:0",
        "http://here:65536", "http://here:8o", "http://me@here", "http://me:secret@here/",
        "http://here/a b", "http://here/#part", "http://here/\r\nHost: there", "http://::1",
        "http://[]", "ftp://here"}) {
    EXPECT_FALSE(parse_http_url(text)) << text;
  }
}

}  // namespace
}  // namespace gochat::config
