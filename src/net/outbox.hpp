// What a connection has been given to send and the kernel has not taken yet. Owns memory only while
// it holds something and is then lent to the next connection.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "net/shared_bytes.hpp"

namespace gochat::net {

class Outbox {
 public:
  void push(SharedBytes block);
  std::size_t bytes() const { return bytes_; }
  std::size_t blocks() const { return blocks_.size() - first_; }
  bool empty() const { return bytes_ == 0; }

  // The next pieces for a gathered write; returns how many.
  std::size_t gather(std::span<iovec> pieces) const;
  void taken(std::size_t bytes);
  // Drops what has not been begun: a peer may get half a frame and its rest, never half a frame and
  // another.
  void drop_unbegun();
  void clear();

 private:
  std::vector<SharedBytes> blocks_;
  std::size_t first_ = 0;   // block that goes out next
  std::size_t offset_ = 0;  // bytes of it that are out
  std::size_t bytes_ = 0;
};

class OutboxPool {
 public:
  std::unique_ptr<Outbox> lend();
  void give_back(std::unique_ptr<Outbox> outbox);

 private:
  static constexpr std::size_t spare_max = 256;
  std::vector<std::unique_ptr<Outbox>> spare_;
};

}  // namespace gochat::net
