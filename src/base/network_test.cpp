#include "base/network.hpp"

#include <gtest/gtest.h>

namespace gochat {
namespace {

IpAddress ip(std::string_view text) { return *IpAddress::parse(text); }
bool in(std::string_view network, std::string_view address) {
  return Network::parse(network)->contains(ip(address));
}

TEST(IpAddress, an_ipv4_address_and_its_mapped_form_are_the_same) {
  EXPECT_EQ(ip("127.0.0.1"), ip("::ffff:127.0.0.1"));
  EXPECT_EQ(ip("::ffff:10.1.2.3").text(), "10.1.2.3");
  EXPECT_EQ(ip("2001:DB8::0:1").text(), "2001:db8::1");
}

TEST(IpAddress, only_loopback_is_loopback) {
  for (const auto* text : {"127.0.0.1", "127.9.8.7", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_TRUE(ip(text).is_loopback()) << text;
  }
  for (const auto* text : {"0.0.0.0", "::", "128.0.0.1", "10.0.0.1", "::2", "1::1"}) {
    EXPECT_FALSE(ip(text).is_loopback()) << text;
  }
}

TEST(IpAddress, what_is_no_address_is_refused) {
  using namespace std::string_view_literals;
  for (const auto text :
       {""sv, "localhost"sv, "1.2.3"sv, "1.2.3.4:80"sv, "[::1]"sv, "1.2.3.4\0"sv, "256.1.1.1"sv}) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
}

TEST(Network, holds_what_shares_its_first_bits) {
  EXPECT_TRUE(in("10.0.0.0/8", "10.255.1.2"));
  EXPECT_FALSE(in("10.0.0.0/8", "11.0.0.0"));
  EXPECT_TRUE(in("192.168.1.128/25", "192.168.1.200"));
  EXPECT_FALSE(in("192.168.1.128/25", "192.168.1.127"));
  EXPECT_TRUE(in("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(in("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_TRUE(in("0.0.0.0/0", "8.8.8.8"));
  EXPECT_FALSE(in("0.0.0.0/0", "2001:db8::1"));
}

TEST(Network, one_address_is_a_network_of_itself) {
  EXPECT_TRUE(in("10.0.0.1", "::ffff:10.0.0.1"));
  EXPECT_FALSE(in("10.0.0.1", "10.0.0.2"));
}

TEST(Network, what_is_no_network_is_refused) {
  for (const auto* text : {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8 ", "::/129",
                           "example.org/8", "10.0.0.0/0x8"}) {
    EXPECT_FALSE(Network::parse(text)) << text;
  }
}

TEST(AddressKey, is_the_address_or_the_household_of_ipv6) {
  EXPECT_EQ(address_key("198.51.100.7"), address_key("::ffff:198.51.100.7"));
  EXPECT_NE(address_key("198.51.100.7"), address_key("198.51.100.8"));
  EXPECT_EQ(address_key("2001:db8:1:2::5"), address_key("2001:db8:1:2:ffff::9"));
  EXPECT_NE(address_key("2001:db8:1:2::5"), address_key("2001:db8:1:3::5"));
  EXPECT_EQ(address_key("no address"), "no address");
}

}  // namespace
}  // namespace gochat
