#include "net/shared_bytes.hpp"

#include <cstring>
#include <new>

namespace gochat::net {

SharedBytes SharedBytes::of(std::string_view head, std::string_view tail) {
  SharedBytes made;
  const std::size_t size = head.size() + tail.size();
  if (size == 0) return made;
  void* memory = ::operator new(sizeof(Block) + size);
  made.block_ = new (memory) Block{1, size};
  char* bytes = reinterpret_cast<char*>(made.block_ + 1);
  if (!head.empty()) std::memcpy(bytes, head.data(), head.size());
  if (!tail.empty()) std::memcpy(bytes + head.size(), tail.data(), tail.size());
  return made;
}

void SharedBytes::let_go() {
  if (!block_ || block_->holders.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  block_->~Block();
  ::operator delete(block_);
}

}  // namespace gochat::net
