#include "base/bytes.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace gochat {
namespace {

constexpr auto highest = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t one = 1;

TEST(Bytes, numbers_are_big_endian) {
  ByteWriter out;
  out.u8(0x01);
  out.u16(0x0203);
  out.u32(0x04050607);
  out.u64(0x08090a0b0c0d0e0f);
  EXPECT_EQ(to_hex(out.take()), "0102030405060708090a0b0c0d0e0f");
}

TEST(Bytes, what_was_written_is_read_back) {
  ByteWriter out;
  out.u8(255);
  out.u16(65535);
  out.u32(7);
  out.u64(highest);
  out.text("héllo");
  out.text("");
  out.varint(300);
  out.bytes("xy");
  const std::string bytes = out.take();
  ByteReader in{bytes};
  EXPECT_EQ(in.u8(), 255);
  EXPECT_EQ(in.u16(), 65535);
  EXPECT_EQ(in.u32(), 7u);
  EXPECT_EQ(in.u64(), highest);
  EXPECT_EQ(in.text(), "héllo");
  EXPECT_EQ(in.text(), "");
  EXPECT_EQ(in.varint(), 300u);
  EXPECT_EQ(in.left(), 2u);
  EXPECT_EQ(in.bytes(2), "xy");
  EXPECT_TRUE(in.ok());
  EXPECT_TRUE(in.at_end());
}

TEST(Bytes, varints_round_trip_at_every_edge) {
  for (int shift = 0; shift < 64; ++shift) {
    for (const std::uint64_t value :
         {(one << shift) - 1, one << shift, (one << shift) + 1, highest}) {
      ByteWriter out;
      out.varint(value);
      EXPECT_LE(out.size(), varint_bytes_max);
      const std::string bytes = out.take();
      ByteReader in{bytes};
      EXPECT_EQ(in.varint(), value);
      EXPECT_TRUE(in.ok() && in.at_end()) << value;
    }
  }
}

TEST(Bytes, a_varint_that_no_writer_makes_is_refused) {
  for (const std::string_view hex : {"80", "8000", "ff00", "ffffffffffffffffff02",
                                     "ffffffffffffffffffff01", "80808080808080808000"}) {
    const std::string bytes = *from_hex(hex);
    ByteReader in{bytes};
    EXPECT_EQ(in.varint(), 0u);
    EXPECT_FALSE(in.ok()) << hex;
  }
}

TEST(Bytes, every_cut_of_a_record_fails_and_stays_failed) {
  ByteWriter out;
  out.u16(1);
  out.text("abc");
  out.u64(2);
  const std::string whole = out.take();
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    ByteReader in{std::string_view{whole}.substr(0, cut)};
    in.u16();
    in.text();
    EXPECT_EQ(in.u64(), 0u);
    EXPECT_FALSE(in.ok()) << cut;
    EXPECT_EQ(in.u8(), 0);
    EXPECT_EQ(in.bytes(0), "");
    EXPECT_FALSE(in.ok());
  }
}

TEST(Bytes, a_text_longer_than_what_is_left_is_refused) {
  ByteWriter out;
  out.varint(highest);
  out.bytes("abc");
  const std::string bytes = out.take();
  ByteReader in{bytes};
  EXPECT_EQ(in.text(), "");
  EXPECT_FALSE(in.ok());
}

TEST(Hex, goes_there_and_back) {
  EXPECT_EQ(to_hex(std::string_view{"\x00\x7f\xff", 3}), "007fff");
  EXPECT_EQ(from_hex("007fFF"), (std::string{"\x00\x7f\xff", 3}));
  EXPECT_EQ(from_hex(""), "");
}

TEST(Hex, refuses_what_is_not_whole_bytes_of_digits) {
  EXPECT_FALSE(from_hex("0").has_value());
  EXPECT_FALSE(from_hex("0g").has_value());
  EXPECT_FALSE(from_hex("0x12").has_value());
  EXPECT_FALSE(from_hex(" 1").has_value());
}

TEST(Base64url, follows_the_rfc) {
  EXPECT_EQ(to_base64url(""), "");
  EXPECT_EQ(to_base64url("f"), "Zg");
  EXPECT_EQ(to_base64url("fo"), "Zm8");
  EXPECT_EQ(to_base64url("foo"), "Zm9v");
  EXPECT_EQ(to_base64url("foobar"), "Zm9vYmFy");
  EXPECT_EQ(to_base64url("\xfb\xff\xbf"), "-_-_");
}

TEST(Base64url, every_byte_at_every_length_goes_there_and_back) {
  std::string bytes;
  for (int n = 0; n < 300; ++n) {
    EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
    bytes.push_back(static_cast<char>(n * 37));
  }
}

TEST(Base64url, each_byte_string_has_exactly_one_form) {
  for (const std::string_view text :
       {"Zg==", "Zg=", "Zh", "Zm9", "Z", "Zm9vY", "Zm+v", "Zm/v", "Zm v", "Zm9v\n"}) {
    EXPECT_FALSE(from_base64url(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace gochat
