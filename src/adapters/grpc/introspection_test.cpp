// What others ask a server about itself: health and reflection. The messages of health are written
// out as bytes, for their types are none of ours.
#include <gmock/gmock.h>

#include "adapters/grpc/echo_fixture.hpp"
#include "adapters/grpc/reflection_fixture.hpp"

namespace gochat::rpc {
namespace {

using ::testing::HasSubstr;

class IntrospectionTest : public EchoTest {
 protected:
  // A HealthCheckRequest has the service as its first field, the answer a status as its first.
  std::string health(const Node& node, const std::string& service) {
    const auto client = calls({node.address()}, {.retry = {.attempts_max = 1}});
    const std::string request =
        service.empty() ? "" : "\x0a" + std::string(1, static_cast<char>(service.size())) + service;
    const auto answer = run(client->call({"grpc.health.v1.Health", "Check", true}, request,
                                         timers_.now() + std::chrono::seconds{5}));
    if (!answer) return std::string{error_row(answer.code()).name};
    if (*answer == "\x08\x01") return "SERVING";
    return *answer == "\x08\x02" ? "NOT_SERVING" : "?";
  }
};

TEST_F(IntrospectionTest, is_healthy_when_told_so) {
  const auto node = serve("a");
  EXPECT_EQ(health(*node, ""), "SERVING");
  EXPECT_EQ(health(*node, "gochat.test.Echo"), "SERVING");
  EXPECT_EQ(health(*node, "gochat.test.Nothing"), "NOT_FOUND");
  node->server->set_serving(false);
  EXPECT_EQ(health(*node, ""), "NOT_SERVING");
  EXPECT_EQ(health(*node, "gochat.test.Echo"), "NOT_SERVING");
}

TEST_F(IntrospectionTest, tells_its_health_without_the_token) {
  ServerOptions options;
  options.credentials.tokens = {"secret"};
  const auto node = serve("a", options);
  EXPECT_EQ(health(*node, ""), "SERVING");
}

TEST_F(IntrospectionTest, lists_its_services_and_their_methods_where_it_is_wanted) {
  const auto node = serve("a", {.reflection = true});
  const std::string services = reflect(node->address(), list_services);
  EXPECT_THAT(services, HasSubstr("gochat.test.Echo"));
  EXPECT_THAT(services, HasSubstr("gochat.test.Alias"));
  const std::string symbol = "gochat.test.Echo";
  const std::string file =
      reflect(node->address(), "\x22" + std::string(1, static_cast<char>(symbol.size())) + symbol);
  EXPECT_THAT(file, HasSubstr("gochat/test/echo.proto"));
  EXPECT_THAT(file, HasSubstr("Repeat"));
}

TEST_F(IntrospectionTest, lists_nothing_elsewhere) {
  const auto open = serve("a", {.reflection = true});
  const auto node = serve("b");
  EXPECT_EQ(reflect(node->address(), list_services), "status 12");
}

}  // namespace
}  // namespace gochat::rpc
