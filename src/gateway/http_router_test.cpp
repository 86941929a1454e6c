#include "gateway/http_router.hpp"

#include <gtest/gtest.h>

namespace gochat::gateway {
namespace {

using enum net::HttpMethod;

HttpHandler nothing() {
  return [](HttpCall) -> Task<Result<HttpReply>> { co_return HttpReply{}; };
}

class Router : public testing::Test {
 protected:
  Router() {
    for (const auto& [method, pattern] :
         std::initializer_list<std::pair<net::HttpMethod, const char*>>{
             {get, "/users/{username}"},
             {get, "/users/profile"},
             {put, "/users/profile"},
             {get, "/users/status/online"},
             {post, "/groups/{id}/join"},
             {delete_, "/groups/{id}/members/{userId}"},
             {get, "/groups/{id}"}}) {
      router_.add({method, pattern, Access::anyone, nothing()});
    }
  }
  std::string pattern(net::HttpMethod method, std::string_view path) {
    const auto match = router_.find(method, path);
    return match.route ? match.route->pattern : "";
  }
  HttpRouter router_;
};

TEST_F(Router, serves_both_roots) {
  EXPECT_EQ(pattern(get, "/api/v1/users/profile"), "/users/profile");
  EXPECT_EQ(pattern(get, "/api/users/profile"), "/users/profile");
  EXPECT_EQ(pattern(get, "/users/profile"), "");
  EXPECT_EQ(pattern(get, "/apis/users/profile"), "");
}

TEST_F(Router, a_literal_segment_wins_over_a_placeholder_for_every_method) {
  EXPECT_EQ(pattern(get, "/api/users/ann"), "/users/{username}");
  EXPECT_EQ(pattern(get, "/api/users/status/online"), "/users/status/online");
  const auto match = router_.find(delete_, "/api/users/profile");
  EXPECT_EQ(match.route, nullptr);
  EXPECT_EQ(match.allowed, "GET, PUT");
}

TEST_F(Router, hands_out_the_placeholders_in_order) {
  const auto match = router_.find(delete_, "/api/v1/groups/7/members/9");
  ASSERT_NE(match.route, nullptr);
  EXPECT_EQ(match.values, (std::vector<std::string>{"7", "9"}));
}

TEST_F(Router, an_empty_segment_matches_nothing) {
  EXPECT_EQ(pattern(get, "/api/v1/groups/"), "");
  EXPECT_EQ(pattern(post, "/api/v1/groups//join"), "");
}

TEST_F(Router, head_is_answered_where_get_is) {
  EXPECT_EQ(pattern(head, "/api/groups/1"), "/groups/{id}");
}

}  // namespace
}  // namespace gochat::gateway
