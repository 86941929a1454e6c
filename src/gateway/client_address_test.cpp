#include "gateway/client_address.hpp"

#include <gtest/gtest.h>

namespace gochat::gateway {
namespace {

net::HttpRequest request(std::string peer, std::vector<std::string> forwarded = {}) {
  net::HttpRequest made;
  made.remote_address = std::move(peer);
  for (std::string& one : forwarded) made.headers.add("X-Forwarded-For", std::move(one));
  return made;
}

TEST(ClientAddress, believes_nobody_by_default) {
  const ClientAddress client{{}};
  EXPECT_EQ(client.of(request("127.0.0.1", {"198.51.100.7"})), "127.0.0.1");
}

TEST(ClientAddress, believes_a_trusted_proxy) {
  const ClientAddress client{{"10.0.0.0/8"}};
  EXPECT_EQ(client.of(request("10.0.0.1", {"198.51.100.7"})), "198.51.100.7");
  EXPECT_EQ(client.of(request("10.0.0.1")), "10.0.0.1") << "it named nobody";
  EXPECT_EQ(client.of(request("192.0.2.1", {"198.51.100.7"})), "192.0.2.1") << "a stranger";
}

TEST(ClientAddress, what_the_client_wrote_itself_is_not_reached) {
  const ClientAddress client{{"10.0.0.0/8"}};
  EXPECT_EQ(client.of(request("10.0.0.1", {"203.0.113.9, 198.51.100.7"})), "198.51.100.7");
  EXPECT_EQ(client.of(request("10.0.0.1", {"203.0.113.9", "198.51.100.7"})), "198.51.100.7");
  EXPECT_EQ(client.of(request("10.0.0.1", {"10.0.0.9, 198.51.100.7"})), "198.51.100.7");
}

TEST(ClientAddress, goes_on_through_a_chain_of_proxies) {
  const ClientAddress client{{"10.0.0.0/8", "2001:db8::/32"}};
  EXPECT_EQ(client.of(request("10.0.0.1", {"198.51.100.7, 2001:db8::5, 10.9.9.9"})),
            "198.51.100.7");
  EXPECT_EQ(client.of(request("10.0.0.1", {"10.0.0.2, 10.0.0.3"})), "10.0.0.2");
}

TEST(ClientAddress, what_is_no_address_is_the_proxys) {
  const ClientAddress client{{"10.0.0.0/8"}};
  EXPECT_EQ(client.of(request("10.0.0.1", {"unknown"})), "10.0.0.1");
  EXPECT_EQ(client.of(request("10.0.0.1", {"198.51.100.7, <script>"})), "10.0.0.1");
  EXPECT_EQ(client.of(request("10.0.0.1", {"::ffff:198.51.100.7"})), "198.51.100.7");
}

}  // namespace
}  // namespace gochat::gateway
