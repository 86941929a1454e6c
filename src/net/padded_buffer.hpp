// Bytes that came and are not consumed yet. Owns nothing while empty, and keeps readable padding
// behind its last byte (see read_padding_bytes).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace gochat::net {

// A payload handed to on_message may be read this far past its end (what is there has no meaning):
// JSON parsers that load whole vectors need no copy.
inline constexpr std::size_t read_padding_bytes = 64;

class PaddedBuffer {
 public:
  std::span<char> bytes() { return {memory_.get(), size_}; }
  std::string_view view() const { return {memory_.get(), size_}; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::size_t capacity() const { return capacity_; }

  // Room for `size` bytes in all, so that a frame that comes in pieces is moved once.
  void reserve(std::size_t size);
  void append(std::string_view more);
  // Drops the first bytes; memory is given back with the last of them.
  void consume(std::size_t count);
  void release();

 private:
  std::unique_ptr<char[]> memory_;
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;
};

}  // namespace gochat::net
