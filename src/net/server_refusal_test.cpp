#include "net/server_fixture.hpp"

namespace gochat::net {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::StartsWith;

using ServerRefusal = ServerTest;

TEST_F(ServerRefusal, is_given_its_shape_by_the_owner_with_what_was_read_of_it) {
  start();
  const std::string origin = "Origin: http://page\r\n";
  EXPECT_THAT(
      said("POST /much HTTP/1.1\r\nHost: a\r\n" + origin + "Content-Length: 1048577\r\n\r\n",
           false),
      StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(said("PUT /chunks HTTP/1.1\r\nHost: a\r\n" + origin +
                       "Transfer-Encoding: chunked\r\n\r\n100001\r\n",
                   false),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(
      said("HEAD /" + std::string(4100, 'a') + " HTTP/1.1\r\nHost: a\r\n" + origin + "\r\n", false),
      AllOf(StartsWith("HTTP/1.1 414 "), EndsWith("\r\n\r\n")));
  EXPECT_THAT(said("GET / HTTP/1.1\nHost: a\n\n", false), StartsWith("HTTP/1.1 400 "));
  ASSERT_EQ(owner.refused.size(), 4u);
  for (std::size_t n = 0; n < 3; ++n) {
    EXPECT_EQ(owner.refused[n].headers.get("Origin"), "http://page");
    EXPECT_EQ(owner.refused[n].remote_address, "127.0.0.1");
  }
  EXPECT_EQ(owner.refused[1].path, "/chunks");
  EXPECT_EQ(owner.refused[2].method, HttpMethod::head);
  EXPECT_TRUE(owner.refused[3].headers.fields().empty());
}

}  // namespace
}  // namespace gochat::net
