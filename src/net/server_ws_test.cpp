#include "net/server_fixture.hpp"

namespace gochat::net {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

using ServerWs = ServerTest;

TEST_F(ServerWs, echoes_text_and_binary) {
  start();
  auto client = open_ws();
  for (const std::string& text : {std::string{"hello"}, std::string{}, std::string(65536, 'x')}) {
    EXPECT_TRUE(run(client->send_text(text, soon())).ok());
    EXPECT_EQ(received(*client), text);
  }
  EXPECT_TRUE(run(client->send_frame({.opcode = Opcode::binary}, "\xFF\x00", soon())).ok());
  EXPECT_EQ(received(*client), "\xFF");
}

TEST_F(ServerWs, closes_when_the_client_does_and_says_its_code) {
  start();
  auto client = open_ws();
  EXPECT_TRUE(run(client->close(3001, "bye", soon())).ok());
  EXPECT_EQ(received(*client), "close 3001 ");
  until([&] { return owner.closed.size() == 1; });
  EXPECT_THAT(owner.closed, ElementsAre(3001));
  until([&] { return server->counts().connections == 0; });
}

}  // namespace
}  // namespace gochat::net
