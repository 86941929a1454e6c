#include "gateway/address_places.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <utility>

namespace gochat::gateway {
namespace {

TEST(AddressPlaces, an_address_has_so_many_and_another_its_own) {
  AddressPlaces places{2};
  const auto first = places.take("198.51.100.7");
  const auto second = places.take("198.51.100.7");
  EXPECT_TRUE(first && second);
  EXPECT_FALSE(places.take("198.51.100.7"));
  EXPECT_TRUE(places.take("198.51.100.8"));
}

TEST(AddressPlaces, a_household_of_ipv6_is_one_address) {
  AddressPlaces places{1};
  const auto desk = places.take("2001:db8:1:2::5");
  EXPECT_FALSE(places.take("2001:db8:1:2:ffff::9"));
  EXPECT_TRUE(places.take("2001:db8:1:3::5"));
}

TEST(AddressPlaces, a_place_that_ends_is_free_and_leaves_nothing_behind) {
  AddressPlaces places{1};
  {
    auto place = places.take("198.51.100.7");
    const AddressPlaces::Place moved = std::move(place);
    EXPECT_FALSE(places.take("198.51.100.7"));
  }
  EXPECT_EQ(places.addresses(), 0u);
  EXPECT_TRUE(places.take("198.51.100.7"));
}

TEST(AddressPlaces, a_place_may_outlive_what_it_was_taken_of) {
  auto places = std::make_unique<AddressPlaces>(1);
  const auto place = places->take("198.51.100.7");
  places.reset();
  EXPECT_TRUE(place);
}

}  // namespace
}  // namespace gochat::gateway
