// A server that listens on a socket file.
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "net/local_path.hpp"
#include "net/server_fixture.hpp"

namespace gochat::net {
namespace {

namespace fs = std::filesystem;
using testing::SizeIs;

class ServerLocalTest : public ServerTest {
 protected:
  ServerLocalTest() {
    std::string made = (fs::temp_directory_path() / "gochat-local-XXXXXX").native();
    folder = ::mkdtemp(made.data());
  }
  ~ServerLocalTest() override { fs::remove_all(folder); }

  void listen_on(const fs::path& file) {
    path = file;
    options.listen = {{.path = path.native()}};
    start();
  }
  Result<HttpReply> ask(const std::string& target) {
    HttpClient client{loop, timers, path.native()};
    return run(client.request({.target = target}, soon()));
  }

  fs::path folder;
  fs::path path;
};

TEST_F(ServerLocalTest, answers_over_a_file_that_is_ours_alone) {
  listen_on(folder / "a.sock");
  struct ::stat found{};
  ASSERT_EQ(::lstat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777, 0600);
  const auto reply = ask("/hello");
  ASSERT_TRUE(reply) << reply.error().detail;
  EXPECT_EQ(reply->body, "/hello");
  ASSERT_THAT(owner.requests, SizeIs(1));
  EXPECT_EQ(owner.requests[0].remote_address, "local");
}

TEST_F(ServerLocalTest, takes_the_place_of_a_file_that_was_left_and_removes_its_own) {
  listen_on(folder / "a.sock");
  run(server->stop({}));
  EXPECT_FALSE(fs::exists(path));
  server.reset();

  const auto place = LocalPath::of(path.native());
  const int left = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(::bind(left, reinterpret_cast<const sockaddr*>(&place->address()), sizeof(sockaddr_un)),
            0);
  ::close(left);
  start();
  EXPECT_TRUE(ask("/again"));
}

TEST_F(ServerLocalTest, does_not_take_the_place_of_a_file_that_is_no_socket) {
  path = folder / "a.sock";
  ASSERT_EQ(::mkdir(path.c_str(), 0700), 0);
  options.listen = {{.path = path.native()}};
  Server other{loop, timers, owner, options};
  const auto started = other.start();
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().hint, testing::HasSubstr("a.sock"));
  EXPECT_TRUE(fs::is_directory(path));
}

TEST_F(ServerLocalTest, a_path_may_be_longer_than_the_kernel_takes) {
  const fs::path deep = folder / std::string(100, 'd') / std::string(100, 'e');
  fs::create_directories(deep);
  listen_on(deep / "a.sock");
  EXPECT_TRUE(ask("/deep"));
}

TEST_F(ServerLocalTest, a_peer_of_this_user_is_ours) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  EXPECT_TRUE(peer_is_ours(ends[0]));
  ::close(ends[0]);
  EXPECT_FALSE(peer_is_ours(-1));
  ::close(ends[1]);
}

TEST_F(ServerLocalTest, no_server_is_unavailable) {
  path = folder / "nobody.sock";
  EXPECT_EQ(ask("/").code(), ErrorCode::unavailable);
}

}  // namespace
}  // namespace gochat::net
