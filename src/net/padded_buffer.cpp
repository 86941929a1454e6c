#include "net/padded_buffer.hpp"

#include <algorithm>
#include <cstring>

#include "base/assert.hpp"

namespace gochat::net {

void PaddedBuffer::reserve(std::size_t size) {
  if (size <= capacity_) return;
  auto grown = std::make_unique_for_overwrite<char[]>(size + read_padding_bytes);
  if (size_ > 0) std::memcpy(grown.get(), memory_.get(), size_);
  std::memset(grown.get() + size, 0, read_padding_bytes);
  memory_ = std::move(grown);
  capacity_ = static_cast<std::uint32_t>(size);
}

void PaddedBuffer::append(std::string_view more) {
  if (more.empty()) return;
  const std::size_t needed = size_ + more.size();
  if (needed > capacity_) reserve(std::max<std::size_t>(needed, 2 * std::size_t{size_}));
  std::memcpy(memory_.get() + size_, more.data(), more.size());
  size_ = static_cast<std::uint32_t>(needed);
}

void PaddedBuffer::consume(std::size_t count) {
  GOCHAT_ASSERT(count <= size_);
  size_ -= static_cast<std::uint32_t>(count);
  if (size_ == 0) {
    release();
  } else if (count > 0) {
    std::memmove(memory_.get(), memory_.get() + count, size_);
  }
}

void PaddedBuffer::release() {
  memory_.reset();
  size_ = 0;
  capacity_ = 0;
}

}  // namespace gochat::net
