// An array of zeroes that costs memory only where it is written: the kernel gives large ones pages
// as they are touched, so a table can have its full size from the start and never grows in the
// middle of a commit.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>

namespace gochat::sqlite {

template <class T>
class ZeroedArray {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  ZeroedArray() = default;
  explicit ZeroedArray(std::size_t size)
      : items_{static_cast<T*>(std::calloc(size, sizeof(T)))}, size_{size} {
    if (items_ == nullptr) throw std::bad_alloc{};
  }

  std::size_t size() const { return size_; }
  T& operator[](std::size_t at) { return items_.get()[at]; }
  const T& operator[](std::size_t at) const { return items_.get()[at]; }
  T* begin() { return items_.get(); }
  T* end() { return items_.get() + size_; }
  const T* begin() const { return items_.get(); }
  const T* end() const { return items_.get() + size_; }

 private:
  struct Free {
    void operator()(T* items) const { std::free(items); }
  };
  std::unique_ptr<T, Free> items_;
  std::size_t size_ = 0;
};

}  // namespace gochat::sqlite
