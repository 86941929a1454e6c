// What chance says, cuts and garbles: whole conversations and noise.
#include <gtest/gtest.h>

#include <random>

#include "net/ws_codec_fixture.hpp"

namespace gochat::net {
namespace {

// Any conversation, cut anywhere, is told as it was said.
TEST(WsCodecRandom, any_sequence_of_messages_survives_any_fragmentation_and_any_cut) {
  std::mt19937 random{20240607};
  const auto below = [&](std::size_t bound) { return random() % bound; };
  for (int round = 0; round < 300; ++round) {
    std::vector<std::string> expected;
    std::string wire;
    const auto put = [&](Opcode opcode, bool fin, std::string_view payload) {
      append_frame(wire,
                   {.opcode = opcode, .fin = fin, .mask = static_cast<std::uint32_t>(random())},
                   payload);
    };
    for (std::size_t message = 0; message < 1 + below(6); ++message) {
      const bool text = below(2) == 0;
      std::string payload;
      for (std::size_t size = below(below(10) == 0 ? 60'000 : 300); payload.size() < size;) {
        if (text) payload += below(3) == 0 ? "\xE7\x95\x8C" : "a";
        if (!text) payload += static_cast<char>(random());
      }
      std::size_t at = 0;
      Opcode opcode = text ? Opcode::text : Opcode::binary;
      for (std::size_t left = below(5); left > 0; --left) {
        const std::size_t size = below(payload.size() - at + 1);
        put(opcode, false, std::string_view{payload}.substr(at, size));
        opcode = Opcode::continuation;
        at += size;
        if (below(3) == 0) {
          put(Opcode::ping, true, "still there?");
          expected.emplace_back("ping still there?");
        }
      }
      put(opcode, true, std::string_view{payload}.substr(at));
      expected.push_back((text ? "text " : "binary ") + payload);
    }
    std::vector<std::string> portions;
    for (std::size_t at = 0; at < wire.size();) {
      const std::size_t size = 1 + below(below(2) == 0 ? 16 : 40'000);
      portions.push_back(wire.substr(at, size));
      at += size;
    }
    ASSERT_EQ(told(portions), expected) << "round " << round;
  }
}

// Whatever comes, the parser stays inside the buffer and moves on or stops; the sanitizers watch.
TEST(WsCodecRandom, random_bytes_are_survived) {
  std::mt19937 random{7};
  for (int round = 0; round < 20'000; ++round) {
    std::string noise(random() % 64, '\0');
    for (char& byte : noise) byte = static_cast<char>(random());
    if (!noise.empty()) noise[0] = static_cast<char>(noise[0] & 0x8F);
    if (noise.size() > 1) noise[1] = static_cast<char>(noise[1] | 0x80);
    told({noise.substr(0, noise.size() / 2), noise.substr(noise.size() / 2)});
  }
}

}  // namespace
}  // namespace gochat::net
