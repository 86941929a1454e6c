// What others ask a server about itself: health and reflection. The messages are written out as
// bytes, for their types are none of ours.
#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>

#include "adapters/grpc/bytes_buffer.hpp"
#include "adapters/grpc/echo_fixture.hpp"

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

  // One question to the reflection service, and all of its answer's bytes; or the status.
  static std::string reflect(const Node& node, const std::string& request) {
    ::grpc::GenericStub stub{
        ::grpc::CreateChannel(node.address(), ::grpc::InsecureChannelCredentials())};
    ::grpc::ClientContext context;
    ::grpc::CompletionQueue queue;
    const auto stream = stub.PrepareCall(
        &context, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", &queue);
    void* tag = nullptr;
    bool ok = false;
    ::grpc::ByteBuffer answer;
    ::grpc::Status status;
    stream->StartCall(&tag);
    queue.Next(&tag, &ok);
    if (ok) stream->WriteLast(to_buffer(request), {}, &tag);
    if (ok) queue.Next(&tag, &ok);
    if (ok) stream->Read(&answer, &tag);
    if (ok) queue.Next(&tag, &ok);
    stream->Finish(&status, &tag);
    queue.Next(&tag, &ok);
    if (!status.ok()) return "status " + std::to_string(status.error_code());
    return to_bytes(answer);
  }
  static constexpr const char* list_services = "\x3a\x01*";
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
  const std::string services = reflect(*node, list_services);
  EXPECT_THAT(services, HasSubstr("gochat.test.Echo"));
  EXPECT_THAT(services, HasSubstr("gochat.test.Alias"));
  const std::string symbol = "gochat.test.Echo";
  const std::string file =
      reflect(*node, "\x22" + std::string(1, static_cast<char>(symbol.size())) + symbol);
  EXPECT_THAT(file, HasSubstr("gochat/test/echo.proto"));
  EXPECT_THAT(file, HasSubstr("Repeat"));
}

TEST_F(IntrospectionTest, lists_nothing_elsewhere) {
  const auto open = serve("a", {.reflection = true});
  const auto node = serve("b");
  EXPECT_EQ(reflect(*node, list_services), "status 12");
}

}  // namespace
}  // namespace gochat::rpc
